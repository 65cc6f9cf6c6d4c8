import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { RowHeap } from "../../lib/trading/orders/row_heap.ts";

const step = fc.record({
  row: fc.nat({ max: 200 }),
  key: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Infinity, -Infinity)),
  removes: fc.boolean(),
});

Deno.test("row heap: gives what a sorted list gives, under any additions and removals", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const heap = new RowHeap(), model = new Map<number, readonly [key: number, tie: number]>();
      let tie = 0;
      for (const { row, key, removes } of steps) {
        if (removes) assertEquals(heap.remove(row), model.delete(row));
        else if (!model.has(row)) {
          heap.add(row, key, ++tie);
          model.set(row, [key, tie]);
        }
        const sorted = [...model].sort(([, a], [, b]) =>
          a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? -1 : 1
        );
        assertEquals(heap.length, model.size);
        assertEquals(heap.first(), sorted[0]?.[0] ?? -1);
        assertEquals(heap.firstKey(), sorted[0]?.[1][0] ?? Infinity);
      }
      const rows = Array.from({ length: heap.length }, (_, place) => heap.rowAt(place));
      assertEquals(rows.sort((a, b) => a - b), [...model.keys()].sort((a, b) => a - b));
    }),
    { numRuns: 200 },
  );
});

Deno.test("row heap: an empty one has no first row, and removing from it is no error", () => {
  const heap = new RowHeap();
  assertEquals([heap.first(), heap.firstKey(), heap.remove(0), heap.remove(1e6)], [
    -1,
    Infinity,
    false,
    false,
  ]);
});
