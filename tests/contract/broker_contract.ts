/**
 * What every broker promises, as tests over one that the caller makes together with the simulator of its vendor. A later broker gives a
 * factory and the switches of its simulator's faults; the tests are the same.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { SimulatedClock } from "../../lib/clock/mod.ts";
import type {
  Broker,
  BrokerReport,
  LinkState,
  OrderRequest,
  RequestResult,
} from "../../lib/protocols/mod.ts";

/** What the simulator of a vendor can be told to do wrong with the next order request. */
export type ContractFault =
  /** Done, and never answered. */
  | "drop_answer"
  /** Done, and the connection breaks off. */
  | "close_connection"
  /** Done, and answered with an error that does not tell. */
  | "server_error"
  /** Done, and answered with something that is no answer. */
  | "garbled_answer"
  /** Not done, and never answered. */
  | "never_received"
  /** Not done: too many requests. */
  | "rate_limit"
  /** Not done: refused by the venue. */
  | "reject";

/** A broker under test, connected, with its simulator. Nothing is held and no order works. */
export interface BrokerUnderTest extends AsyncDisposable {
  readonly broker: Broker;
  readonly clock: SimulatedClock;
  /** A symbol that trades, and a price far below its own. */
  readonly symbol: string;
  readonly farBelow: string;
  /** Lets the market trade: what can fill, fills. */
  trade(): Promise<void>;
  /** Makes the next request of a kind go wrong. */
  fault(on: "submit" | "cancel" | "replace", fault: ContractFault): void;
  /** Makes the next report wrong: told twice, or after the one that follows it. */
  faultReport(fault: "duplicate" | "reorder"): void;
  /** Takes the link away, and lets it come back. */
  setLinkUp(isUp: boolean): void;
  /** Breaks a trade. */
  bust(executionId: string): void;
  /** How often the venue was asked to submit an order. */
  submitsSeen(clientId: string): number;
  /** Order requests that have arrived at the venue, whatever became of them. */
  requestsArrived(): number;
}

/** Turns of the event loop that a message may take over the loopback interface. */
const MAX_TURNS = 20_000;

