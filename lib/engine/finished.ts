/**
 * What a handler may return.
 *
 * @module
 */

const TypeErrorOf = TypeError;

/** Refuses a promise. A number or the like is let through: an arrow function returns what its last call gave. */
export function finished(result: unknown, name: string): void {
  if (typeof result !== "object" || result === null) return;
  throw new TypeErrorOf(name + " must be synchronous and return nothing (is it async?)");
}
