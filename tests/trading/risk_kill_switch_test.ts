/**
 * The kill switch in a running engine, host and child alike (RSK-01 to RSK-05, G-04 at the level of the engine: operators, restarts and
 * alerts come with the live runtime).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { formatIso, type TimeUs } from "../../lib/core/mod.ts";
import type { Engine } from "../../lib/engine/mod.ts";
import type { OrderId } from "../../lib/strategy/mod.ts";
import {
  isKillCause,
  KillSwitch,
  NO_LIMITS,
  ORDER_REASON_NAMES,
  ORDER_STATE_NAMES,
  RISK_RULE,
  RISK_RULE_NAMES,
  type RiskLimits,
  riskText,
} from "../../lib/trading/mod.ts";
import {
  dailyBars,
  endsOf,
  fillsOf,
  type PriceRow,
  runStrategy,
  script,
} from "../engine/support.ts";

/** What the switch did, a line each: when, why, how many orders were cancelled and kept. */
function kills(engine: Engine): string[] {
  return engine.risk.kills.map(({ timeUs, causes, cancelled, kept }) =>
    `${formatIso(timeUs as TimeUs).slice(0, 16)} ${
      causes.map((each) => riskText(each.rule, each.measured, each.limit, each.reason)).join(", ")
    }: ${cancelled} cancelled, ${kept} kept`
  );
}

/** Refusals as `order rule`. */
function refusals(engine: Engine): string[] {
  const { refusals: log } = engine.risk;
  return Array.from(
    { length: log.length },
    (_, k) =>
      `${log.order[k]} ${riskText(log.rule[k]!, log.measured[k]!, log.limit[k]!)}${
        isKillCause(log.rule[k]!) ? " (kill switch)" : ""
      }`,
  );
}

const DAILY: RiskLimits = { ...NO_LIMITS, maxDailyLossPct: 2 };

Deno.test("kill switch: trips at the open of a bar, before its fills: adds nothing, still reduces (RSK-04, G-04)", () => {
  const rows: PriceRow[] = [
    [100, 100, 100, 100],
    // Buys 500 at 100: half of the account.
    [100, 101, 99, 100],
    // Opens 4.5 lower: 2,250 of 100,000 are lost, more than 2 %.
    [95.5, 96, 94, 96],
    [96, 97, 95, 96.5],
    [96, 97, 95, 96],
  ];
  const seen: string[] = [];
  const { engine } = runStrategy({
    bars: [dailyBars("A", rows)],
    risk: DAILY,
    strategy: script({
      0: (trade): void => void trade.buy("A", 500),
      1: (trade): void => {
        // 1 adds, 2 adds with a stop of its own (3), 4 and 5 reduce, 6 reverses.
        trade.buy("A", 100, { limitPrice: 97, timeInForce: "gtc" });
        trade.buy("A", 50, { stopLoss: 90 });
        trade.sell("A", 200, { stopPrice: 95, timeInForce: "gtc" });
        trade.sell("A", 100, { limitPrice: 110, timeInForce: "gtc" });
        trade.sell("A", 700);
      },
      2: (trade): void => {
        seen.push(`position ${trade.position("A").quantity}, open ${trade.orders.length}`);
        trade.buy("A", 1); // 7: refused
        trade.targetWeight("A", 0.6); // 8: refused
        trade.targetWeight("A", 0.1); // 9: reduces
      },
      3: (trade): void => void trade.buy("A", 1, { limitPrice: 90 }), // 10: the next session
    }),
  });
  assertEquals(kills(engine), [
    "2024-01-04T14:30 daily_loss: 2.25% (limit: 2%): 3 cancelled, 2 kept",
  ]);
  assertEquals(fillsOf(engine), ["1 500 @ 100", "2 -200 @ 95", "3 -199 @ 96"]);
  assertEquals(seen, ["position 300, open 1"]);
  assertEquals(endsOf(engine), [
    "filled",
    "cancelled kill_switch",
    "cancelled kill_switch",
    "cancelled parent_ended",
    "filled",
    "expired end_of_data",
    "cancelled kill_switch",
    "rejected kill_switch",
    "rejected kill_switch",
    "filled",
    "expired session_ended",
  ]);
  assertEquals(refusals(engine), [
    "7 daily_loss: 2.25% (limit: 2%) (kill switch)",
    "8 daily_loss: 2.25% (limit: 2%) (kill switch)",
  ]);
});
