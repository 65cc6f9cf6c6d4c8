/**
 * Runs the suite for people: one aligned table, counts, and what was skipped with the reason.
 *
 * @module
 */

import { type CaseGroup, GROUPS } from "./cases.ts";
import { type RedTeamCase, type Size, Skipped } from "./support/case.ts";

/** What is run. */
export interface SuiteOptions {
  readonly size: Size;
  /** Numbers such as `RT-31`, or the beginning of several; empty for all. */
  readonly only: readonly string[];
}

type Verdict = "ok" | "FAIL" | "look again" | "skipped";

interface CaseResult {
  readonly found: RedTeamCase;
  readonly verdict: Verdict;
  readonly milliseconds: number;
  readonly actual: string;
}

const TITLE_WIDTH = 64, ACTUAL_WIDTH = 96;

/**
 * Runs the chosen cases one after the other and prints them as they end.
 *
 * @param print Takes one line.
 * @returns True when none failed; canaries do not count. False also when nothing was chosen.
 */
export async function runSuite(
  { size, only }: SuiteOptions,
  print: (line: string) => void,
): Promise<boolean> {
  const results: CaseResult[] = [], started = performance.now();
  for (const group of GROUPS) {
    const chosen = group.cases.filter(({ id }) => isChosen(id, only));
    if (chosen.length > 0) print(`\n${group.name}`);
    for (const each of chosen) {
      const result = await runCase(each, group, size);
      results.push(result);
      print(lineOf(result));
      if (result.verdict === "FAIL" || result.verdict === "look again") {
        print(`    expected: ${each.expected}\n    actual:   ${result.actual}`);
      }
    }
  }
  if (results.length === 0) {
    print(`No case is called ${only.join(", ")}.`);
    return false;
  }
  const count = (verdict: Verdict): number =>
    results.filter((result) => result.verdict === verdict).length;
  for (const { found, actual, verdict } of results) {
    if (verdict === "skipped") print(`\nskipped ${found.id}: ${actual}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  print(
    `\n${count("ok")} passed, ${count("FAIL")} failed, ${count("skipped")} skipped, ${
      count("look again")
    } canaries to look at again; ${size} size, ${seconds} s`,
  );
  return count("FAIL") === 0;
}

/** `RT-3` means that case alone, `SE-L` all that begin so. */
function isChosen(id: string, only: readonly string[]): boolean {
  return only.length === 0 ||
    only.some((each) => id === each || (/\D$/.test(each) && id.startsWith(each)));
}

async function runCase(found: RedTeamCase, group: CaseGroup, size: Size): Promise<CaseResult> {
  const started = performance.now();
  const ended = (verdict: Verdict, actual: string): CaseResult => ({
    found,
    verdict,
    milliseconds: performance.now() - started,
    actual: actual.replace(/\s+/g, " "),
  });
  try {
    return ended("ok", await found.run(size));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (error instanceof Skipped) return ended("skipped", text);
    return ended(group.canaries === true ? "look again" : "FAIL", text);
  }
}

function lineOf({ found, verdict, milliseconds, actual }: CaseResult): string {
  const time = `${milliseconds.toFixed(0)} ms`.padStart(9);
  return `${found.id.padEnd(8)} ${verdict.padEnd(10)} ${time}  ${
    cut(found.title, TITLE_WIDTH).padEnd(TITLE_WIDTH)
  }  ${verdict === "ok" || verdict === "skipped" ? cut(actual, ACTUAL_WIDTH) : ""}`.trimEnd();
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
