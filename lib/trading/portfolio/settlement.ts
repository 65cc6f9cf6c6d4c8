/**
 * Proceeds of sales on their way to the account: each amount is held until the instant at which it settles.
 *
 * The engine says when what is sold now settles; this only keeps the amounts.
 *
 * @module
 */

import type { StateTape } from "../../core/mod.ts";
import { copyF64 } from "../orders/columns.ts";

const F64 = Float64Array;

/** Unsettled proceeds of one account, micro-units. */
export class Settlement {
  /** For each series, when a sale made now settles, microseconds UTC. */
  readonly dueUs: Float64Array;
  readonly #seriesCount: number;
  #count = 0;
  #capacity = 16;
  #dueAt: Float64Array = new F64(16);
  #amount: Float64Array = new F64(16);

  constructor(seriesCount: number) {
    this.#seriesCount = seriesCount;
    this.dueUs = new F64(seriesCount);
  }

  /** Holds `amount` micro-units, above 0, of a sale in series `s`. */
  hold(s: number, amount: number): void {
    const due = this.dueUs[s]!, last = this.#count - 1;
    if (last >= 0 && this.#dueAt[last] === due) {
      this.#amount[last]! += amount;
      return;
    }
    if (this.#count === this.#capacity) this.#grow();
    this.#dueAt[this.#count] = due;
    this.#amount[this.#count++] = amount;
  }

  /** Lets go of what has settled by an instant and returns its sum. */
  release(nowUs: number): number {
    let kept = 0, sum = 0;
    for (let i = 0; i < this.#count; i++) {
      if (this.#dueAt[i]! <= nowUs) {
        sum += this.#amount[i]!;
        continue;
      }
      this.#dueAt[kept] = this.#dueAt[i]!;
      this.#amount[kept++] = this.#amount[i]!;
    }
    this.#count = kept;
    return sum;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("settlement", 1);
    this.#count = tape.number(this.#count);
    this.#capacity = tape.number(this.#capacity);
    tape.entries(this.dueUs, this.#seriesCount);
    this.#dueAt = tape.f64(this.#dueAt, this.#count, this.#capacity);
    this.#amount = tape.f64(this.#amount, this.#count, this.#capacity);
  }

  #grow(): void {
    const from = this.#capacity, to = from * 2;
    this.#dueAt = copyF64(this.#dueAt, from, to);
    this.#amount = copyF64(this.#amount, from, to);
    this.#capacity = to;
  }
}
