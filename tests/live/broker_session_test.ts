/**
 * Sessions that trade at a broker across the wire: whatever is lost, repeated or late on the way, and wherever a session is broken off, the books end equal to
 * the exchange's own ledger and no order exists twice.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { formatMoney, SandbarError } from "../../lib/core/mod.ts";
import { replayAccount, type SessionView } from "../../lib/live/mod.ts";
import { MemoryKv } from "../../lib/store/mod.ts";
import { ORDER_STATE_NAMES } from "../../lib/trading/mod.ts";
import { Faults, type RequestFault } from "../../lib/vendors/paper/mod.ts";
import { ExchangeCase } from "./exchange_case.ts";
import { backtestOf } from "./session_case.ts";

/** Orders of all kinds: rests, amends, cancels, brackets, targets, timers, reactions. */
const BUSY = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "busy",
  setup({ data, log }) {
    const symbol = data.symbols[0];
    let bars = 0, resting = null;
    return {
      onBar(bar, trade) {
        bars++;
        if (bars % 7 === 0) {
          trade.order({ symbol, side: "buy", quantity: 5, stopLoss: bar.close * 0.97, takeProfit: bar.close * 1.04 });
        }
        if (bars % 5 === 0) resting = trade.buy(symbol, 4, { limitPrice: bar.close * 0.98, timeInForce: "gtc" });
        if (bars % 5 === 1 && resting !== null) trade.amend(resting, { limitPrice: bar.close * 0.97 });
        if (bars % 5 === 3 && resting !== null) trade.cancel(resting);
        if (bars % 13 === 0) trade.targetWeight(symbol, 0.3);
        if (bars % 17 === 0) trade.close(symbol);
      },
      onFill(fill, trade) { log(fill.quantity); },
    };
  },
});
`;
const FLAGS = { strategy: BUSY, symbols: ["MSFT"], from: "2003-01-02", to: "2003-12-31" };

Deno.test("BRK-01 the books of a session equal the ledger of the exchange it traded at", async () => {
  await using market = await ExchangeCase.open(FLAGS);
  const outcome = await market.run();
  assertEquals(outcome.end, "end_of_feed");
  market.assertEqualBooks(outcome);
  assert(market.exchange.ledger().executions.length > 30);
});

for (const seed of [1, 2, 3, 4]) {
  Deno.test(`G-03 lost, late and repeated answers and reports leave the books equal, seed ${seed}`, async () => {
    await using market = await ExchangeCase.open(FLAGS, new Faults({ seed, rate: 0.15 }));
    let starts = 0, end = "";
    while (end !== "end_of_feed" && starts < 30) {
      const stop = new AbortController();
      let changes = 0;
      const outcome = await market.run(
        { orders: { ...market.config.orders, onStop: starts % 2 === 0 ? "keep" : "cancel" } },
        { signal: stop.signal, onChange: () => ++changes > 60 && stop.abort() },
      );
      end = outcome.end;
      starts++;
      if (end !== "end_of_feed") continue;
      market.assertEqualBooks(outcome);
      const { kv } = market.session, account = market.config.accountId;
      // The journal makes the very state that is in the snapshots (PER-06).
      assert((await replayAccount({ at: kv, account })).equal);
    }
    assert(starts > 3, `only ${starts} starts`);
  });
}

/** Orders of whole quantities alone: what a weight is at a broker leaves room for price and costs. */
const WHOLE = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "whole",
  setup({ data }) {
    const symbol = data.symbols[0];
    let bars = 0;
    return {
      onBar(bar, trade) {
        bars++;
        if (bars % 6 === 0) trade.buy(symbol, 10);
        if (bars % 6 === 3) trade.sell(symbol, 7);
        if (bars % 9 === 0) trade.buy(symbol, 4, { limitPrice: bar.close * 0.99, timeInForce: "gtc" });
      },
    };
  },
});
`;

