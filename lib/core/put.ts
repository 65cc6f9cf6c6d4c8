/**
 * Stores into plain arrays that a strategy cannot catch: an assignment `list[i] = value` to a place that is not there yet meets a setter
 * on `Array.prototype`, and would hand it columns, cursors and tables. Definitions meet none.
 *
 * @module
 */

const define = Object.defineProperty;

/** Puts a value at the end of a list, or in the place of another one. For engine code that runs once a strategy is loaded. */
export function put<T>(list: T[], index: number, value: T): void {
  define(
    list,
    index,
    { __proto__: null, value, writable: true, enumerable: true, configurable: true } as
      & PropertyDescriptor
      & { __proto__: null },
  );
}
