/**
 * Limits of risk in a configuration file (RSK-25): a key counts only when the file has it, or all with `risk.live_defaults`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { readRunConfig, resolveRun } from "../../lib/config/mod.ts";
import { LIVE_DEFAULTS, NO_LIMITS, type RiskLimits } from "../../lib/trading/mod.ts";
import { inFolder, write } from "../data/folder.ts";

/** Limits of a run with the file; undefined when they are off. */
async function limitsOf(text: string): Promise<RiskLimits | undefined> {
  let limits: RiskLimits | undefined;
  await inFolder(async (folder) => {
    const config = await readRunConfig(write(folder, "s.yaml", text), "s.yaml");
    limits = resolveRun(config.run).risk;
  });
  return limits;
}

Deno.test("risk options: off without keys, and with keys that switch off", async () => {
  for (
    const text of [
      "seed: 1\n",
      "risk: {}\n",
      "risk: { live_defaults: false }\n",
      "risk: { max_position_pct: null, allow_short: null, restricted: null }\n",
    ]
  ) assertEquals(await limitsOf(text), undefined, text);
});

Deno.test("risk options: each key sets its limit alone", async () => {
  const rows: readonly (readonly [text: string, limits: Partial<RiskLimits>])[] = [
    ["max_daily_loss_pct: 3", { maxDailyLossPct: 3 }],
    ["max_drawdown_pct: 12.5", { maxDrawdownPct: 12.5 }],
    ["max_position_pct: 25", { maxPositionPct: 25 }],
    ["max_gross_exposure: 0", { maxGrossExposure: 0 }],
    ["max_net_exposure: 0.5", { maxNetExposure: 0.5 }],
    ["max_top5_exposure: 0.8", { maxTop5Exposure: 0.8 }],
    ["price_collar_pct: 5", { priceCollarPct: 5 }],
    ["max_order_value: 10000", { maxOrderValue: 10_000 }],
    ["max_order_qty: 100", { maxOrderQty: 100 }],
    ["max_orders_per_minute: 10", { maxOrdersPerMinute: 10 }],
    ["max_open_orders: 5", { maxOpenOrders: 5 }],
    ["allow_short: false", { allowShort: false }],
    ["restricted: [aapl, MSFT]", { restricted: ["AAPL", "MSFT"] }],
    ["trade_cooldown_seconds: 0.5", { tradeCooldownSeconds: 0.5 }],
    ["cool_off_minutes: 30", { coolOffMinutes: 30 }],
    ["flatten_on_kill: true", { flattenOnKill: true }],
  ];
  for (const [text, limits] of rows) {
    assertEquals(await limitsOf(`risk:\n  ${text}\n`), { ...NO_LIMITS, ...limits }, text);
  }
});

Deno.test("risk options: the live defaults, of which a file can change or switch off single ones", async () => {
  assertEquals(await limitsOf("risk: { live_defaults: true }\n"), LIVE_DEFAULTS);
  assertEquals(
    await limitsOf(
      "risk: { live_defaults: true, max_position_pct: 50, max_drawdown_pct: null, allow_short: true }\n",
    ),
    { ...LIVE_DEFAULTS, maxPositionPct: 50, maxDrawdownPct: null, allowShort: true },
  );
});
