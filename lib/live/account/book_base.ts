/**
 * From where a restarted strategy goes on: its last stored state, or the upgrade that put another version in its place. What was recorded for
 * it before is no longer needed.
 *
 * @module
 */

import { SandbarError, type SavedState } from "../../core/mod.ts";
import type { ChildState, SavedChild } from "../../sandbox/mod.ts";
import { encodeHeaded, type Floats, readHeaded } from "./headed_floats.ts";

/** Where a strategy goes on. */
export interface BookBase {
  readonly child: ChildState;
  /** Version of the strategy's own state. */
  readonly saveVersion: number;
  /** True for a strategy that has not run on this book yet: what has become of it is not told again. */
  readonly isNew: boolean;
  /** Instants before it. */
  readonly steps: number;
  /** Requests before it. */
  readonly intents: number;
}

/** A tape without its numbers. */
export interface TapeShape {
  readonly length: number;
  readonly texts: readonly string[];
}

/** A state without its numbers. */
interface ChildShape {
  readonly engine: TapeShape;
  readonly run: TapeShape | null;
  readonly chance: readonly number[] | null;
  readonly state: string | null;
}

/** A base without its numbers. */
export interface BaseHead extends Omit<BookBase, "child"> {
  readonly child: ChildShape;
}

/** Returns a base without its numbers, which are added to a list. */
export function baseHead(base: BookBase, parts: Float64Array[]): BaseHead {
  return { ...base, child: childShape(base.child, parts) };
}

/** Puts a base together again. */
export function baseOf(head: BaseHead, floats: Floats): BookBase {
  return { ...head, child: childOf(head.child, floats) };
}

/** What a `saved` record tells. */
export interface SavedRecord {
  /** Number of the strategy in the session. */
  readonly strategy: number;
  readonly saveVersion: number;
  readonly child: SavedChild;
}

/** Returns the payload of a `saved` record. @param step Of the last instant before it. */
export function encodeSaved(
  { strategy, saveVersion, child }: SavedRecord,
  step: number,
): Uint8Array<ArrayBuffer> {
  const parts: Float64Array[] = [];
  return encodeHeaded({ strategy, step, saveVersion, child: childShape(child, parts) }, parts);
}

/** Returns what a `saved` record tells. @throws {SandbarError} `journal_corrupt` when it is of another form. */
export function decodeSaved(payload: Uint8Array<ArrayBuffer>): SavedRecord {
  try {
    const { head, floats } = readHeaded(payload);
    const { strategy, saveVersion, child } = head as SavedRecord;
    const record = { strategy, saveVersion, child: childOf(child, floats) as SavedChild };
    floats.end();
    return record;
  } catch (cause) {
    throw new SandbarError(
      "journal_corrupt",
      "Cannot read a record of the journal: its saved state is not of a known form; run deno task doctor",
      { cause },
    );
  }
}

/** Returns a tape without its numbers, which are added to a list. */
export function tapeShape(
  { numbers, length, texts }: SavedState,
  parts: Float64Array[],
): TapeShape {
  parts.push(numbers.subarray(0, length));
  return { length, texts };
}

/** Puts a tape together again. */
export function tapeOf({ length, texts }: TapeShape, floats: Floats): SavedState {
  return { numbers: floats.take(length), length, texts };
}

function childShape(child: ChildState, parts: Float64Array[]): ChildShape {
  const { engine, run, chance, state } = child;
  return {
    engine: tapeShape(engine, parts),
    run: run === null ? null : tapeShape(run, parts),
    chance,
    state,
  };
}

function childOf({ engine, run, chance, state }: ChildShape, floats: Floats): ChildState {
  return {
    engine: tapeOf(engine, floats),
    run: run === null ? null : tapeOf(run, floats),
    chance,
    state,
  };
}