/** Registers the tests. */
export function testBroker(name: string, open: () => Promise<BrokerUnderTest>): void {
  const test = (what: string, run: (it: Heard) => Promise<void>): void => {
    Deno.test(`BRK-01 ${name}: ${what}`, async () => {
      await using bench = await open();
      await run(new Heard(bench));
    });
  };

  test("an order is confirmed, acknowledged by a report, and shown", async (it) => {
    const { broker } = it.bench;
    const order = it.limit("a-1", it.bench.farBelow);
    const answer = await broker.submit(order);
    assert(answer.outcome === "confirmed");
    await it.until(({ kind }) => kind === "acknowledged");
    const shown = await broker.orderByClientId("a-1");
    assert(shown !== null);
    const { clientId, symbol, side, quantity, filledQuantity, limitPrice, status } = shown;
    assertEquals(
      { clientId, symbol, side, quantity, filledQuantity, limitPrice, status },
      {
        clientId: "a-1",
        symbol: order.symbol,
        side: "buy",
        quantity: "10",
        filledQuantity: "0",
        limitPrice: it.bench.farBelow,
        status: "accepted",
      },
    );
    assertEquals(shown.brokerId, answer.brokerId);
    assertEquals((await broker.openOrders()).map((each) => each.clientId), ["a-1"]);
  });

  test("a client id that is submitted twice is one order with one answer", async (it) => {
    const { broker } = it.bench, order = it.limit("a-1", it.bench.farBelow);
    const first = await broker.submit(order), second = await broker.submit(order);
    assertEquals(second, first);
    assertEquals((await broker.openOrders()).length, 1);
  });

  test("what is executed is told by reports, and is the same when it is asked for", async (it) => {
    const { broker, symbol } = it.bench;
    await broker.submit(it.market("a-1"));
    assertEquals(it.fills(), []);
    await it.trade(() => it.fills().length > 0);
    const told = it.fills(), asked = await broker.executionsSince(0);
    assertEquals(asked, told);
    const shares = told.reduce((sum, { quantity }) => sum + Number(quantity), 0);
    assertEquals(shares, 10);
    for (const { quantity, price, commission, executionId, clientId } of told) {
      for (const text of [quantity, price, commission ?? "0"]) {
        assert(/^\d+(\.\d+)?$/.test(text), `decimal text without sign or exponent: ${text}`);
      }
      assert(executionId !== "");
      assertEquals(clientId, "a-1");
    }
    const held = await broker.positions();
    assertEquals(held.map((each) => [each.symbol, each.quantity]), [[symbol, "10"]]);
    assertEquals((await broker.orderByClientId("a-1"))?.status, "filled");
    const last = asked[asked.length - 1]!.timeUs;
    assertEquals(await broker.executionsSince(last + 1), []);
    assertEquals((await broker.executionsSince(last)).at(-1), asked.at(-1));
  });

  test("a short position has a minus sign and cash is exact text", async (it) => {
    const { broker } = it.bench, before = await broker.account();
    await broker.submit({ ...it.market("a-1"), side: "sell" });
    await it.trade(() => it.fills().length > 0);
    assertEquals((await broker.positions()).map(({ quantity }) => quantity), ["-10"]);
    const { cash, equity, buyingPower, kind, currency } = await broker.account();
    for (const text of [cash, equity, buyingPower]) assert(/^-?\d+(\.\d+)?$/.test(text), text);
    assert(Number(cash) > Number(before.cash));
    assertEquals([kind, currency], ["paper", "USD"]);
  });

  test("ORD-12 a cancel is told by a report, and a second one changes nothing", async (it) => {
    const { broker } = it.bench;
    await broker.submit(it.limit("a-1", it.bench.farBelow));
    assertEquals((await broker.cancel("a-1")).outcome, "confirmed");
    await it.until(({ kind }) => kind === "cancelled");
    assertEquals((await broker.orderByClientId("a-1"))?.status, "cancelled");
    assertEquals(await codeOf(broker.cancel("a-1")), "invalid_transition");
    assertEquals(it.reports.filter(({ kind }) => kind === "cancelled").length, 1);
  });

  test("ORD-13 a replace hands over to a new name, once", async (it) => {
    const { broker, farBelow } = it.bench;
    await broker.submit(it.limit("a-1", farBelow));
    const request = { clientId: "a-1", newClientId: "a-2", quantity: "7" };
    const first = await broker.replace(request);
    assert(first.outcome === "confirmed");
    await it.until(({ kind }) => kind === "replaced");
    const old = await broker.orderByClientId("a-1"), next = await broker.orderByClientId("a-2");
    assertEquals([old?.status, old?.replacedBy], ["replaced", "a-2"]);
    assertEquals([next?.status, next?.quantity, next?.limitPrice], ["accepted", "7", farBelow]);
    assertEquals(await broker.replace(request), first);
    assertEquals((await broker.openOrders()).map(({ clientId }) => clientId), ["a-2"]);
    assertEquals(await codeOf(broker.cancel("a-1")), "invalid_transition");
  });

  test("BRK-02 refusals are values with a code, and leave nothing", async (it) => {
    const { broker } = it.bench, good = it.limit("a-1", it.bench.farBelow);
    const codes = [
      await codeOf(broker.submit({ ...good, symbol: "NOSUCH" })),
      await codeOf(broker.submit({ ...good, quantity: "0" })),
      await codeOf(broker.submit({ ...good, quantity: "ten" })),
      await codeOf(broker.submit({ ...good, side: "short" as "sell" })),
      await codeOf(broker.submit({ ...good, type: "peg" as "limit" })),
      await codeOf(broker.submit({ ...good, timeInForce: "week" as "day" })),
      await codeOf(broker.submit({ ...good, type: "stop_limit" })),
      await codeOf(broker.submit({ ...good, clientId: "x".repeat(33) })),
    ];
    assertEquals(codes, codes.map(() => "invalid_order"));
    assertEquals(await codeOf(broker.cancel("nobody")), "unknown_order");
    assertEquals(
      await codeOf(broker.replace({ clientId: "nobody", newClientId: "b" })),
      "unknown_order",
    );
    assertEquals(await broker.orderByClientId("nobody"), null);
    assertEquals([await broker.openOrders(), await broker.positions()], [[], []]);
  });

  test("a venue that rejects or limits the rate leaves nothing either", async (it) => {
    const { broker } = it.bench;
    for (const [fault, code] of [["reject", "order_rejected"], ["rate_limit", "rate_limited"]]) {
      it.bench.fault("submit", fault as ContractFault);
      assertEquals(await codeOf(broker.submit(it.limit("a-1", it.bench.farBelow))), code);
      assertEquals(await broker.orderByClientId("a-1"), null);
    }
  });

  const done = ["drop_answer", "close_connection", "server_error", "garbled_answer"] as const;
  for (const fault of done) {
    test(`G-03 a submit that is done and ends in ${fault} is unresolved, and is found`, async (it) => {
      const { broker, bench } = { broker: it.bench.broker, bench: it.bench };
      bench.fault("submit", fault);
      const answer = await it.answerOf(broker.submit(it.limit("a-1", bench.farBelow)));
      assertEquals(answer.outcome, "unresolved");
      assertEquals((await broker.orderByClientId("a-1"))?.status, "accepted");
      assertEquals(bench.submitsSeen("a-1"), 1);
    });

    test(`a cancel and a replace that end in ${fault} are unresolved, and done`, async (it) => {
      const { bench } = it, { broker } = bench;
      await broker.submit(it.limit("a-1", bench.farBelow));
      bench.fault("replace", fault);
      const replaced = broker.replace({ clientId: "a-1", newClientId: "a-2", quantity: "7" });
      assertEquals((await it.answerOf(replaced)).outcome, "unresolved");
      assertEquals((await broker.orderByClientId("a-2"))?.quantity, "7");
      bench.fault("cancel", fault);
      assertEquals((await it.answerOf(broker.cancel("a-2"))).outcome, "unresolved");
      assertEquals((await broker.orderByClientId("a-2"))?.status, "cancelled");
    });
  }

  test("G-03 a submit that was never received is unresolved, and is not found", async (it) => {
    const { bench } = it;
    bench.fault("submit", "never_received");
    const answer = await it.answerOf(bench.broker.submit(it.limit("a-1", bench.farBelow)));
    assertEquals(answer.outcome, "unresolved");
    assertEquals(await bench.broker.orderByClientId("a-1"), null);
    assertEquals(bench.submitsSeen("a-1"), 0);
  });

  test("ORD-08 a report that is told twice names the same execution", async (it) => {
    const { bench } = it;
    await bench.broker.submit(it.market("a-1"));
    await it.until(({ kind }) => kind === "acknowledged");
    bench.faultReport("duplicate");
    await it.trade(() => it.fills().length > 1);
    assertEquals(new Set(it.fills().map(({ executionId }) => executionId)).size, 1);
    assertEquals(it.fills().length, 2);
  });

  test("ORD-09 a fill may be told before its acknowledgement", async (it) => {
    const { bench } = it;
    bench.faultReport("reorder");
    await bench.broker.submit(it.market("a-1"));
    await it.trade(() => it.reports.length >= 2);
    assertEquals(it.reports.map(({ kind }) => kind).slice(0, 2), ["fill", "acknowledged"]);
  });

  test("ORD-10 a trade that is broken is told by its execution id", async (it) => {
    const { bench } = it;
    await bench.broker.submit(it.market("a-1"));
    await it.trade(() => it.fills().length > 0);
    const { executionId } = it.fills()[0]!;
    bench.bust(executionId);
    const report = await it.until(({ kind }) => kind === "corrected");
    assert(report.kind === "corrected");
    assertEquals([report.executionId, report.execution.quantity], [executionId, "0"]);
    assertEquals(await bench.broker.positions(), []);
  });

  test("BRK-07 a lost link refuses orders, comes back by itself, and tells what it missed first", async (it) => {
    const { bench } = it, { broker } = bench;
    await broker.submit(it.market("a-1"));
    await it.until(({ kind }) => kind === "acknowledged");
    bench.setLinkUp(false);
    await it.untilTrue(() => it.links.at(-1) === "disconnected");
    assertEquals(await codeOf(broker.submit(it.market("a-2"))), "not_connected");
    assertEquals(await codeOf(broker.cancel("a-1")), "not_connected");
    await bench.trade();
    assertEquals(it.fills(), []);
    bench.setLinkUp(true);
    await it.passUntil(() => it.links.at(-1) === "connected");
    assertEquals(it.fillsWhenConnected, 1);
    assertEquals(await broker.executionsSince(0), it.fills());
    assertEquals(bench.submitsSeen("a-2"), 0);
    assertEquals((await broker.submit(it.market("a-2"))).outcome, "confirmed");
  });

  test("the broker has a time of its own", async (it) => {
    const timeUs = await it.bench.broker.clock();
    assert(Number.isSafeInteger(timeUs) && timeUs > 0);
  });

  test("what an implementation can do is told, and it is closed once and for all", async (it) => {
    const { broker, farBelow } = it.bench, { capabilities } = broker;
    assert(capabilities.orderTypes.includes("market") && capabilities.orderTypes.includes("limit"));
    assert(capabilities.timesInForce.includes("day"));
    await broker[Symbol.asyncDispose]();
    assertEquals(await codeOf(broker.submit(it.limit("a-1", farBelow))), "not_connected");
    assertNotEquals(it.links.at(-1), "connected");
  });
}

