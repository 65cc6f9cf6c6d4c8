/**
 * The comparison of books where the venue is inside: finds nothing in an honest account, and whatever was changed behind its ledger; when it is
 * made; and what positions are said to have earned.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { formatMoney } from "../../lib/core/mod.ts";
import { Comparisons } from "../../lib/live/session/comparisons.ts";
import { compareInside } from "../../lib/live/session/inside_account.ts";
import type { TradingCore } from "../../lib/live/account/trading_core.ts";
import { EventBus, type EventType } from "../../lib/observe/mod.ts";
import { roundTrips } from "../../lib/trading/mod.ts";
import { liveConfig, SessionCase, STRATEGIES } from "./session_case.ts";

async function traded(work: (core: TradingCore) => void | Promise<void>): Promise<void> {
  using session = new SessionCase();
  const config = await liveConfig(session.path, {
    strategies: [STRATEGIES + "sma_crossover.ts"],
    symbols: ["GOOG"],
    to: "2006-12-31",
  });
  const { core } = await session.run(config);
  await work(core);
}

const kindsOf = (core: TradingCore): string[] => {
  const { engine } = core.books[0]!;
  const agreed = [{ step: engine.step, hash: engine.mirrorHash() }];
  return compareInside(core, agreed).map(({ kind }) => kind);
};

Deno.test("REC-01 an account inside is equal, and each change behind its ledger is found", async () => {
  await traded((core) => {
    assertEquals(kindsOf(core), []);
    const { engine } = core.books[0]!, { ledger } = engine;
    assert(engine.fills.length > 4);
    ledger.cash += 1;
    assertEquals(kindsOf(core), ["ledger", "cash"]);
    ledger.realised += 1;
    assertEquals(kindsOf(core), ["cash"], "a ledger that balances can be wrong");
    ledger.cash -= 1;
    ledger.realised -= 1;
    ledger.position[0]! += 3;
    assertEquals(kindsOf(core), ["position"]);
    ledger.position[0]! -= 3;
    const { step } = engine, hash = engine.mirrorHash() ^ 1;
    assertEquals(compareInside(core, [{ step, hash }]).map(({ kind }) => kind), ["book"]);
    assertEquals(
      compareInside(core, [{ step: step - 1, hash }]),
      [],
      "it has not seen the instant",
    );
  });
});

Deno.test("REC-02 books are compared after so many ticks, and at the latest after a time", async () => {
  await traded(async (core) => {
    const clock = new SimulatedClock("2026-01-05T12:00:00Z"), bus = new EventBus();
    const rules = { reconcileTicks: 3, reconcileUs: 60e6 };
    const comparisons = new Comparisons({ core, bus, clock, rules, agreed: [null] });
    const typesAfter = async (ticks: number, seconds: number): Promise<EventType[]> => {
      const after = bus.lastSequence;
      for (let i = 0; i < ticks; i++) comparisons.tick();
      await clock.advance(seconds * 1e6);
      if (seconds > 0) comparisons.tick();
      return bus.recent({ after }).map(({ type }) => type);
    };
    const both: EventType[] = ["RECONCILIATION_START", "RECONCILIATION_END"];
    assertEquals(await typesAfter(2, 0), []);
    assertEquals(await typesAfter(1, 0), both);
    assertEquals(await typesAfter(0, 59), []);
    assertEquals(await typesAfter(0, 1), both);
    core.books[0]!.engine.ledger.position[0]! += 3;
    assertStringIncludes(comparisons.reconcile("by hand"), "position GOOG: ours smacross: ");
    const [found] = bus.recent({ types: ["RECONCILIATION_MISMATCH"] });
    assert(found?.type === "RECONCILIATION_MISMATCH");
    assertEquals([found.severity, found.data.symbol], ["error", "GOOG"]);
  });
});

Deno.test("events: a position that is closed tells the profit of its trade (ENG-11)", async () => {
  using session = new SessionCase();
  const config = await liveConfig(session.path, {
    strategies: [STRATEGIES + "sma_crossover.ts"],
    symbols: ["GOOG", "MSFT"],
    to: "2008-12-31",
  });
  const { core } = await session.run(config), { engine } = core.books[0]!;
  const told = session.bus.recent({ types: ["POSITION_CLOSED"] });
  const { closed } = roundTrips({
    orders: engine.orders,
    fills: engine.fills,
    ledger: engine.ledger,
    symbols: config.run.symbols,
    quantityDigits: [0, 0],
    splits: [],
    lastStep: engine.step,
    lastTimeUs: engine.nowUs,
  });
  assert(closed.length > 5);
  const sorted = (texts: readonly string[]): string[] => [...texts].sort();
  assertEquals(
    sorted(
      told.flatMap((it) =>
        it.type === "POSITION_CLOSED" ? [`${it.data.symbol} ${it.data.profit}`] : []
      ),
    ),
    sorted(closed.map((it) => `${it.symbol} ${formatMoney(it.netProfitMicros)}`)),
  );
});