Deno.test("G-02 a session that is cut off at any moment goes on with the exchange where it stands", async () => {
  for (const cutAt of [1, 9, 30, 71, 72, 73, 120, 200]) {
    await using market = await ExchangeCase.open(FLAGS);
    let changes = 0, entries: ReturnType<MemoryKv["entries"]> = [];
    const cut = new Error("cut");
    await assertRejects(
      () =>
        market.run({}, {
          onChange: () => {
            if (++changes !== cutAt) return;
            entries = market.session.kv.entries();
            // What is on its way now never arrives: this process is dead.
            market.server.command({ down: true });
            throw cut;
          },
        }),
      Error,
      "cut",
    );
    market.server.command({ down: false });
    const outcome = await market.run({}, { at: new MemoryKv(entries) });
    assertEquals(outcome.end, "end_of_feed");
    market.assertEqualBooks(outcome);
  }
});

const ONCE = `import { defineStrategy } from "sandbar/strategy";
export default defineStrategy({
  name: "once",
  setup({ data, log }) {
    let bars = 0;
    return {
      onBar(bar, trade) { if (++bars === 3) trade.buy(data.symbols[0], 10); },
      onOrder(order) { log(order.state); },
    };
  },
});
`;
const MONTH = { symbols: ["MSFT"], from: "2003-01-02", to: "2003-01-31" };

for (
  const kind of [
    "drop_answer",
    "close_connection",
    "server_error",
    "delayed_answer",
    "garbled_answer",
  ] as const
) {
  Deno.test(`G-03 an order whose answer is lost (${kind}) is found, filled once and never sent again`, async () => {
    const faults = new Faults();
    faults.arm({ on: "submit", kind } satisfies RequestFault);
    await using market = await ExchangeCase.open({ ...MONTH, strategy: ONCE }, faults);
    const outcome = await market.run();
    market.assertEqualBooks(outcome);
    assertEquals(market.exchange.ledger().executions.length, 1);
    assertEquals(outcome.core.books[0]!.engine.ledger.position[0], 10);
  });
}

Deno.test("G-03 an order that never arrived ends as rejected and is not sent again", async () => {
  const faults = new Faults();
  faults.arm({ on: "submit", kind: "never_received" });
  await using market = await ExchangeCase.open({ ...MONTH, strategy: ONCE }, faults);
  await market.run();
  // The month is over before it is proved: the next start goes on with it.
  const outcome = await market.run(), { orders } = outcome.core.books[0]!.engine;
  market.assertEqualBooks(outcome);
  assertEquals(market.exchange.ledger().executions.length, 0);
  assertEquals(market.exchange.ledger().submitsSeen, {});
  assertEquals(ORDER_STATE_NAMES[orders.state[0]!], "never_received");
});

Deno.test("G-03 an order that shows up after it was proved absent is cancelled, and its fill is booked", async () => {
  const faults = new Faults();
  faults.arm({ on: "submit", kind: "appears_late", lookups: 3 });
  await using market = await ExchangeCase.open({ ...MONTH, strategy: ONCE }, faults);
  const outcome = await market.run();
  market.assertEqualBooks(outcome);
});

Deno.test("REC-03 what was filled while nobody was there is booked once at the next start", async () => {
  await using market = await ExchangeCase.open(FLAGS);
  const stop = new AbortController();
  let changes = 0;
  const config = { orders: { ...market.config.orders, onStop: "keep" as const } };
  const first = await market.run(config, {
    signal: stop.signal,
    onChange: () => ++changes > 60 && market.exchange.openOrders().length > 1 && stop.abort(),
  });
  assertEquals(first.end, "stopped");
  const before = market.exchange.ledger().executions.length;
  for (let k = 0; k < 40; k++) market.exchange.advance();
  assert(market.exchange.ledger().executions.length > before, "nothing was filled meanwhile");
  const outcome = await market.run(config);
  market.assertEqualBooks(outcome);
  assertEquals(outcome.end, "end_of_feed");
});