async function codeOf(request: Promise<RequestResult>): Promise<string> {
  const result = await request;
  return result.outcome === "refused" ? result.code : result.outcome;
}

/** A broker under test with what it has told. */
class Heard {
  readonly bench: BrokerUnderTest;
  readonly reports: BrokerReport[] = [];
  readonly links: LinkState[] = [];
  /** Fills that had been told when the link was last told to be connected. */
  fillsWhenConnected = 0;

  constructor(bench: BrokerUnderTest) {
    this.bench = bench;
    bench.broker.onReport((report) => this.reports.push(report));
    bench.broker.onLink((state) => {
      this.links.push(state);
      if (state === "connected") this.fillsWhenConnected = this.fills().length;
    });
  }

  market(clientId: string): OrderRequest {
    const { symbol } = this.bench;
    return { clientId, symbol, side: "buy", quantity: "10", type: "market", timeInForce: "gtc" };
  }

  limit(clientId: string, limitPrice: string): OrderRequest {
    return { ...this.market(clientId), type: "limit", limitPrice };
  }

  fills(): (BrokerReport & { kind: "fill" })["execution"][] {
    return this.reports.flatMap((report) => report.kind === "fill" ? [report.execution] : []);
  }

  /** Waits for a report. */
  async until(fits: (report: BrokerReport) => boolean): Promise<BrokerReport> {
    await this.untilTrue(() => this.reports.some(fits));
    return this.reports.find(fits)!;
  }

