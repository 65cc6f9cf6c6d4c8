/**
 * A run that is cut anywhere, stored as plain data and taken up by a new engine ends as if it had never been cut (issue 4, 7; ENG).
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { sha256Ledger } from "../../lib/run/hashes.ts";
import type { SavedState } from "../../lib/core/mod.ts";
import { Engine, type EngineSpec, Replay } from "../../lib/engine/mod.ts";
import { type Bars, mergePlan } from "../../lib/market/mod.ts";
import { copyBars, dailyBars, type RunInput, runStrategy, specOf } from "../engine/support.ts";
import { anyRun } from "./random_run.ts";
import { runsOf } from "./runs.ts";

/** The host's side of a run: its spec, bars and recorded intents. */
class Recorded {
  readonly #spec: EngineSpec;
  readonly #bars: readonly Bars[];
  readonly #plan: Uint16Array | null;
  /** Of the steps, and of the end. */
  readonly #intents: readonly (readonly number[])[];
  readonly #last: readonly (readonly number[])[];
  readonly #startUs: number;
  readonly steps: number;
  readonly hash: string;

  constructor(input: RunInput) {
    const run = runStrategy(input), lengths = input.bars.map((each) => each.length);
    this.#spec = specOf(input);
    this.#bars = input.bars;
    this.#plan = input.bars.length === 1 ? null : mergePlan(input.bars, lengths).entries;
    this.#intents = run.intents.slice(0, run.intentsOfSteps);
    this.#last = run.intents.slice(run.intentsOfSteps);
    this.#startUs = Math.min(...input.bars.map((each) => each.time[0]!)) - 1;
    this.steps = run.steps;
    this.hash = run.hash;
  }

  /** Returns a fresh engine with its replay, or one that goes on from a state. */
  open(state?: SavedState): Replay {
    const bars = this.#bars.map((each) => copyBars(each));
    const engine = new Engine(this.#spec, bars, this.#plan, null);
    const replay = new Replay(engine, this.#startUs);
    if (state !== undefined) engine.restore(state);
    return replay;
  }

  /** Walks the steps from one to before another. */
  walk(replay: Replay, from: number, to: number): void {
    const rows = this.#intents.filter((row) => row[0]! >= 2 * from && row[0]! < 2 * to);
    replay.run(to - from, Float64Array.from(rows.flat()), rows.length);
  }

  finish(replay: Replay): Engine {
    replay.finish(Float64Array.from(this.#last.flat()), this.#last.length);
    return replay.engine;
  }
}

/** As the store has it: the numbers as bytes, the texts as JSON. */
function stored(state: SavedState): SavedState {
  const bytes = new Uint8Array(state.numbers.buffer.slice(0));
  return {
    numbers: new Float64Array(bytes.buffer),
    length: state.length,
    texts: JSON.parse(JSON.stringify(state.texts)) as string[],
  };
}

const seed = fc.integer({ min: 0, max: 2 ** 31 - 2 });

Deno.test("property: a run that is cut anywhere and restored from its stored state ends the same", () => {
  fc.assert(
    fc.property(seed, fc.double({ min: 0, max: 1, noNaN: true }), (seed, part) => {
      const run = new Recorded(anyRun(seed)), cut = Math.floor(part * run.steps);
      const whole = run.open();
      run.walk(whole, 0, cut);
      const state = whole.engine.snapshot(), hash = whole.engine.bookHash();
      const taken = run.open(stored(state));
      assertEquals(taken.engine.snapshot(), state, "a restored state is saved as it was");
      assertEquals(taken.engine.bookHash(), hash);
      run.walk(taken, cut, run.steps);
      run.walk(whole, cut, run.steps);
      assertEquals(taken.engine.snapshot(), whole.engine.snapshot());
      const end = run.finish(taken);
      assertEquals(sha256Ledger(end), run.hash);
      assertEquals(sha256Ledger(run.finish(whole)), run.hash, "saving changes nothing");
      assertEquals([...end.book.counts], [...whole.engine.book.counts]);
    }),
    runsOf(200),
  );
});

Deno.test("property: a run that is cut at every step ends the same", () => {
  fc.assert(
    fc.property(seed, (seed) => {
      const run = new Recorded(anyRun(seed));
      let replay = run.open();
      for (let step = 0; step < run.steps; step++) {
        run.walk(replay, step, step + 1);
        replay = run.open(stored(replay.engine.snapshot()));
      }
      assertEquals(sha256Ledger(run.finish(replay)), run.hash);
    }),
    runsOf(25, 0.05),
  );
});

Deno.test("snapshot: a state of another shape, another version or cut off is refused by name", () => {
  const bars = [dailyBars("A", [[100, 101, 99, 100], [100, 101, 99, 100]])];
  const run = new Recorded({ bars, strategy: { onBar: (_bar, t): void => void t.buy("A", 1) } });
  const replay = run.open();
  run.walk(replay, 0, 1);
  const state = replay.engine.snapshot(), { numbers, length, texts } = state;
  const changed = Float64Array.from(numbers);
  changed[0] = 99;
  for (
    const [bad, message] of [
      [
        { numbers: changed, length, texts },
        "found version 99 of engine, wanted version 1 of engine",
      ],
      [{ numbers, length, texts: ["motor", ...texts.slice(1)] }, "of motor, wanted version"],
      [{ numbers, length: length - 1, texts }, "cut off"],
      [{ numbers: new Float64Array(length + 1), length: length + 1, texts }, "found version 0"],
      [{ numbers, length, texts: [...texts, "more"] }, "goes on where it should end"],
    ] as const
  ) {
    assertThrows(() => run.open(bad), RangeError, message);
  }
});