Deno.test("REC-15 a position that was there before us: strict refuses, auto_sync books it, assign gives it away", async () => {
  await using market = await ExchangeCase.open({ ...MONTH, strategy: ONCE });
  buyByHand(market);
  const { reconciliation } = market.config;
  const strict = { reconciliation: { ...reconciliation, mode: "strict" as const } };
  const failure = await assertRejects(() => market.run(strict), SandbarError);
  assertEquals(failure.code, "reconciliation_failed");
  assert(failure.message.includes("MSFT"), failure.message);
  assert(failure.message.includes("\n--adopt books"), failure.message);

  const answers: string[] = [];
  let view: SessionView | null = null, changes = 0;
  const ask = (quantity: string, strategy = "strategy"): void => {
    void view!.command({
      kind: "assign",
      who: "me",
      why: "mine",
      symbol: "MSFT",
      quantity,
      strategy,
    })
      .then(({ message }) => answers.push(message));
  };
  const outcome = await market.run(
    { reconciliation: { ...reconciliation, mode: "auto_sync" as const } },
    {
      onReady: (it) => view = it,
      onChange: () => {
        changes++;
        if (changes === 8) ask("8");
        if (changes === 9) ask("4", "twice");
        if (changes === 10) ask("4");
      },
    },
  );
  assertEquals(answers, [
    "quantity 8: 7 of MSFT are unassigned",
    "no strategy twice; there are strategy",
    "4 of MSFT are in the book of strategy now, at their average price",
  ]);
  const { core } = outcome, { ledger } = core.books[0]!.engine;
  assertEquals(core.unassigned.quantityOf("MSFT"), 3e6);
  assertEquals(ledger.position[0], 14);
  ledger.checkBalance();
  assertEquals(core.cash(), market.exchange.engine.ledger.cash);
  assertEquals(view!.positions().map(({ strategy, quantity }) => [strategy, quantity]), [
    ["strategy", "14"],
    ["unassigned", "3"],
  ]);
  // What no strategy owns is in a replay as well.
  const { kv: at } = market.session, { state } = await replayAccount({ at, account: "paper" });
  assertEquals(state.cash, view!.status().money.cash);
  assertEquals(state.positions, view!.positions());
});

Deno.test("REC-15 a position that was there before us: --adopt books it once, and later starts agree", async () => {
  await using market = await ExchangeCase.open({ ...MONTH, strategy: ONCE });
  buyByHand(market);
  const { reconciliation } = market.config;
  const strict = { reconciliation: { ...reconciliation, mode: "strict" as const } };
  const stop = new AbortController();
  const first = await market.run({ ...strict, adopt: true }, {
    signal: stop.signal,
    onChange: (view) => view.positions().length > 0 && stop.abort(),
  });
  assertEquals(first.end, "stopped");
  assertEquals(first.core.unassigned.quantityOf("MSFT"), 7e6);
  const { core } = await market.run(strict);
  assertEquals(core.unassigned.quantityOf("MSFT"), 7e6);
  assertEquals(core.cash(), market.exchange.engine.ledger.cash);
});

/** Buys seven shares at the exchange, past every session. */
function buyByHand(market: ExchangeCase): void {
  market.exchange.advance();
  const byHand = market.exchange.submit({
    clientId: "by-hand",
    symbol: "MSFT",
    side: "buy",
    quantity: "7",
    type: "market",
    timeInForce: "gtc",
  });
  assertEquals(byHand.outcome, "confirmed");
  for (let k = 0; k < 2; k++) market.exchange.advance();
}

