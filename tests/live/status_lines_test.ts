import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AccountView, OrderView, PositionView } from "../../lib/live/control/mod.ts";
import { renderStatus } from "../../scripts/live/status_lines.ts";
import {
  dateAndTime,
  grouped,
  money,
  percent,
  price,
  printable,
  signed,
  span,
} from "../../scripts/live/words.ts";
import { NOON_US, ORDER, POSITION, STATUS, VIEW } from "./control/running_account.ts";

Deno.test("status lines: money, limits, links, positions, orders, strategies and events at a glance", () => {
  assertEquals(renderStatus(VIEW, 120), [
    "ready · account paper · paper money · broker paper · feed recorded · 2024-01-05 15:30:00 UTC · up 2 h 3 min",
    "equity 100,212.50   cash 81,962.50   today -87.50 (-0.09 %)",
    "loss today 0.09 % of 2 %   drawdown 0.50 % of 10 %   gross 18.21 % of 100 %",
    "feed connected, 250 ms late   broker connected, 1 ms late   journal writing 812, 2 not durable yet",
    "",
    "1 position",
    "  symbol  book  quantity  average    mark      value   profit  weight",
    "  AAPL    sma        100   181.25  182.50  18,250.00  +125.00  18.2 %",
    "",
    "1 open order",
    "  time                 symbol  book  side  quantity  filled  terms          state             id",
    "  2024-01-05 15:29:00  AAPL    sma   sell       100      40  limit 183 day  partially filled  sbmain-k3x9q2-sma-17",
    "",
    "1 strategy",
    "  strategy  state        equity  restarts  last decision",
    "  sma       running  100,212.50         1  2024-01-05 15:29:00 AAPL sell 100 limit 183: sent",
    "",
    "2024-01-05 15:29:59  info      TRADE_FILLED  sma: sell 40 AAPL at 183, 60 to go",
  ]);
});

/** An account in trouble, with nothing in its books. */
const TROUBLED: AccountView = {
  status: {
    ...STATUS,
    mode: "live",
    isSynthetic: true,
    engine: { ...STATUS.engine, state: "halted", why: "wrong prices" },
    risk: {
      ...STATUS.risk,
      killCauses: [{
        rule: "daily_loss",
        text: "daily_loss: 2.1% (limit: 2%)",
        timeUs: NOON_US,
      }],
      maxGrossPct: null,
    },
    positionCount: 0,
    openOrderCount: 0,
    strategies: [
      { ...STATUS.strategies[0]!, state: "quarantined", why: "4 restarts in this session" },
      { ...STATUS.strategies[0]!, id: "new", lastDecision: null },
    ],
    links: {
      feed: { ...STATUS.links.feed, state: "disconnected", delayUs: null },
      broker: { ...STATUS.links.broker, state: "disconnected", delayUs: null },
      journal: { ...STATUS.links.journal, state: "failed", durableSequence: 812 },
    },
    lastEvents: [],
  },
  orders: [{ ...ORDER, isOpen: false, state: "cancelled" }],
  positions: [],
};

Deno.test("status lines: what stands in the way comes right below the title, and empty parts are short", () => {
  assertEquals(renderStatus(TROUBLED, 120), [
    "halted · account paper · REAL MONEY · broker paper · feed recorded (made-up prices) · 2024-01-05 15:30:00 UTC · up 2 h …",
    "halted: wrong prices",
    "kill switch: daily_loss: 2.1% (limit: 2%)",
    "no market data from recorded",
    "no link to paper",
    "the journal cannot be written",
    "equity 100,212.50   cash 81,962.50   today -87.50 (-0.09 %)",
    "loss today 0.09 % of 2 %   drawdown 0.50 % of 10 %   gross 18.21 % (no limit)",
    "feed disconnected   broker disconnected   journal failed 812",
    "",
    "0 positions",
    "",
    "0 open orders",
    "",
    "2 strategies",
    "  strategy  state            equity  restarts  last decision",
    "  sma       quarantined  100,212.50         1  4 restarts in this session",
    "  new       running      100,212.50         1  none yet",
    "",
  ]);
});

