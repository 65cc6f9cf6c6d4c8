/**
 * Reports of one order in any order, told twice or more: whatever crosses whatever, the book settles on what really happened (ORD-08, ORD-09,
 * ORD-12, ORD-21).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  isWorking,
  ORDER_COMMAND,
  ORDER_REASON,
  ORDER_REPORT,
  ORDER_STATE,
  ORDER_TYPE,
  OrderBook,
  OUTCOME,
  SIZING,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";
import { runsOf } from "./runs.ts";

const QUANTITY = 100;

/** What happened at the venue: fills that sum to at most the order, and how the order ended there. */
interface Truth {
  readonly fills: readonly number[];
  readonly end: "filled" | "cancelled" | "expired" | "rejected";
}

const truth: fc.Arbitrary<Truth> = fc.tuple(
  fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 5 }),
  fc.constantFrom("cancelled" as const, "expired" as const, "rejected" as const),
).map(([sizes, end]) => {
  const fills: number[] = [];
  let left = QUANTITY;
  for (const size of sizes) {
    const fill = Math.min(size, left);
    if (fill > 0) fills.push(fill);
    left -= fill;
  }
  return { fills, end: left === 0 ? "filled" : end };
});

/** A message on the wire: an execution by its number, or a word. */
type Message = { readonly execution: number } | { readonly word: keyof typeof ORDER_REPORT };

function messagesOf({ fills, end }: Truth, asksCancel: boolean): Message[] {
  const messages: Message[] = [{ word: "acknowledged" }];
  fills.forEach((_, execution) => messages.push({ execution }));
  if (end !== "filled") messages.push({ word: end });
  else if (asksCancel) messages.push({ word: "cancel_refused" });
  return messages;
}

const STATE_OF = {
  filled: ORDER_STATE.filled,
  cancelled: ORDER_STATE.cancelled,
  expired: ORDER_STATE.expired,
  rejected: ORDER_STATE.rejected,
} as const;

Deno.test("property: cancels, fills and endings settle, in whatever order and however often they are told", () => {
  fc.assert(
    fc.property(
      truth,
      fc.boolean(),
      fc.boolean(),
      fc.infiniteStream(fc.nat({ max: 1_000_000 })),
      (truth, asksCancel, timesOut, chance) => {
        const book = new OrderBook(1), { table } = book;
        const row = book.add(
          0,
          SIZING.quantity,
          ORDER_TYPE.limit,
          TIME_IN_FORCE.day,
          0,
          QUANTITY,
          10e6,
          0,
          0,
          0,
          Infinity,
        );
        book.command(row, ORDER_COMMAND.send, ORDER_REASON.none, 1);
        if (timesOut) book.command(row, ORDER_COMMAND.time_out, ORDER_REASON.none, 1);
        if (asksCancel) book.command(row, ORDER_COMMAND.cancel, ORDER_REASON.none, 1);
        const draw = (count: number): number => chance.next().value! % count;
        // Each message once, some again, shuffled; an execution is booked once: that is what its id is for.
        const queue = messagesOf(truth, asksCancel).flatMap((message) =>
          Array.from({ length: 1 + (draw(4) === 0 ? 1 : 0) }, () => message)
        );
        const booked = new Set<number>();
        let filled = 0;
        while (queue.length > 0) {
          const [message] = queue.splice(draw(queue.length), 1) as [Message];
          if ("word" in message) {
            book.report(row, ORDER_REPORT[message.word], ORDER_REASON.none, 2);
          } else if (!booked.has(message.execution)) {
            booked.add(message.execution);
            const quantity = truth.fills[message.execution]!;
            filled += quantity;
            assertEquals(book.execute(row, quantity, message.execution, 2), OUTCOME.applied);
          }
          assertEquals(table.filled[row], filled, "a fill is booked at once");
          assert(filled <= QUANTITY);
        }
        assertEquals(table.state[row], STATE_OF[truth.end]);
        assertEquals(table.filled[row], truth.fills.reduce((sum, fill) => sum + fill, 0));
        assertEquals(book.working.count, 0);
        assert(!isWorking(table.state[row]!));
        assertEquals(table.ended.length, 1);
      },
    ),
    runsOf(500),
  );
});
