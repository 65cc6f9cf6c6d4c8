/**
 * The order book under any events at all: its counts and indexes agree with its rows, nothing leaves the lifecycle, no fill is lost
 * (ORD-03, ORD-08, ORD-09, ORD-16, ORD-21).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  afterCommand,
  afterReport,
  CELL,
  isWorking,
  ORDER_COMMAND,
  ORDER_COMMAND_NAMES,
  ORDER_FLAG,
  ORDER_MARK,
  ORDER_REASON,
  ORDER_REPORT,
  ORDER_REPORT_NAMES,
  ORDER_STATE,
  ORDER_STATE_NAMES,
  ORDER_TYPE,
  OrderBook,
  OUTCOME,
  RowScratch,
  SIZING,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";

const SERIES = 2;

function addOrder(
  book: OrderBook,
  quantity = 100,
  type: number = ORDER_TYPE.limit,
  flags = 0,
): number {
  const hasLimit = type === ORDER_TYPE.limit || type === ORDER_TYPE.stop_limit;
  const hasStop = type === ORDER_TYPE.stop || type === ORDER_TYPE.stop_limit;
  return book.add(
    book.table.length % SERIES,
    SIZING.quantity,
    type,
    TIME_IN_FORCE.gtc,
    flags,
    quantity,
    hasLimit ? 10e6 : 0,
    hasStop ? 11e6 : 0,
    0,
    0,
    Infinity,
  );
}

/** Counts by state, the working list of each series and its times of ending agree with the rows. */
function checkIndexes(book: OrderBook): void {
  const { table, working } = book, counts = new Array(ORDER_STATE_NAMES.length).fill(0);
  const indexed: number[][] = Array.from({ length: SERIES }, () => []);
  for (let row = 0; row < table.length; row++) {
    const state = table.state[row]!, held = (table.flags[row]! & ORDER_FLAG.held) !== 0;
    counts[state]++;
    if (isWorking(state) && !held) indexed[table.series[row]!]!.push(row);
    assertEquals(Number.isNaN(table.endedUs[row]!), isWorking(state));
    if (isWorking(state)) assertEquals(table.reason[row], ORDER_REASON.none);
  }
  assertEquals([...book.counts], counts);
  assertEquals(working.count, indexed.flat().length);
  const rows = new RowScratch();
  for (let s = 0; s < SERIES; s++) {
    working.list(s, rows);
    assertEquals(Array.from({ length: rows.length }, (_, k) => rows.at(k)), indexed[s]);
  }
}

type Event =
  | {
    readonly kind: "add";
    readonly quantity: number;
    readonly type: number;
    readonly held: boolean;
  }
  | { readonly kind: "command" | "report"; readonly pick: number; readonly code: number }
  | { readonly kind: "fill"; readonly pick: number; readonly quantity: number }
  | { readonly kind: "replaced"; readonly pick: number; readonly quantity: number }
  | { readonly kind: "correct"; readonly pick: number; readonly change: number }
  | { readonly kind: "release" | "cancel"; readonly pick: number };

