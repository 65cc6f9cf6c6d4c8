/**
 * How many crash points and kills are tried and from which seed: some among the other tests, many by `deno task test:crash [KILLS] [SEED]`.
 *
 * @module
 */

const [mode, kills, root] = Deno.args, isFull = mode === "full";

/** What a run of these tests tries. */
export interface CrashRun {
  readonly isFull: boolean;
  /** Crash points in this process. */
  readonly points: number;
  readonly kills: number;
  readonly seed: number;
}

/** Returns the sizes, given those among the other tests. */
export function crashRun(points: number, few = 40): CrashRun {
  if (!isFull) return { isFull, points, kills: few, seed: 1 };
  const many = Number(kills ?? 1000), seed = Number(root ?? Math.floor(Math.random() * 1e6));
  return { isFull, points: points * 10, kills: many, seed };
}
