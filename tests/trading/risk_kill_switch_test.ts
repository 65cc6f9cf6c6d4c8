/**
 * The kill switch in a running engine, host and child alike (RSK-01 to RSK-05, G-04 at the level of the engine: operators, restarts and
 * alerts come with the live runtime).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sessionsBetween } from "../../lib/calendar/mod.ts";
import { formatIso, parseDay, type TimeUs } from "../../lib/core/mod.ts";
import { Engine } from "../../lib/engine/mod.ts";
import {
  isKillCause,
  KillSwitch,
  NO_LIMITS,
  RISK_RULE,
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
  specOf,
} from "../engine/support.ts";

/** What the switch did, a line each: when, why, how many orders were cancelled and kept. */
function kills(engine: Engine): string[] {
  return engine.risk.kills.map(({ timeUs, causes, cancelled, kept }) =>
    `${formatIso(timeUs as TimeUs).slice(0, 16)} ${
      causes.map((each) => riskText(each.rule, each.measured, each.limit, each.reason)).join(", ")
    }: ${cancelled} cancelled, ${kept} kept`
  );
}

/** Walks an engine and acts on it after each instant, as a host does. */
function runOnHost(
  rows: readonly PriceRow[],
  risk: RiskLimits | undefined,
  act: (engine: Engine, step: number) => void,
): { engine: Engine } {
  const bars = [dailyBars("A", rows)];
  const engine = new Engine(
    specOf(risk === undefined ? { bars } : { bars, risk }),
    bars,
    null,
    null,
  );
  for (let step = 0; step < rows.length; step++) {
    engine.advance();
    act(engine, step);
  }
  engine.finish();
  return { engine };
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

Deno.test("kill switch: trips on a fill inside a bar, for what the bar would still have filled (RSK-01, RSK-04)", () => {
  const rows: PriceRow[] = [
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    // Falls through both stops and the limit to 90, and recovers: open and close alone lose nothing.
    [100, 100, 90, 100],
    [100, 100, 100, 100],
  ];
  const { engine } = runStrategy({
    bars: [dailyBars("A", rows)],
    risk: DAILY,
    strategy: script({
      0: (trade): void => void trade.buy("A", 500),
      1: (trade): void => {
        trade.sell("A", 100, { stopPrice: 97 }); // 1,500 of 100,000 are lost at its price: 1.5 %
        trade.sell("A", 100, { stopPrice: 94 }); // at its price 300 + 2,400: 2.7 %
        trade.buy("A", 100, { limitPrice: 93 }); // would fill on the way down
        trade.sell("A", 100, { stopPrice: 92 }); // still reduces
      },
    }),
  });
  assertEquals(fillsOf(engine), ["1 500 @ 100", "2 -100 @ 97", "2 -100 @ 94", "2 -100 @ 92"]);
  assertEquals(kills(engine), [
    "2024-01-04T21:00 daily_loss: 2.7% (limit: 2%): 1 cancelled, 1 kept",
  ]);
  assertEquals(endsOf(engine)[3], "cancelled kill_switch");
});

Deno.test("kill switch: what waits for the fill of an order that reduces could open, and is cancelled (RSK-04)", () => {
  const rows: PriceRow[] = [
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    [95, 111, 95, 100],
    [100, 100, 100, 100],
  ];
  const { engine } = runStrategy({
    bars: [dailyBars("A", rows)],
    risk: DAILY,
    strategy: script({
      0: (trade): void => void trade.buy("A", 500),
      1: (trade): void => {
        const exit = trade.sell("A", 500, { limitPrice: 110, stopLoss: 120, timeInForce: "gtc" });
        trade.buy("A", 500, { afterFill: exit });
      },
    }),
  });
  assertEquals(fillsOf(engine), ["1 500 @ 100", "2 -500 @ 110"]);
  assertEquals(kills(engine), [
    "2024-01-04T14:30 daily_loss: 2.5% (limit: 2%): 1 cancelled, 1 kept",
  ]);
  assertEquals(endsOf(engine), [
    "filled",
    "filled",
    "cancelled parent_ended",
    "cancelled kill_switch",
  ]);
});

const LOSSES: readonly (readonly [limit: number, loss: number, trips: boolean])[] = [
  [2, 1_999_999_999, false],
  [2, 2_000_000_000, false],
  [2, 2_000_000_001, true],
  [0.01, 10_000_000, false],
  [0.01, 10_000_001, true],
  [100, 100_000_000_000, false],
  [100, 100_000_000_001, true],
];
const VALUE = 100_000_000_000, NO_SESSIONS = { length: 0, openUs: new Float64Array(0) };

Deno.test("kill switch: trips strictly above a limit, to the micro-unit (RSK-01, RSK-02)", () => {
  for (const [limit, loss, trips] of LOSSES) {
    const daily = new KillSwitch({ ...NO_LIMITS, maxDailyLossPct: limit }, NO_SESSIONS, VALUE);
    assertEquals(
      [daily.judge(VALUE - loss, 1), daily.isKilled],
      [trips, trips],
      `${limit} ${loss}`,
    );
    const drawdown = new KillSwitch(
      { ...NO_LIMITS, maxDrawdownPct: limit },
      NO_SESSIONS,
      VALUE / 2,
    );
    drawdown.judge(VALUE, 1);
    assertEquals(drawdown.judge(VALUE - loss, 2), trips, `${limit} ${loss}`);
  }
});

/** A switch over the sessions of New York in the week in which its clocks go forward (10 March 2024). */
function weekOfMarch(limits: Partial<RiskLimits>): KillSwitch {
  const table = sessionsBetween("XNYS", parseDay("2024-03-07"), parseDay("2024-03-15"));
  return new KillSwitch({ ...NO_LIMITS, ...limits }, table, VALUE);
}

const at = (iso: string): number => Date.parse(iso) * 1000;

Deno.test("kill switch: a day is a session, not a UTC date, also when clocks change (RSK-03)", () => {
  const kill = weekOfMarch({ maxDailyLossPct: 2, coolOffMinutes: 30 });
  kill.moveTo(at("2024-03-08T21:00:00Z"), VALUE, false);
  kill.judge(VALUE * 0.97, at("2024-03-08T21:00:00Z"));
  const seen: string[] = [];
  for (
    const iso of [
      "2024-03-09T00:00:00Z",
      "2024-03-10T12:00:00Z",
      // On Friday New York opened at 14:30 UTC; on Monday it opens at 13:30.
      "2024-03-11T13:29:59Z",
      "2024-03-11T13:30:00Z",
    ]
  ) {
    kill.moveTo(at(iso), VALUE * 0.97, true);
    seen.push(`${iso} ${kill.isKilled}`);
  }
  assertEquals(seen, [
    "2024-03-09T00:00:00Z true",
    "2024-03-10T12:00:00Z true",
    "2024-03-11T13:29:59Z true",
    "2024-03-11T13:30:00Z false",
  ]);
  assertEquals(kill.liftedUs, at("2024-03-11T13:30:00Z"));
  // The new day starts at the value of the last close: 2 % below it is allowed.
  assertEquals(kill.judge(VALUE * 0.97 * 0.98, at("2024-03-11T14:00:00Z")), false);
  assertEquals(kill.judge(VALUE * 0.97 * 0.98 - 1, at("2024-03-11T14:00:00Z")), true);
});

Deno.test("kill switch: drawdown and manual kills outlast sessions, and all causes are kept (RSK-02, RSK-03)", () => {
  const kill = weekOfMarch({ maxDailyLossPct: 2, maxDrawdownPct: 10 });
  kill.moveTo(at("2024-03-08T21:00:00Z"), VALUE, false);
  assertEquals(kill.judge(VALUE * 0.95, 1), true);
  assertEquals(kill.trip("operator", 2), true);
  assertEquals(kill.judge(VALUE * 0.85, 3), true);
  const causes = (): string[] =>
    kill.causes().map((each) => riskText(each.rule, each.measured, each.limit, each.reason));
  assertEquals(causes(), [
    "daily_loss: 5% (limit: 2%)",
    "drawdown: 15% (limit: 10%)",
    "manual: operator",
  ]);
  kill.moveTo(at("2024-03-11T20:00:00Z"), VALUE * 0.85, false);
  assertEquals(causes(), ["drawdown: 15% (limit: 10%)", "manual: operator"]);
  assertEquals([kill.liftedUs, kill.judge(VALUE * 0.85, 4), kill.trip("again", 5)], [
    -Infinity,
    false,
    false,
  ]);
  assertEquals([kill.rearm(VALUE * 0.85, 6), kill.isKilled, kill.liftedUs], [true, false, 6]);
  assertEquals([kill.rearm(VALUE, 7), kill.judge(VALUE * 0.85, 8)], [false, false]);
});

Deno.test("kill switch: its state survives a snapshot, and a restored one is not re-armed (RSK-05)", () => {
  const kill = weekOfMarch({ maxDailyLossPct: 2, maxDrawdownPct: 10 });
  kill.moveTo(at("2024-03-08T21:00:00Z"), VALUE, false);
  kill.judge(VALUE * 1.1, 1);
  kill.judge(VALUE * 0.9, 2);
  const saved = JSON.stringify(kill.state());
  const other = weekOfMarch({ maxDailyLossPct: 2, maxDrawdownPct: 10 });
  other.restore(JSON.parse(saved));
  assertEquals(JSON.stringify(other.state()), saved);
  other.moveTo(at("2024-03-11T20:00:00Z"), VALUE, false);
  assertEquals([other.isKilled, other.rule], [true, RISK_RULE.drawdown]);
});

Deno.test("kill switch: by hand it needs no limits, and nothing is added after a re-arming before the cool-off (RSK-03, RSK-16)", () => {
  const rows: PriceRow[] = Array.from({ length: 5 }, () => [100, 100, 100, 100]);
  const minutes = { ...NO_LIMITS, coolOffMinutes: 1440 };
  for (const risk of [undefined, minutes]) {
    const { engine } = runOnHost(rows, risk, (engine, step) => {
      const buy = (): number => engine.request(1, 0, 0, 0, 0, 10, 0, 0);
      if (step === 0) buy();
      if (step === 1) {
        buy(); // 1: is cancelled
        engine.risk.killByHand("fat finger", engine.nowUs);
        buy(); // 2: refused
        engine.request(1, 0, 0, 0, 0, -5, 0, 0); // 3: reduces
      }
      if (step === 2) assertEquals(engine.risk.rearm(engine.nowUs), true);
      if (step >= 2) buy(); // 4, 5, 6
    });
    assertEquals(endsOf(engine), [
      "filled",
      "cancelled kill_switch",
      "rejected kill_switch",
      "filled",
      risk === undefined ? "filled" : "rejected risk_refused",
      // A day later it has cooled off.
      "filled",
      "expired end_of_data",
    ]);
    assertEquals(kills(engine), ["2024-01-03T21:00 manual: fat finger: 1 cancelled, 0 kept"]);
  }
});

Deno.test("kill switch: closes all positions where that is asked for (RSK-04)", () => {
  const rows: PriceRow[] = [
    [100, 100, 100, 100],
    [100, 100, 100, 100],
    [97, 97, 97, 97],
    [96, 96, 96, 96],
    [96, 96, 96, 96],
  ];
  const { engine } = runStrategy({
    bars: [dailyBars("A", rows), dailyBars("B", rows)],
    risk: { ...DAILY, flattenOnKill: true },
    strategy: script({
      0: (trade): void => {
        trade.buy("A", 800);
        trade.sell("B", 100);
        trade.buy("A", 100, { limitPrice: 50, timeInForce: "gtc" });
      },
      2: (trade): void => {
        // The orders that close are not the strategy's to cancel.
        assertEquals(trade.orders.map((each) => trade.cancel(each.id)), [false, false]);
      },
    }),
  });
  assertEquals(kills(engine), [
    "2024-01-04T14:30 daily_loss: 2.1% (limit: 2%): 1 cancelled, 0 kept",
  ]);
  assertEquals(fillsOf(engine), [
    "1 A 800 @ 100",
    "1 B -100 @ 100",
    "3 A -800 @ 96",
    "3 B 100 @ 96",
  ]);
});
