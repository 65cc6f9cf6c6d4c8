/**
 * Seeded random numbers: the only source of chance in a run. Generator: xoshiro128** (Blackman and Vigna, 2018), its four words of
 * state filled by splitmix32 from the seed.
 *
 * @module
 */

import type { StateTape } from "./state_tape.ts";

const imul = Math.imul;

/** A stream of random numbers that is the same for the same seed on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed Any integer; its low 32 bits count. */
  constructor(seed: number) {
    let state = seed | 0;
    const next = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let z = state;
      z = imul(z ^ (z >>> 16), 0x21f0aaad);
      z = imul(z ^ (z >>> 15), 0x735a2d97);
      return z ^ (z >>> 15);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("random", 1);
    this.#a = tape.number(this.#a);
    this.#b = tape.number(this.#b);
    this.#c = tape.number(this.#c);
    this.#d = tape.number(this.#d);
  }

  /** Returns the next unsigned 32-bit integer. */
  nextUint32(): number {
    const m = imul(this.#b, 5), result = imul((m << 7) | (m >>> 25), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  /** Returns the next number in [0, 1) with 53 random bits. */
  next(): number {
    const high = this.nextUint32() >>> 5, low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }
}
