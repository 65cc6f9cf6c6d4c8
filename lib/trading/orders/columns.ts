/**
 * Columns of tables that grow and give rows back: sparse ones, lists of rows, and how any of them is copied and moved.
 *
 * @module
 */

import type { StateTape } from "../../core/mod.ts";
import type { RowMap } from "./row_map.ts";

const F64 = Float64Array, I32 = Int32Array, U8 = Uint8Array;

/** A column that few orders use: as long as the last row that was set; the rest reads as 0. */
export class SparseColumn {
  #values: Float64Array = new F64(64);
  #capacity = 64;

  /** Returns the value of a row, 0 when it was never set. */
  get(row: number): number {
    return row < this.#capacity ? this.#values[row]! : 0;
  }

  /** Sets the value of a row. */
  set(row: number, value: number): void {
    if (row >= this.#capacity) {
      const to = row * 2;
      this.#values = copyF64(this.#values, this.#capacity, to);
      this.#capacity = to;
    }
    this.#values[row] = value;
  }

  /** Moves the values of the rows of a map. */
  renumber(map: RowMap): void {
    const length = map.length < this.#capacity ? map.length : this.#capacity;
    moveEntries(this.#values, map.to, length);
  }

  /** As {@linkcode renumber}, of values that are rows plus one. */
  renumberLinks(map: RowMap): void {
    this.renumber(map);
    const length = map.kept < this.#capacity ? map.kept : this.#capacity;
    for (let row = 0; row < length; row++) {
      const link = this.#values[row]!;
      if (link !== 0) this.#values[row] = map.to[link - 1]! + 1;
    }
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.#capacity = tape.number(this.#capacity);
    this.#values = tape.f64(this.#values, this.#capacity, this.#capacity);
  }
}

/** A growing list of row numbers. */
export class RowList {
  length = 0;
  #capacity = 1024;
  #rows: Int32Array = new I32(1024);

  /** Appends a row. */
  add(row: number): void {
    if (this.length === this.#capacity) {
      this.#rows = copyI32(this.#rows, this.#capacity, this.#capacity * 2);
      this.#capacity *= 2;
    }
    this.#rows[this.length++] = row;
  }

  /** Returns the row at a place of the list. */
  row(at: number): number {
    return this.#rows[at]!;
  }

  /** Forgets the rows that leave, and names the others anew. */
  renumber(map: RowMap): void {
    let kept = 0;
    for (let at = 0; at < this.length; at++) {
      const row = map.to[this.#rows[at]!]!;
      if (row >= 0) this.#rows[kept++] = row;
    }
    this.length = kept;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    this.#rows = tape.i32(this.#rows, this.length, this.#capacity);
  }
}

// Copied element by element: inside the sealed realm no method of a typed array may be called (ARCHITECTURE.md).
/** Returns a longer copy of a column. */
export function copyF64(source: Float64Array, length: number, capacity: number): Float64Array {
  const copy = new F64(capacity);
  for (let i = 0; i < length; i++) copy[i] = source[i]!;
  return copy;
}

/** Returns a longer copy of a column. */
export function copyI32(source: Int32Array, length: number, capacity: number): Int32Array {
  const copy = new I32(capacity);
  for (let i = 0; i < length; i++) copy[i] = source[i]!;
  return copy;
}

/** Returns a longer copy of a column. */
export function copyU8(source: Uint8Array, length: number, capacity: number): Uint8Array {
  const copy = new U8(capacity);
  for (let i = 0; i < length; i++) copy[i] = source[i]!;
  return copy;
}

/**
 * Moves the first `length` entries of a column to their new places (-1: away), which are in the order of the old ones. What is free then is 0, as
 * before its first use.
 */
export function moveEntries(
  column: Float64Array | Int32Array | Uint8Array,
  to: Int32Array,
  length: number,
): void {
  let end = 0;
  // No entry moves up: in place, from the first on, nothing is overwritten that is still to be moved.
  for (let at = 0; at < length; at++) {
    const next = to[at]!;
    if (next < 0) continue;
    column[next] = column[at]!;
    end = next + 1;
  }
  for (let at = end; at < length; at++) column[at] = 0;
}
