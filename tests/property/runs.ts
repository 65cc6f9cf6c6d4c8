/**
 * How many random runs a law is tested with, and from which seed: some hundreds among the other tests, tens of thousands by
 * `deno task test:property [RUNS] [SEED]`. fast-check prints the seed of a failure.
 *
 * @module
 */

import type fc from "fast-check";

const [mode, runs, root] = Deno.args, isFull = mode === "full";
const SEED = root === undefined ? (Math.random() * 2 ** 32) | 0 : Number(root);

/**
 * Returns the parameters of `fc.assert` for a law.
 *
 * @param few Runs among the other tests.
 * @param share Share of the many runs, for a law whose runs are long.
 */
export function runsOf<T>(few: number, share = 1): fc.Parameters<T> {
  if (!isFull) return { numRuns: few, seed: SEED };
  const numRuns = Math.ceil(Number(runs ?? 20_000) * share);
  console.log(`${numRuns} runs, seed ${SEED}`);
  return { numRuns, seed: SEED };
}
