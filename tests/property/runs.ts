/**
 * How many random runs a law is tested with, and from which seed: some hundreds among the other tests, tens of thousands by
 * `deno task test:property [RUNS] [SEED]`. fast-check prints the seed of a failure.
 *
 * @module
 */

import type fc from "fast-check";

const [mode, runs, root] = Deno.args, isFull = mode === "full";
const SEED = root === undefined ? (Math.random() * 2 ** 32) | 0 : Number(root);

if (isFull) {
  const shown = runs ?? "20000";
  console.log(
    `property tests: ${shown} runs a law, seed ${SEED} (deno task test:property ${shown} ${SEED})`,
  );
}

/**
 * Returns the parameters of `fc.assert` for a law.
 *
 * @param few Runs among the other tests.
 * @param share Share of the many runs, for a law whose runs are long.
 */
export function runsOf<T>(few: number, share = 1): fc.Parameters<T> {
  return { numRuns: isFull ? Math.ceil(Number(runs ?? 20_000) * share) : few, seed: SEED };
}
