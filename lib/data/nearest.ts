/**
 * The known name that was likely meant.
 *
 * @module
 */

/** Returns the candidate with the fewest changed letters, at most two and fewer than half of them, or undefined. */
export function nearestName(text: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined, least = Math.min(3, Math.ceil((text.length + 1) / 2));
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Letters inserted, left out or replaced (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
