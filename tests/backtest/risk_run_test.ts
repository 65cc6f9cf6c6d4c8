/**
 * Risk in whole backtests, sandbox included: limits from a configuration, what a result says of them, and what the live defaults would
 * have refused where there are none (RSK-25).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { runBacktest, summaryText } from "../../lib/backtest/mod.ts";
import { resolveRun, type RiskOptions } from "../../lib/config/mod.ts";
import { LIVE_DEFAULTS, NO_LIMITS } from "../../lib/trading/mod.ts";

const STRATEGY = `${Deno.cwd()}/strategies/sma_crossover.ts`;

Deno.test("risk run: limits are off unless asked for, and the live defaults are counted (RSK-25)", async () => {
  const { json, tables } = await runBacktest({ strategy: STRATEGY, report: false });
  const { risk } = json;
  assertEquals([risk.limits, risk.refused, risk.kills, risk.settings], ["off", 0, 0, undefined]);
  assert(risk.wouldRefuse > 0 && risk.wouldRefuse <= json.counts.orders);
  assertEquals(
    Object.values(risk.wouldRefuseBy).reduce((sum, count) => sum + count, 0),
    risk.wouldRefuse,
  );
  // A full weight is above 20 % of equity from the first order on.
  assert(risk.wouldRefuseBy["max_position_pct"]! > 0);
  const text = summaryText({ json, tables });
  assert(text.includes("risk limits: off"), text);
  assert(
    text.includes(
      `the live defaults would have refused ${risk.wouldRefuse} of ${json.counts.orders} orders`,
    ),
    text,
  );
});

Deno.test("risk run: a limit refuses in sandbox and host alike, and orders say why (RSK-09, RSK-25)", async () => {
  const { json, tables } = await runBacktest({
    strategy: STRATEGY,
    risk: { maxPositionPct: 50 },
  });
  assertEquals([json.risk.limits, json.counts.fills], ["on", 0]);
  assertEquals(json.risk.refusedBy, { max_position_pct: json.risk.refused });
  assertEquals(json.risk.settings?.["maxPositionPct"], 50);
  const refused = tables.orders.filter((order) => order.reason === "risk_refused");
  assertEquals(refused.length, json.risk.refused);
  assertEquals(
    refused.every((order) => /^max_position_pct: \d+(\.\d+)?% \(limit: 50%\)$/.test(order.risk)),
    true,
    refused[0]?.risk,
  );
});

Deno.test("risk run: a kill for drawdown ends new risk, and the result says when and why (RSK-25)", async () => {
  const { json, tables } = await runBacktest({
    strategy: STRATEGY,
    risk: { maxDrawdownPct: 20 },
  });
  const { risk } = json, [kill] = risk.firstKills;
  assertEquals(risk.kills, 1);
  assert(/^drawdown: 2\d\.\d+% \(limit: 20%\)$/.test(kill!.causes[0]!), kill!.causes[0]);
  const after = tables.orders.filter((order) =>
    new Date(order.createdUs / 1000).toISOString() > kill!.at
  );
  assert(after.length > 0);
  assertEquals(
    after.every((order) => order.side === "sell" || order.reason === "kill_switch"),
    true,
  );
  const warning = json.warnings.find((text) => text.includes("kill switch"))!;
  assert(warning.includes(kill!.at) && warning.includes(kill!.causes[0]!), warning);
});

Deno.test("risk run: options become limits, key by key (RSK-25)", () => {
  const limits = (risk: RiskOptions): unknown => resolveRun({ risk }).risk;
  assertEquals(limits({}), undefined);
  assertEquals(limits({ liveDefaults: false, maxDrawdownPct: null }), undefined);
  assertEquals(limits({ maxDrawdownPct: 5 }), { ...NO_LIMITS, maxDrawdownPct: 5 });
  assertEquals(limits({ liveDefaults: true }), LIVE_DEFAULTS);
  assertEquals(limits({ liveDefaults: true, maxPositionPct: null, restricted: ["goog"] }), {
    ...LIVE_DEFAULTS,
    maxPositionPct: null,
    restricted: ["GOOG"],
  });
});
