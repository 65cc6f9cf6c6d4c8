/**
 * Places in a sorted column.
 *
 * @module
 */

/** Returns the first index whose value is at least `value`, or `count` when there is none. */
export function firstAtLeast(
  sorted: Float64Array | Int32Array,
  count: number,
  value: number,
): number {
  let low = 0, high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the last index whose value is at most `value`, or -1 when there is none. */
export function lastAtMost(
  sorted: Float64Array | Int32Array,
  count: number,
  value: number,
): number {
  const at = firstAtLeast(sorted, count, value);
  return at < count && sorted[at] === value ? at : at - 1;
}
