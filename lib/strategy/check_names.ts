/**
 * Reads the names of an options bag, so that a misspelt field is an error and not a silent default.
 *
 * @module
 */

import { didYouMean } from "../core/mod.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError, ownKeys = Object.keys;

/** Refuses a misspelt field instead of ignoring it. */
export function checkNames(where: string, bag: object, known: readonly string[]): void {
  if (typeof bag !== "object" || bag === null) {
    throw new TypeErrorOf(where + " needs an object with " + known[0]);
  }
  const names = ownKeys(bag);
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    let found = false;
    for (let k = 0; k < known.length; k++) if (known[k] === name) found = true;
    if (!found) {
      throw new RangeErrorOf(where + ': unknown field "' + name + '"' + didYouMean(name, known));
    }
  }
}