Deno.test("G-11 two accounts of ours at one account of the venue: the orders of the other are seen and left alone", async () => {
  await using market = await ExchangeCase.open(FLAGS);
  const keep = { orders: { ...market.config.orders, onStop: "keep" as const } };
  const stop = new AbortController();
  let changes = 0;
  await market.run(keep, {
    signal: stop.signal,
    onChange: () => ++changes > 60 && market.exchange.openOrders().length > 1 && stop.abort(),
  });
  const open = market.exchange.openOrders().map(({ clientId }) => clientId);
  assert(open.length > 0, "nothing is open");
  const second = new AbortController();
  let looks = 0;
  await market.run({ ...keep, accountId: "second" }, {
    at: new MemoryKv(),
    signal: second.signal,
    onChange: () => ++looks > 2 && second.abort(),
  });
  const told = market.session.bus.recent({ types: ["RECONCILIATION_MISMATCH"] });
  assertEquals(
    told.filter(({ data }) => (data as { kind: string }).kind === "ORDER_MISMATCH").length,
    open.length,
  );
  assertEquals(market.exchange.openOrders().map(({ clientId }) => clientId), open);
});

Deno.test("BRK-06 nothing is sent while the link is down, and what happened meanwhile is booked when it is back", async () => {
  await using market = await ExchangeCase.open(FLAGS);
  const { clock, bus } = market.session;
  let changes = 0;
  const outcome = await market.run({}, {
    onChange: () => {
      if (++changes !== 60) return;
      market.server.command({ down: true });
      clock.setTimer(clock.now() + 5e6, () => market.server.command({ down: false }));
    },
  });
  market.assertEqualBooks(outcome);
  const told = bus.recent({
    types: ["BROKER_DISCONNECTED", "BROKER_CONNECTED", "RECONCILIATION_START"],
  });
  assertEquals(
    told.map(({ type, data }) =>
      type === "RECONCILIATION_START" ? (data as { why: string }).why : type
    ).filter((what) => what !== "in between"),
    ["BROKER_CONNECTED", "start", "BROKER_DISCONNECTED", "BROKER_CONNECTED", "reconnected"],
  );
});

Deno.test("RSK-30 halt cancels at the exchange what could add risk", async () => {
  await using market = await ExchangeCase.open(FLAGS);
  let changes = 0, view: SessionView | null = null;
  const stop = new AbortController();
  await market.run({ orders: { ...market.config.orders, onStop: "keep" } }, {
    signal: stop.signal,
    onReady: (it) => view = it,
    onChange: () => {
      if (++changes !== 71) return;
      void view!.command({ kind: "halt", who: "me", why: "enough" }).then(() => stop.abort());
    },
  });
  const left = market.exchange.openOrders();
  assertEquals(left.filter(({ side }) => side === "buy"), []);
});

Deno.test("REC-10 a trade that the exchange corrects or breaks is corrected in the books and in the strategy's own", async () => {
  await using market = await ExchangeCase.open(FLAGS);
  let changes = 0;
  const restate = (k: number, quantity: string): void => {
    const { executionId, price } = market.exchange.ledger().executions[k]!;
    market.server.command({
      restate: { executionId, quantity, price: String(Number(price) - 0.5) },
    });
  };
  const outcome = await market.run({}, {
    onChange: () => {
      changes++;
      if (changes === 60) restate(0, "3");
      if (changes === 70) restate(1, "0");
    },
  });
  market.assertEqualBooks(outcome);
  const { fills } = outcome.core.books[0]!.engine;
  assertEquals([fills.quantity[0], fills.quantity[1]], [3, 0]);
  assertEquals(outcome.core.standings[0], { restarts: 0, quarantined: "", isFull: false });
});

Deno.test("BRK-07 at speed max an order meets the bar after it: a run at an exchange has the fills of the backtest", async () => {
  await using market = await ExchangeCase.open({ ...FLAGS, strategy: WHOLE });
  const outcome = await market.run(), { json } = await backtestOf(market.config);
  market.assertEqualBooks(outcome);
  const { engine } = outcome.core.books[0]!;
  assert(json.counts.fills > 30);
  assertEquals(engine.fills.length, json.counts.fills);
  assertEquals(formatMoney(engine.equity()), json.account.finalEquity);
});
