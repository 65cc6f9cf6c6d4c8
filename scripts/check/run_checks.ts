/**
 * Runs checks, two at a time, and prints them in their order: one line a check, then what it found.
 *
 * @module
 */

import type { Check, CheckOptions } from "./contract.ts";

/** As many checks at once as the smallest machine that we aim at has cores. */
const AT_ONCE = 2;

/** Lines of findings shown of one check: the first ones are the ones to mend first. */
const MAX_LINES = 60;

/** What running the checks needs beside them. */
export interface RunOptions extends CheckOptions {
  /** Where a finished line of the report goes. */
  readonly print: (line: string) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** How a check ended. */
interface Result {
  readonly findings: readonly string[];
  readonly elapsedMs: number;
}

/** Runs all checks, also after one has failed, and returns how many failed. */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<number> {
  const results = checks.map(() => Promise.withResolvers<Result>());
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < checks.length; index = next++) {
      const check = checks[index];
      if (check !== undefined) results[index]?.resolve(await runCheck(check, options));
    }
  };
  const workers = Array.from({ length: AT_ONCE }, work);
  let failed = 0;
  for (const [index, check] of checks.entries()) {
    const result = await results[index]?.promise;
    if (result === undefined) continue;
    if (result.findings.length > 0) failed += 1;
    for (const line of report(check.name, result)) options.print(line);
  }
  await Promise.all(workers);
  return failed;
}

async function runCheck(check: Check, options: RunOptions): Promise<Result> {
  const start = options.now();
  let findings: readonly string[];
  try {
    findings = await check.run(options);
  } catch (error) {
    // A check that cannot run has not passed; the others still say what they know.
    const cause = error instanceof Error ? error.stack ?? String(error) : String(error);
    findings = [`the check itself failed: ${cause}`];
  }
  return { findings, elapsedMs: options.now() - start };
}

function report(name: string, { findings, elapsedMs }: Result): readonly string[] {
  const seconds = (elapsedMs / 1000).toFixed(1).padStart(6);
  const verdict = findings.length === 0 ? "ok    " : "FAILED";
  const lines = findings.flatMap((text) => text.split("\n"));
  const more = lines.length - MAX_LINES;
  return [
    `${verdict} ${name.padEnd(16)}${seconds} s`,
    ...lines.slice(0, MAX_LINES).map((line) => line === "" ? "" : `       ${line}`),
    ...(more > 0 ? [`       … and ${more} more lines`] : []),
  ];
}
