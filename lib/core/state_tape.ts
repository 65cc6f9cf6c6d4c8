/**
 * The state of the engine's parts as one list of numbers: plain data to store, hash, send and restore from.
 *
 * Each part has one method `carry(tape)` that names its state once. On a tape that saves it writes, on one that loads it takes back: the two
 * can never read different things. Each part opens with its name and version, so that a state of another program is refused by name.
 *
 * @module
 */

import { put } from "./put.ts";

const F64 = Float64Array, I32 = Int32Array, U8 = Uint8Array, RangeErrorOf = RangeError;

/** A saved state. Plain data: numbers (NaN and infinities among them) and the few texts that state can hold. */
export interface SavedState {
  readonly numbers: Float64Array;
  /** Entries in `numbers`. */
  readonly length: number;
  readonly texts: readonly string[];
}

/** Writes a state, or takes one back. */
export class StateTape {
  readonly isLoading: boolean;
  #numbers: Float64Array;
  #capacity: number;
  #length: number;
  #at = 0;
  readonly #texts: string[];
  #textAt = 0;

  /** @param saved The state to take back; none to save one. */
  constructor(saved?: SavedState) {
    this.isLoading = saved !== undefined;
    this.#capacity = saved === undefined ? 1024 : saved.length;
    this.#length = saved === undefined ? 0 : saved.length;
    this.#numbers = saved === undefined ? new F64(1024) : saved.numbers;
    this.#texts = [];
    if (saved !== undefined) {
      for (let k = 0; k < saved.texts.length; k++) put(this.#texts, k, saved.texts[k]!);
    }
  }

  /** Returns what was saved. */
  saved(): SavedState {
    const numbers = new F64(this.#length), texts: string[] = [];
    for (let k = 0; k < this.#length; k++) numbers[k] = this.#numbers[k]!;
    for (let k = 0; k < this.#texts.length; k++) put(texts, k, this.#texts[k]!);
    return { numbers, length: this.#length, texts };
  }

  /**
   * Begins a part.
   *
   * @throws {RangeError} When the state has another part here, or one of another version.
   */
  part(name: string, version: number): void {
    const found = this.text(name), foundVersion = this.number(version);
    if (found !== name || foundVersion !== version) {
      throw new RangeErrorOf(
        "cannot restore a state: found version " + foundVersion + " of " + found +
          ", wanted version " +
          version + " of " + name,
      );
    }
  }

  /** Ends a load: nothing may be left over. */
  end(): void {
    if (this.isLoading && (this.#at !== this.#length || this.#textAt !== this.#texts.length)) {
      throw new RangeErrorOf("cannot restore a state: it goes on where it should end");
    }
  }

  /** Carries a number: returns the given one when saving, the saved one when loading. */
  number(value: number): number {
    if (this.isLoading) {
      if (this.#at === this.#length) {
        throw new RangeErrorOf("cannot restore a state: it is cut off");
      }
      return this.#numbers[this.#at++]!;
    }
    if (this.#length === this.#capacity) this.#grow();
    this.#numbers[this.#length++] = value;
    return value;
  }

  /** Carries a truth. */
  flag(value: boolean): boolean {
    return this.number(value ? 1 : 0) !== 0;
  }

  /** Carries a text. */
  text(value: string): string {
    if (!this.isLoading) {
      put(this.#texts, this.#texts.length, value);
      return value;
    }
    if (this.#textAt === this.#texts.length) {
      throw new RangeErrorOf("cannot restore a state: it is cut off");
    }
    return this.#texts[this.#textAt++]!;
  }

  /** Carries the first `length` entries of a column that stays what it is. */
  entries(column: Float64Array | Int32Array | Uint8Array, length: number): void {
    for (let k = 0; k < length; k++) column[k] = this.number(column[k]!);
  }

  /** Carries a growing column: returns it when saving, a new one of `capacity` entries when loading. */
  f64(column: Float64Array, length: number, capacity: number): Float64Array {
    const carried = this.isLoading ? new F64(capacity) : column;
    this.entries(carried, length);
    return carried;
  }

  /** Carries a growing column. */
  i32(column: Int32Array, length: number, capacity: number): Int32Array {
    const carried = this.isLoading ? new I32(capacity) : column;
    this.entries(carried, length);
    return carried;
  }

  /** Carries a growing column. */
  u8(column: Uint8Array, length: number, capacity: number): Uint8Array {
    const carried = this.isLoading ? new U8(capacity) : column;
    this.entries(carried, length);
    return carried;
  }

  #grow(): void {
    const to = this.#capacity * 2, numbers = new F64(to);
    for (let k = 0; k < this.#length; k++) numbers[k] = this.#numbers[k]!;
    this.#numbers = numbers;
    this.#capacity = to;
  }
}
