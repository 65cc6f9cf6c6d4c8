/**
 * Trading halts of a run: which series nothing trades of, and from when to when. Known ahead from the actions of the run, or told as they
 * come.
 *
 * A bar that opens in a halt fills nothing, also when trading resumes inside it: what of its prices came before is not known. A bar that
 * opens before the halt was traded and is matched as any other. Orders wait; those that live only at once end; day orders expire as always.
 *
 * @module
 */

import { lastAtMost, put, type StateTape } from "../core/mod.ts";
import { copyF64 } from "../trading/mod.ts";
import type { ScheduledAction } from "./corporate_actions.ts";

const F64 = Float64Array, I32 = Int32Array;

/** The halts of one run. */
export class Halts {
  /** False while no series was ever halted: nobody has to ask then. */
  isUsed = false;
  readonly #seriesCount: number;
  /** Times of each series at which trading stopped and went on, in turns, ascending; microseconds UTC. */
  readonly #times: Float64Array[] = [];
  readonly #counts: Int32Array;

  /** @param actions Sorted by time; what is no halt is passed over. */
  constructor(actions: readonly ScheduledAction[], seriesCount: number) {
    this.#seriesCount = seriesCount;
    this.#counts = new I32(seriesCount);
    for (let s = 0; s < seriesCount; s++) put(this.#times, s, new F64(4));
    for (let k = 0; k < actions.length; k++) {
      const { kind, series, timeUs } = actions[k]!;
      if (kind === "halt" || kind === "resume") this.add(series, kind === "halt", timeUs);
    }
  }

  /**
   * Takes note that trading of a series stops or goes on. Returns false when that changes nothing: it is halted, or trades, already, or the
   * last change that is known is later.
   */
  add(s: number, isHalted: boolean, timeUs: number): boolean {
    const count = this.#counts[s]!, times = this.#times[s]!;
    if (((count & 1) === 1) === isHalted || (count > 0 && times[count - 1]! > timeUs)) return false;
    if (count > 0 && times[count - 1] === timeUs) {
      this.#counts[s] = count - 1;
      return true;
    }
    if (count >= 4 && (count & (count - 1)) === 0) {
      put(this.#times, s, copyF64(times, count, count * 2));
    }
    this.#times[s]![count] = timeUs;
    this.#counts[s] = count + 1;
    this.isUsed = true;
    return true;
  }

  /** Whether a series is halted at an instant, microseconds UTC. */
  isHalted(s: number, timeUs: number): boolean {
    return (lastAtMost(this.#times[s]!, this.#counts[s]!, timeUs) & 1) === 0;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("halts", 1);
    this.isUsed = tape.flag(this.isUsed);
    for (let s = 0; s < this.#seriesCount; s++) {
      const count = this.#counts[s] = tape.number(this.#counts[s]!);
      let capacity = 4;
      while (capacity <= count) capacity *= 2;
      put(this.#times, s, tape.f64(this.#times[s]!, count, capacity));
    }
  }
}
