/**
 * Stand-in for `jsr:@std/assert` on machines that do not reach JSR: the functions that Sandbar's tests use, with the same
 * signatures, over `node:assert/strict`. `deno.jsr.json` runs the same tests against the real package.
 *
 * @module
 */

import nodeAssert from "node:assert/strict";

/** Fails unless the expression is truthy. */
export function assert(expression: unknown, message = "assertion failed"): asserts expression {
  nodeAssert.ok(expression, message);
}

/** Fails unless both values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, message);
}

/** Fails when both values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, message);
}

/** Fails unless both values are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  message?: string,
): asserts actual is T {
  nodeAssert.ok(
    Object.is(actual, expected),
    message ?? `${String(actual)} is not ${String(expected)}`,
  );
}

/** Fails unless |actual - expected| is at most the tolerance (default 1e-7 of the expected value, as the standard library). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  message?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ?? (Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7);
  nodeAssert.ok(
    Math.abs(expected - actual) <= allowed,
    message ?? `${actual} differs from ${expected} by more than ${allowed}`,
  );
}

/** Fails unless the text contains the expected part. */
export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  nodeAssert.ok(
    actual.includes(expected),
    message ?? `${JSON.stringify(actual)} lacks ${JSON.stringify(expected)}`,
  );
}

/** Fails unless the text matches the pattern. */
export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  nodeAssert.match(actual, expected, message);
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = new (...args: any[]) => E;

function checkError<E extends Error>(
  error: unknown,
  errorClass: ErrorClass<E>,
  includes: string,
): asserts error is E {
  nodeAssert.ok(error instanceof errorClass, `expected ${errorClass.name}, got ${String(error)}`);
  assertStringIncludes(error.message, includes);
}

/** Fails unless the function throws an error of the class whose message includes the text; returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  errorClass: ErrorClass<E> = Error as unknown as ErrorClass<E>,
  includes = "",
): E {
  try {
    fn();
  } catch (error) {
    checkError(error, errorClass, includes);
    return error;
  }
  throw new nodeAssert.AssertionError({ message: "expected the function to throw" });
}

/** Fails unless the promise rejects with an error of the class whose message includes the text; returns the error. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: ErrorClass<E> = Error as unknown as ErrorClass<E>,
  includes = "",
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    checkError(error, errorClass, includes);
    return error;
  }
  throw new nodeAssert.AssertionError({ message: "expected the promise to reject" });
}
