/**
 * Rows ordered by a key, the smallest first, then by a second key: what a price or a clock meets next. Adding and removing cost the logarithm of
 * the count, so that a hundred thousand resting orders cost a bar no more than ten.
 *
 * @module
 */

import type { StateTape } from "../../core/mod.ts";
import { copyF64, copyI32 } from "./columns.ts";
import type { RowMap } from "./row_map.ts";

const F64 = Float64Array, I32 = Int32Array;

/** A binary heap of rows; a row is in it once at most. */
export class RowHeap {
  length = 0;
  #capacity = 16;
  #rows: Int32Array = new I32(16);
  #keys: Float64Array = new F64(16);
  #ties: Float64Array = new F64(16);
  /** Place of each row plus one, 0 when it is not in the heap; indexed by row. */
  #places: Int32Array = new I32(64);
  #placeCapacity = 64;

  /** The first row, -1 when the heap is empty. */
  first(): number {
    return this.length === 0 ? -1 : this.#rows[0]!;
  }

  /** The first key, Infinity when the heap is empty. */
  firstKey(): number {
    return this.length === 0 ? Infinity : this.#keys[0]!;
  }

  /** Adds a row; `tie` orders rows of equal key. */
  add(row: number, key: number, tie: number): void {
    if (this.length === this.#capacity) {
      this.#rows = copyI32(this.#rows, this.#capacity, this.#capacity * 4);
      this.#keys = copyF64(this.#keys, this.#capacity, this.#capacity * 4);
      this.#ties = copyF64(this.#ties, this.#capacity, this.#capacity * 4);
      this.#capacity *= 4;
    }
    while (row >= this.#placeCapacity) {
      this.#places = copyI32(this.#places, this.#placeCapacity, this.#placeCapacity * 4);
      this.#placeCapacity *= 4;
    }
    this.#put(this.length, row, key, tie);
    this.#rise(this.length++);
  }

  /** Takes a row out. Returns false when it was not in. */
  remove(row: number): boolean {
    const at = row < this.#placeCapacity ? this.#places[row]! - 1 : -1;
    if (at < 0) return false;
    this.#places[row] = 0;
    const last = --this.length;
    if (at === last) return true;
    const moved = this.#rows[last]!;
    this.#put(at, moved, this.#keys[last]!, this.#ties[last]!);
    this.#rise(at);
    this.#sink(this.#places[moved]! - 1);
    return true;
  }

  /** Names the rows anew; each of them stays. */
  renumber(map: RowMap): void {
    const rows = this.#rows;
    for (let at = 0; at < this.length; at++) {
      this.#places[rows[at]!] = 0;
      rows[at] = map.to[rows[at]!]!;
    }
    for (let at = 0; at < this.length; at++) this.#places[rows[at]!] = at + 1;
  }

  /** Row at a place, in no order but that the first is at 0: for walking over all. */
  rowAt(place: number): number {
    return this.#rows[place]!;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    this.#placeCapacity = tape.number(this.#placeCapacity);
    const length = this.length, capacity = this.#capacity;
    this.#rows = tape.i32(this.#rows, length, capacity);
    this.#keys = tape.f64(this.#keys, length, capacity);
    this.#ties = tape.f64(this.#ties, length, capacity);
    this.#places = tape.i32(this.#places, this.#placeCapacity, this.#placeCapacity);
  }

  #put(at: number, row: number, key: number, tie: number): void {
    this.#rows[at] = row;
    this.#keys[at] = key;
    this.#ties[at] = tie;
    this.#places[row] = at + 1;
  }

  #isBefore(a: number, b: number): boolean {
    const x = this.#keys[a]!, y = this.#keys[b]!;
    return x < y || (x === y && this.#ties[a]! < this.#ties[b]!);
  }

  #swap(a: number, b: number): void {
    const row = this.#rows[a]!, key = this.#keys[a]!, tie = this.#ties[a]!;
    this.#put(a, this.#rows[b]!, this.#keys[b]!, this.#ties[b]!);
    this.#put(b, row, key, tie);
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      const left = at * 2 + 1, right = left + 1;
      let least = at;
      if (left < this.length && this.#isBefore(left, least)) least = left;
      if (right < this.length && this.#isBefore(right, least)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}
