/**
 * A red-team case: what is tried, what must come of it, and the run that finds out.
 *
 * @module
 */

import { assert, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { type Attack, attack, type AttackOptions } from "./attack.ts";

/** `ci` is cut down to seconds, `full` runs the sizes of a release. */
export type Size = "ci" | "full";

/** One case of the red team. */
export interface RedTeamCase {
  /** Number, for example `RT-31`; stays the same for ever. */
  readonly id: string;
  /** What it tries. */
  readonly title: string;
  /** What must come of it. */
  readonly expected: string;
  /** Returns what came of it, for people; throws when it is not what was expected, {@linkcode Skipped} when it cannot be run here. */
  run(size: Size): Promise<string>;
}

/** This machine lacks what a case needs. */
export class Skipped extends Error {
  override readonly name = "Skipped";
}

/** A strategy and the pattern that its verdict or its log must match. */
export type SourceRow = readonly [
  label: string,
  source: string,
  pattern: RegExp,
  options?: AttackOptions,
];

/** Runs each strategy; its failure's message, or its log, must match. */
export async function expectEach(
  rows: readonly SourceRow[],
  options: AttackOptions = {},
): Promise<string> {
  let last = "";
  for (const [label, source, pattern, own] of rows) {
    const found = await attack(source, { ...options, ...own });
    assertUnharmed(found, label);
    last = outcome(found);
    assertMatch(last, pattern, `${label}: found ${last}`);
  }
  return rows.length === 1 ? last : `${rows.length} of ${rows.length}; last: ${last}`;
}

/** A run may do what it likes, but it saw nothing of the future and reached nothing outside. */
export function assertUnharmed(found: Attack, label: string): void {
  assert(found.leaks === 0, `${label}: look-ahead in ${found.leaks} orders`);
  assert(
    found.breaches.length === 0,
    `${label}: the strategy reports breaches ${found.breaches.slice(0, 10)}`,
  );
  assert(
    !/books of sandbox and host differ|broke the rules|broke the protocol/.test(found.message),
    `${label}: ${found.message}`,
  );
}

/** The verdict of a run on one line. */
export function outcome(found: Attack): string {
  return found.failure === undefined
    ? `done: ${found.log.join(" | ")}`
    : `${found.failure}: ${found.message}`;
}

/** Registers each case as a test. */
export function testCases(cases: readonly RedTeamCase[]): void {
  for (const { id, title, run } of cases) {
    Deno.test(`${id} ${title}`, async (context) => {
      try {
        await run("ci");
      } catch (error) {
        if (!(error instanceof Skipped)) throw error;
        await context.step({ name: `skipped: ${error.message}`, ignore: true, fn: () => {} });
      }
    });
  }
}

/**
 * As {@linkcode testCases}, each in a process of its own: for cases that look at descriptors, children and memory of the whole process,
 * which test files that run side by side share.
 */
export function testCasesAlone(cases: readonly RedTeamCase[]): void {
  const program = join(import.meta.dirname!, "../../../scripts/redteam.ts");
  for (const { id, title } of cases) {
    Deno.test(`${id} ${title}`, async () => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--frozen",
          "--no-check",
          "--allow-read",
          "--allow-write=/tmp",
          "--allow-net=127.0.0.1",
          `--allow-run=${Deno.execPath()},prlimit`,
          program,
          "--only",
          id,
        ],
        stdin: "null",
      }).output();
      const text = new TextDecoder();
      assert(code === 0, text.decode(stdout) + text.decode(stderr));
    });
  }
}
