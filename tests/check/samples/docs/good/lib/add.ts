/**
 * Returns the sum.
 *
 * ```ts run
 * import { add } from "./add.ts";
 * if (add(1, 2) !== 3) throw new Error("one and two is not three");
 * ```
 */
export function add(a: number, b: number): number {
  return a + b;
}
