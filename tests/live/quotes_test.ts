/**
 * Sessions over quotes: they fill orders and judge the account between two bars, and a restart goes on after the last one.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { LiveConfig } from "../../lib/config/mod.ts";
import { PacedFeed } from "../../lib/feeds/paced_feed.ts";
import { planOf, recoverSession, sessionData } from "../../lib/live/mod.ts";
import type { FeedEvent } from "../../lib/protocols/mod.ts";
import { openStore } from "../../lib/store/mod.ts";
import { ORDER_STATE_NAMES } from "../../lib/trading/mod.ts";
import { liveConfig, SessionCase, sessionResult } from "./session_case.ts";

const STRATEGY = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "quoted",
  setup({ data, log }) {
    let bars = 0;
    return {
      onBar(bar, trade) {
        bars++;
        if (bars === 2) trade.targetWeight(bar.symbol, 0.9);
        if (bars === 3) trade.order({ symbol: bar.symbol, side: "buy", quantity: 5, limitPrice: bar.close * 0.5, timeInForce: "gtc" });
        if (bars % 40 === 0) trade.close(bar.symbol);
        if (bars % 40 === 20) trade.targetWeight(bar.symbol, 0.5);
      },
      onFill(fill) { log(fill.quantity, fill.price); },
    };
  },
});
`;
const FILE = `venue: { fill_model: quote, initial_cash: 100000, slippage_bps: 0 }
data: { provider: simulated, default_period: 1m, simulated: { spread_bps: 20, prices: { MINE: 100 } } }
symbols: { default: [MINE] }
risk: { max_daily_loss_pct: 5, max_position_pct: 100, max_gross_exposure: 1 }
backtest: { default_start: 2024-01-02, default_end: 2024-01-03 }
`;

async function configOf(session: SessionCase): Promise<LiveConfig> {
  const path = session.strategy("quoted.ts", STRATEGY);
  Deno.writeTextFileSync(`${session.path}/sandbar.yaml`, FILE);
  return await liveConfig(session.path, { strategies: [path] }, `${session.path}/sandbar.yaml`);
}

Deno.test("ENG-05 orders of a session over quotes fill at ask and bid, wherever it is stopped and taken up again", async () => {
  using whole = new SessionCase();
  const config = await configOf(whole), outcome = await whole.run(config);
  const { hashes } = await sessionResult(config, outcome, 0);
  const { engine } = outcome.core.books[0]!, { fills } = engine;
  assert(fills.length > 4, "it did not trade");
  const [bars] = engine.series;
  // A spread of 20 basis points: a purchase costs half of it above the close.
  const row = bars!.closeTime.indexOf(fills.timeUs[0]!);
  assert(row > 0 && fills.price[0]! > bars!.close[row]! * 1e6, "the first fill is no ask");

  using cut = new SessionCase();
  let starts = 0, end = "";
  while (end !== "end_of_feed" && starts < 100) {
    starts++;
    const stop = new AbortController();
    let changes = 0;
    const next = await cut.run(
      { ...(await configOf(cut)), orders: { ...config.orders, onStop: "keep" } },
      { signal: stop.signal, onChange: () => ++changes > 61 && stop.abort() },
    );
    end = next.end;
    if (end === "end_of_feed") {
      const { ledger, orders, fills: filled } = next.core.books[0]!.engine;
      assertEquals([ledger.cash, orders.length, filled.length], [
        engine.ledger.cash,
        engine.orders.length,
        fills.length,
      ]);
      assertEquals((await sessionResult(config, next, 0)).hashes.ledger, hashes.ledger);
    }
  }
  assert(starts > 4, `only ${starts} starts`);
});

Deno.test("G-04 a quote between two bars trips the kill switch: what could open is cancelled before the next bar", async () => {
  using session = new SessionCase();
  const config = await configOf(session),
    data = sessionData(config, 0),
    plan = planOf(config, data, 0);
  const open = Date.UTC(2024, 0, 2, 14, 30) * 1000, minute = 60e6;
  const bar = (k: number, close: number): FeedEvent => ({
    kind: "bars",
    timeUs: open + (k + 1) * minute,
    bars: [{
      series: 0,
      timeUs: open + k * minute,
      closeUs: open + (k + 1) * minute,
      open: close,
      high: close,
      low: close,
      close,
      volume: 10_000,
    }],
  });
  const quote = (seconds: number, bid: number): FeedEvent => ({
    kind: "quote",
    timeUs: open + seconds * 1e6,
    series: 0,
    bid,
    ask: bid + 0.02,
    bidSize: 5000,
    askSize: 5000,
  });
  const events = [
    bar(0, 100),
    quote(115, 99.99),
    bar(1, 100),
    quote(125, 99.99),
    bar(2, 100),
    quote(190, 99.99),
    quote(200, 90),
    bar(3, 90),
  ];
  await using store = {
    at: await openStore({ at: session.kv, account: "paper", clock: session.clock }),
    [Symbol.asyncDispose]: () => store.at.close(),
  };
  const { bus } = session;
  await using recovered = await recoverSession({
    ...plan,
    openFeed: (clock) =>
      new PacedFeed({
        clock,
        speed: "max",
        name: "by hand",
        isSynthetic: true,
        events: [...events, { kind: "end", timeUs: open + 5 * minute } as FeedEvent].values(),
      }),
  }, {
    store: store.at,
    past: {
      begun: undefined,
      identity: undefined,
      snapshot: undefined,
      snapshotSequence: 0,
      records: [],
    },
    clock: session.clock,
    bus,
  });
  const { session: running, left } = recovered.ready!;
  await running.run(left, new AbortController().signal);
  const { engine } = recovered.core.books[0]!, { orders } = engine;
  assert(engine.risk.kill.isKilled);
  const [cause] = engine.risk.kill.causes();
  assertEquals(cause!.timeUs, open + 200e6);
  assertEquals(ORDER_STATE_NAMES[orders.state[1]!], "cancelled");
  assertEquals(orders.endedUs[1], open + 200e6);
  assertEquals(bus.recent({ types: ["KILL_SWITCH_TRIGGERED"] }).length, 1);
});
