/**
 * "Did you mean": the nearest of the known words to a misspelt one.
 *
 * @module
 */

/**
 * Returns the known word nearest to the given one, or undefined when none is near: at most a third of the letters, and at least one,
 * may be wrong, missing, surplus or swapped with a neighbour (optimal string alignment distance).
 */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined, bestDistance = Infinity;
  const lower = word.toLowerCase();
  for (let i = 0; i < known.length; i++) {
    const candidate = known[i]!, distance = editDistance(lower, candidate.toLowerCase());
    const longer = candidate.length > word.length ? candidate.length : word.length;
    const allowed = longer < 3 ? 1 : longer / 3;
    if (distance < bestDistance && distance <= allowed && distance < longer) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Returns ` (did you mean "x"?)` or an empty text. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
}

function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Infinity;
  const width = b.length + 1;
  const table = new Uint8Array((a.length + 1) * width);
  for (let j = 0; j <= b.length; j++) table[j] = j;
  for (let i = 1; i <= a.length; i++) {
    table[i * width] = i;
    for (let j = 1; j <= b.length; j++) {
      const at = i * width + j, same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1;
      let least = table[at - width - 1]! + same;
      if (table[at - width]! + 1 < least) least = table[at - width]! + 1;
      if (table[at - 1]! + 1 < least) least = table[at - 1]! + 1;
      const swapped = i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped && table[at - 2 * width - 2]! + 1 < least) least = table[at - 2 * width - 2]! + 1;
      table[at] = least;
    }
  }
  return table[table.length - 1]!;
}
