/**
 * The merge plan against a plain sort: every bar once, by close time, ties in the order of the symbols, one instant a close time.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { allocateColumns, LAST_OF_INSTANT, mergePlan } from "../../lib/market/mod.ts";

function columnsAt(closes: readonly number[]): ReturnType<typeof allocateColumns> {
  const columns = allocateColumns(closes.length);
  columns.closeTime.set(closes);
  return columns;
}

Deno.test("merge plan: equals a sort by close time, then series, with many ties", () => {
  // Increasing close times out of few, so that several series meet.
  const closes = fc.uniqueArray(fc.nat(40), { maxLength: 30 }).map((list) =>
    list.sort((a, b) => a - b)
  );
  fc.assert(
    fc.property(fc.array(closes, { minLength: 1, maxLength: 9 }), (series) => {
      const rows = series.flatMap((list, s) => list.map((time) => ({ time, s })));
      rows.sort((a, b) => a.time - b.time || a.s - b.s);
      const wanted = rows.map(({ time, s }, i) =>
        rows[i + 1]?.time === time ? s : s | LAST_OF_INSTANT
      );
      const plan = mergePlan(series.map(columnsAt), series.map((list) => list.length));
      assertEquals([...plan.entries], wanted);
      assertEquals(plan.steps, new Set(rows.map(({ time }) => time)).size);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("merge plan: rows beyond the given lengths are not walked", () => {
  const plan = mergePlan([columnsAt([1, 2, 9]), columnsAt([2, 3])], [2, 1]);
  assertEquals([...plan.entries], [0 | LAST_OF_INSTANT, 0, 1 | LAST_OF_INSTANT]);
  assertEquals(plan.steps, 2);
});