const pick = fc.nat({ max: 9 });
const size = fc.integer({ min: -150, max: 150 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      quantity: fc.constantFrom(-100, -7, 1, 100),
      type: fc.constantFrom(...Object.values(ORDER_TYPE)),
      held: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("command" as const),
      pick,
      code: fc.nat({ max: ORDER_COMMAND_NAMES.length - 1 }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("report" as const),
      pick,
      code: fc.nat({ max: ORDER_REPORT_NAMES.length - 1 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("fill" as const), pick, quantity: size }) },
  fc.record({ kind: fc.constant("replaced" as const), pick, quantity: size }),
  fc.record({ kind: fc.constant("correct" as const), pick, change: fc.constantFrom(-1, 1) }),
  fc.record({ kind: fc.constantFrom("release" as const, "cancel" as const), pick }),
);

Deno.test("order book: counts and indexes agree with the rows after any commands and reports (ORD-16)", () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), (events) => {
      const book = new OrderBook(SERIES), { table } = book;
      let nowUs = 0;
      for (const it of events) {
        nowUs++;
        if (it.kind === "add") {
          addOrder(book, it.quantity, it.type, it.held ? ORDER_FLAG.held : 0);
          checkIndexes(book);
          continue;
        }
        if (table.length === 0) continue;
        const row = it.pick % table.length, state = table.state[row]!, length = table.length;
        const held = (table.flags[row]! & ORDER_FLAG.held) !== 0;
        // A held order is not at the venue: nothing is sent or told of it.
        if (held && it.kind !== "cancel" && it.kind !== "release") continue;
        switch (it.kind) {
          case "command": {
            const cell = afterCommand(state, it.code);
            assertEquals(
              book.command(row, it.code, ORDER_REASON.none, nowUs),
              cell !== CELL.refused,
            );
            assertEquals(table.state[row], cell >= 0 ? cell : state);
            break;
          }
          case "report": {
            const cell = afterReport(state, it.code), { repeats, unexpected } = book;
            const outcome = book.report(row, it.code, ORDER_REASON.none, nowUs);
            assertEquals(book.repeats - repeats, outcome === OUTCOME.repeat ? 1 : 0);
            assertEquals(book.unexpected - unexpected, outcome === OUTCOME.unexpected ? 1 : 0);
            assertEquals(outcome === OUTCOME.unexpected, cell === CELL.refused);
            if (cell >= 0) assertEquals(table.state[row], cell);
            else if (cell !== CELL.back) assertEquals(table.state[row], state);
            else assert(isWorking(table.state[row]!) && table.state[row] !== state);
            break;
          }
          case "fill": {
            const filled = table.filled[row]!, outcome = book.execute(row, it.quantity, 0, nowUs);
            const isBooked = it.quantity !== 0 && it.quantity * table.quantity[row]! > 0;
            assertEquals(table.filled[row], isBooked ? filled + it.quantity : filled);
            if (!isBooked) assertEquals(outcome, OUTCOME.unexpected);
            break;
          }
          case "replaced": {
            const asked = table.quantity[row]!, quantity = Math.sign(asked) * Math.abs(it.quantity);
            const successor = book.replaced(row, quantity, 10e6, 11e6, nowUs);
            assertEquals(table.length, successor < 0 ? length : length + 1);
            if (successor >= 0) {
              assertEquals(table.state[row], ORDER_STATE.replaced);
              assertEquals(table.filled[successor], table.filled[row]);
              assertEquals(table.series[successor], table.series[row]);
            }
            break;
          }
          case "correct": {
            const filled = table.filled[row]!, repeats = book.unexpected;
            book.correct(row, it.change, nowUs);
            assertEquals(table.filled[row], filled + it.change);
            assertEquals(book.unexpected - repeats, state === ORDER_STATE.pending ? 1 : 0);
            break;
          }
          case "release":
            if (held && isWorking(state)) book.release(row);
            break;
          case "cancel": {
            const allowed = book.cancel(row, ORDER_REASON.cancelled_by_strategy, nowUs);
            assertEquals(allowed, isWorking(state));
            // Nothing is known of an unknown order: its cancel is sent once it is found.
            if (allowed && state !== ORDER_STATE.unknown) {
              assertEquals(table.state[row], ORDER_STATE.cancelled);
            }
            break;
          }
        }
        checkIndexes(book);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("order book: a fill that is told is never lost, in whatever state (ORD-08, ORD-09)", () => {
  const partial = [
    "submitted",
    "unknown",
    "accepted",
    "pending_cancel",
    "pending_replace",
    "suspended",
    "cancelled",
    "rejected",
    "expired",
    "never_received",
  ] as const;
  const ways: Readonly<Record<typeof partial[number], readonly string[]>> = {
    submitted: ["send"],
    unknown: ["send", "time_out"],
    accepted: ["send", "acknowledged"],
    pending_cancel: ["send", "acknowledged", "cancel"],
    pending_replace: ["send", "acknowledged", "replace"],
    suspended: ["send", "suspended"],
    cancelled: ["send", "cancelled"],
    rejected: ["send", "rejected"],
    expired: ["send", "expired"],
    never_received: ["send", "time_out", "absent"],
  };
  for (const name of partial) {
    const book = new OrderBook(SERIES), row = addOrder(book);
    for (const word of ways[name]) {
      if (word in ORDER_COMMAND) {
        assert(book.command(row, ORDER_COMMAND[word as "send"], ORDER_REASON.none, 1), name);
      } else book.report(row, ORDER_REPORT[word as "acknowledged"], ORDER_REASON.none, 1);
    }
    assertEquals(ORDER_STATE_NAMES[book.table.state[row]!], name);
    assertEquals(book.execute(row, 40, 0, 2), OUTCOME.applied, name);
    assertEquals(book.table.filled[row], 40, name);
    assertEquals(book.execute(row, 60, 1, 3), OUTCOME.applied, name);
    assertEquals(book.table.filled[row], 100, name);
    assertEquals(book.table.fill[row], 1, name);
    assertEquals(ORDER_STATE_NAMES[book.table.state[row]!], "filled", name);
    checkIndexes(book);
  }
});

Deno.test("order book: a fill of an order that was never sent is booked and told as unexpected", () => {
  const book = new OrderBook(SERIES), row = addOrder(book);
  assertEquals(book.execute(row, 100, 0, 1), OUTCOME.unexpected);
  assertEquals([book.table.filled[row], book.unexpected], [100, 1]);
});

Deno.test("order book: fills of no size or of the other side are refused, not booked (ORD-08)", () => {
  const book = new OrderBook(SERIES), row = addOrder(book);
  book.command(row, ORDER_COMMAND.send, ORDER_REASON.none, 1);
  assertEquals(book.execute(row, 0, 0, 2), OUTCOME.unexpected);
  assertEquals(book.execute(row, -5, 0, 2), OUTCOME.unexpected);
  assertEquals([book.table.filled[row], book.table.state[row]], [0, ORDER_STATE.submitted]);
});

Deno.test("order book: a revived order works again and ends a second time", () => {
  const book = new OrderBook(SERIES), row = addOrder(book), { table } = book;
  book.command(row, ORDER_COMMAND.send, ORDER_REASON.none, 1);
  book.report(row, ORDER_REPORT.absent, ORDER_REASON.venue_rejected, 2);
  assertEquals([table.state[row], table.endedUs[row]], [ORDER_STATE.never_received, 2]);
  assertEquals(book.report(row, ORDER_REPORT.acknowledged, ORDER_REASON.none, 3), OUTCOME.applied);
  assertEquals(
    [table.state[row], table.endedUs[row], table.reason[row], table.marks.get(row)],
    [ORDER_STATE.accepted, NaN, ORDER_REASON.none, ORDER_MARK.revived],
  );
  assert(book.working.has(row));
  assert(book.cancel(row, ORDER_REASON.cancelled_by_strategy, 4));
  assertEquals([table.state[row], table.endedUs[row]], [ORDER_STATE.cancelled, 4]);
  assertEquals([table.ended.row(0), table.ended.row(1)], [row, row]);
});

Deno.test("order book: a chain of replacements has one live order, and nothing filled is offered again (ORD-13)", () => {
  const book = new OrderBook(SERIES), first = addOrder(book, -100), { table } = book;
  book.command(first, ORDER_COMMAND.send, ORDER_REASON.none, 1);
  book.execute(first, -30, 0, 2);
  let live = first;
  for (const quantity of [-90, -120, -80]) {
    assert(book.command(live, ORDER_COMMAND.replace, ORDER_REASON.none, 3));
    const next = book.replaced(live, quantity, 9e6, 0, 3);
    assertEquals(table.successor.get(live), next + 1);
    assertEquals(table.predecessor.get(next), live + 1);
    live = next;
  }
  assertEquals(book.working.count, 1);
  assertEquals(table.quantity[live]! - table.filled[live]!, -50);
  assertEquals(table.state[live], ORDER_STATE.partially_filled);
  // A fill of the first one crosses on its way: all of the chain knows.
  book.execute(first, -50, 1, 4);
  assertEquals(table.state[live], ORDER_STATE.filled);
  assertEquals(book.working.count, 0);
});
