/**
 * A cheap order-sensitive hash of integers, the same on every machine: how the engines of host and child compare their books.
 * It finds differences, it does not resist an attacker: what is published is hashed with SHA-256 by the host.
 *
 * @module
 */

const imul = Math.imul;

/** Two 32-bit lanes over the low and the high word of each integer. */
export class StateHash {
  #a = 0x811c9dc5 | 0;
  #b = 0x1b873593 | 0;

  /** Adds an integer, |value| at most 2^53 - 1. */
  add(value: number): void {
    const low = value | 0, high = ((value - (low >>> 0)) / 4294967296) | 0;
    this.#a = imul(this.#a ^ low, 0x01000193) ^ high;
    this.#a ^= this.#a >>> 15;
    this.#b = (imul(this.#b ^ high, 0x85ebca6b) + low) | 0;
    this.#b ^= this.#b >>> 13;
  }

  /** Returns the hash so far as an integer below 2^52. */
  value(): number {
    return (this.#a >>> 0) * 1048576 + ((this.#b >>> 0) & 0xfffff);
  }
}
