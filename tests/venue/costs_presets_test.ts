/** Venue presets: they can be built, and their numbers are those of the engines that they name. */

import { assert, assertEquals } from "@std/assert";
import { Costs, DEFAULT_VENUE } from "../../lib/venue/costs.ts";
import { PRESET_NAMES, VENUE_PRESETS } from "../../lib/venue/presets.ts";
import { unknownContext } from "../../lib/venue/slippage.ts";

const DOLLAR = 1_000_000;

function costsOf(name: typeof PRESET_NAMES[number]): Costs {
  const { slippage, commission, regulatoryFees } = VENUE_PRESETS[name];
  return new Costs({ slippageBps: 0, slippage, commission, regulatoryFees });
}

Deno.test("presets: each name has one, with source and rules, and its costs can be built (BT-08)", () => {
  for (const name of PRESET_NAMES) {
    const preset = VENUE_PRESETS[name];
    assertEquals(preset.name, name);
    assert(preset.source !== "" && preset.rules.length > 0, name);
    assert(costsOf(name).slipped(100_000_000, true) >= 100_000_000, name);
  }
});

Deno.test("presets: realistic is the default of the venue", () => {
  const { slippage, commission } = VENUE_PRESETS.realistic;
  assertEquals(slippage, { kind: "fixed", bps: DEFAULT_VENUE.slippageBps });
  assertEquals(commission, DEFAULT_VENUE.commission);
});

Deno.test("presets: backtesting.py and backtrader charge nothing by default", () => {
  for (const name of ["backtesting.py", "backtrader"] as const) {
    const costs = costsOf(name);
    assertEquals(costs.slipped(123_456_789, false), 123_456_789, name);
    assertEquals(costs.commission(100, 1, 10_000 * DOLLAR), 0, name);
  }
});

Deno.test("presets: zipline prices a fill of 1 % of the volume as zipline does", () => {
  const costs = costsOf("zipline"), context = unknownContext();
  context.barVolume = 10_000;
  // VolumeShareSlippage: 50.00 x (1 + 0.1 x 0.01^2) = 50.0005; PerShare: 100 x 0.001 = 0.10.
  assertEquals(costs.priceOf(50_000_000, true, 100, context), 50_000_500);
  assertEquals(costs.priceOf(50_000_000, false, 100, context), 49_999_500);
  assertEquals(costs.commission(100, 1, 5000 * DOLLAR), 100_000);
  const { slippage, participation } = VENUE_PRESETS.zipline;
  assert(slippage.kind === "volume_share");
  assertEquals(participation, slippage.volumeLimitPct! / 100, "one limit, told twice");
});
