/**
 * Counts as people read them.
 *
 * @module
 */

/** Returns a whole number, or its digits, with commas between thousands: 12288 as `12,288`. */
export function thousands(value: number | string): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Returns a count with its word: `1 order`, `12,288 orders`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}
