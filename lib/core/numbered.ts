/**
 * Codes of a list of names: what a column of a table holds in place of a name.
 *
 * @module
 */

/** Returns an object that gives each name its place in the list. */
export function numbered<Name extends string>(
  names: readonly Name[],
): { readonly [N in Name]: number } {
  const numbers = {} as Record<Name, number>;
  for (let i = 0; i < names.length; i++) numbers[names[i]!] = i;
  return Object.freeze(numbers);
}
