/**
 * Arithmetic.
 *
 * ```ts
 * import { add } from "./add.ts";
 * const sum: number = add(1, 2);
 * if (sum !== 3) throw new Error("the other export is not used here, and need not be");
 * ```
 *
 * @module
 */

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

/** Returns the product. */
export function multiply(a: number, b: number): number {
  return a * b;
}