  /** Lets the market trade until something has been told. */
  async trade(isTold: () => boolean): Promise<void> {
    await this.bench.trade();
    await this.untilTrue(isTold);
  }

  /** Waits for what comes over the loopback interface by itself. */
  async untilTrue(isTrue: () => boolean): Promise<void> {
    for (let turns = 0; !isTrue(); turns++) {
      assert(turns < MAX_TURNS, `not so after ${MAX_TURNS} turns of the event loop`);
      await this.bench.clock.sleep(0);
    }
  }

  /** Lets time pass until something is so. */
  async passUntil(isTrue: () => boolean): Promise<void> {
    for (let turns = 0; !isTrue(); turns++) {
      assert(turns < MAX_TURNS, `not so after ${MAX_TURNS} turns of the event loop`);
      await this.bench.clock.advance(10_000);
    }
  }

  /** The result of a request that may never be answered: once it has arrived, time passes until it is given up. */
  async answerOf(request: Promise<RequestResult>): Promise<RequestResult> {
    const before = this.bench.requestsArrived();
    let result: RequestResult | undefined;
    request.then((it) => result = it);
    await this.untilTrue(() => result !== undefined || this.bench.requestsArrived() > before);
    await this.passUntil(() => result !== undefined);
    return result!;
  }
}
