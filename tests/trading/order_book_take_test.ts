/**
 * `OrderBook.take`, the short way of an order that a venue acknowledges at once: in every state it does what sending and acknowledging
 * do one after the other.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  ORDER_COMMAND,
  ORDER_REASON,
  ORDER_REPORT,
  ORDER_REPORT_NAMES,
  ORDER_STATE_NAMES,
  ORDER_TYPE,
  OrderBook,
  SIZING,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";

const { market } = ORDER_TYPE, { gtc } = TIME_IN_FORCE, { none } = ORDER_REASON;

function bookWithOrder(): OrderBook {
  const book = new OrderBook(1);
  book.add(0, SIZING.quantity, market, gtc, 0, 100, 0, 0, 0, 1, Infinity);
  return book;
}

/** Ways to bring an order into a state: commands and reports by name. */
const WAYS: readonly (readonly string[])[] = [
  [],
  ["send"],
  ["send", "time_out"],
  ["send", "acknowledged"],
  ["send", "acknowledged", "partial_fill"],
  ["send", "acknowledged", "cancel"],
  ["send", "acknowledged", "replace"],
  ["send", "acknowledged", "suspended"],
  ["send", "acknowledged", "full_fill"],
  ["send", "acknowledged", "cancelled"],
  ["send", "rejected"],
  ["send", "absent"],
  ["send", "expired"],
  ["send", "acknowledged", "replaced"],
];

function brought(way: readonly string[]): OrderBook {
  const book = bookWithOrder();
  for (const name of way) {
    if ((ORDER_REPORT_NAMES as readonly string[]).includes(name)) {
      book.report(0, ORDER_REPORT[name as keyof typeof ORDER_REPORT], none, 2);
    } else book.command(0, ORDER_COMMAND[name as keyof typeof ORDER_COMMAND], none, 2);
  }
  return book;
}

function told({ table, counts, repeats, unexpected, working }: OrderBook): unknown {
  return {
    state: ORDER_STATE_NAMES[table.state[0]!],
    endedUs: table.endedUs[0],
    marks: table.marks.get(0),
    before: table.before.get(0),
    ended: table.ended.length,
    counts: [...counts],
    repeats,
    unexpected,
    working: working.count,
  };
}

Deno.test("order book: taking an order equals sending and acknowledging it, from every state", () => {
  const seen = new Set<number>();
  for (const way of WAYS) {
    const short = brought(way), long = brought(way);
    seen.add(short.table.state[0]!);
    short.take(0, 3);
    long.command(0, ORDER_COMMAND.send, none, 3);
    long.report(0, ORDER_REPORT.acknowledged, none, 3);
    assertEquals(told(short), told(long), way.join(", "));
  }
  assertEquals(seen.size, ORDER_STATE_NAMES.length);
});

Deno.test("order book: an order that is taken is accepted and works", () => {
  const book = bookWithOrder();
  book.take(0, 2);
  assertEquals(ORDER_STATE_NAMES[book.table.state[0]!], "accepted");
  assertEquals([book.working.count, book.unexpected, book.repeats], [1, 0, 0]);
});