Deno.test("status lines: no line is wider than the window, whatever its width", () => {
  for (let width = 1; width <= 160; width++) {
    for (const view of [VIEW, TROUBLED]) {
      for (const line of renderStatus(view, width)) {
        assertEquals([width, [...line].length <= width], [width, true], line);
      }
    }
  }
  assertEquals(renderStatus(VIEW, 10)[1], "equity 10…");
});

Deno.test("status lines: of many rows the first twenty are shown and the rest counted", () => {
  const positions: PositionView[] = [], orders: OrderView[] = [];
  for (let i = 0; i < 1030; i++) {
    positions.push({ ...POSITION, symbol: `S${i}` });
    orders.push({ ...ORDER, clientId: `c-${i}` });
  }
  const status = { ...STATUS, positionCount: 1030, openOrderCount: 1030 };
  const lines = renderStatus({ status, orders, positions }, 120);
  assertEquals(lines.filter((line) => line.startsWith("  S")).length, 20);
  assertEquals(lines.filter((line) => line.includes(" c-")).length, 20);
  assertEquals(lines.filter((line) => line === "  and 1,010 more").length, 2);
  assertEquals(lines.includes("1,030 positions") && lines.includes("1,030 open orders"), true);
});

Deno.test("status lines: nothing that a strategy or a broker says is obeyed by the terminal", () => {
  const evil = "\x1b[2J\x1b]0;owned\x07\r\n\u009b31m\u202e";
  const view: AccountView = {
    status: {
      ...TROUBLED.status,
      account: evil,
      feed: evil,
      engine: { ...STATUS.engine, state: "halted", why: evil },
      strategies: [{
        ...STATUS.strategies[0]!,
        id: evil,
        lastDecision: { timeUs: NOON_US, symbol: evil, intent: evil, outcome: evil },
      }],
      links: {
        ...STATUS.links,
        feed: { ...STATUS.links.feed, name: evil, state: "disconnected" },
      },
      lastEvents: [{
        sequence: 1,
        type: "WARNING",
        severity: "warning",
        timeUs: NOON_US,
        source: evil,
        correlationId: evil,
        data: { code: evil, message: evil },
      }],
    },
    orders: [{ ...ORDER, symbol: evil, reason: evil, clientId: evil }],
    positions: [{ ...POSITION, symbol: evil, strategy: evil }],
  };
  const text = renderStatus(view, 400).join("");
  // deno-lint-ignore no-control-regex
  assertEquals(/[\u0000-\u001f\u007f-\u009f\u202e]/.test(text), false);
  assertStringIncludes(text, "owned");
});

Deno.test("words: figures as people read them", () => {
  assertEquals(
    ["0", "999", "1000", "-1234567.5", "0.000001"].map(grouped),
    ["0", "999", "1,000", "-1,234,567.5", "0.000001"],
  );
  assertEquals(["1.50", "-1.50", "0.00", "1000"].map(signed), [
    "+1.50",
    "-1.50",
    "0.00",
    "+1,000.00",
  ]);
  assertEquals(["99943.597149", "0.005", "-0.015", "0.004999"].map(money), [
    "99,943.60",
    "0.00",
    "-0.02",
    "0.00",
  ]);
  assertEquals(["446.886903", "450", "0.00005"].map(price), ["446.8869", "450.00", "0.00"]);
  assertEquals([-0.001, 0, 12.375, -3].map((it) => percent(it)), [
    "0.00 %",
    "0.00 %",
    "12.38 %",
    "-3.00 %",
  ]);
  assertEquals(
    [0, 999_499, 1_500_000, 59_940_000, 60_000_000, 3_599_000_000, 3_600_000_000, 90_000_000_000]
      .map(span),
    ["0 ms", "999 ms", "1.5 s", "59.9 s", "1 min 0 s", "59 min 59 s", "1 h 0 min", "1 d 1 h"],
  );
  assertEquals(dateAndTime(NOON_US + 999_999), "2024-01-05 15:30:00");
  assertEquals(printable("a\tb\u001bc é"), "a?b?c é");
});
