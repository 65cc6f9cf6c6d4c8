/**
 * Counts the tests of a log of `deno test`, for the last line of a CI run: `N passed, N failed`, and `, N skipped` where some were.
 *
 * Usage: `deno run --allow-read=LOG scripts/check/ci_counts.ts LOG`. Exit code 0 when all passed, 1 when some failed or none
 * ran, 2 when the log holds no summary of a test run (nothing is counted then, and nothing is claimed).
 *
 * @module
 */

/** Counts of whole tests; steps are part of their test. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** Ignored tests. */
  readonly skipped: number;
}

// Colour sequences, written without the control character itself.
const COLOUR = new RegExp(String.fromCharCode(27) + "\\[[0-9;]*m", "g");
// What tests print stands between these lines and may look like anything, a summary included.
const OUTPUT = /^------- (?:\w+-test )?output -------$[^]*?----- (?:\w+-test )?output end -----/gm;
const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(?: \| (\d+) ignored)?.* \([^()]+\)$/gm;

/** Returns the sum over all test runs in the log, or undefined when no run printed a summary. */
export function countTests(log: string): TestCounts | undefined {
  const text = log.replaceAll("\r", "").replace(COLOUR, "").replace(OUTPUT, "");
  const summaries = [...text.matchAll(SUMMARY)].map((match) =>
    match.slice(1).map((digits) => Number(digits ?? 0))
  );
  if (summaries.length === 0) return undefined;
  const sum = (column: number): number =>
    summaries.reduce((total, counts) => total + (counts[column] ?? 0), 0);
  return { passed: sum(0), failed: sum(1), skipped: sum(2) };
}

/** Returns the counts as the last line of a CI run. */
export function formatCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : "");
}

if (import.meta.main) {
  const counts = countTests(await Deno.readTextFile(Deno.args[0] ?? ""));
  if (counts === undefined) {
    console.log("deno test printed no summary: no test was counted");
    Deno.exit(2);
  }
  console.log(formatCounts(counts));
  Deno.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
}
