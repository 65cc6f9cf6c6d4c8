/**
 * The state that a strategy goes on from in a fresh child: what its book was, what its run was beside it, and what it saved itself. It comes
 * from a child and goes to one; the host keeps it and compares the hash of the book that comes of it with its own.
 *
 * @module
 */

import type { SavedState } from "../core/mod.ts";
import type { ResumeHead, TapeHead } from "../engine/mod.ts";
import { type Frame, FrameError, KIND } from "./frames.ts";
import { bytesOf, floatsOf, joined } from "./row_bytes.ts";

/** What a child goes on from. */
export interface ChildState {
  readonly engine: SavedState;
  /** Waiting timers and the like; null for a strategy that has not run on this book yet. */
  readonly run: SavedState | null;
  /** State of the seeded chance, four 32-bit numbers; null: begins anew. */
  readonly chance: readonly number[] | null;
  /** What the strategy's `save` returned, JSON; null: it starts empty. */
  readonly state: string | null;
}

/** A state as a child gave it: whole. */
export interface SavedChild extends ChildState {
  readonly run: SavedState;
  readonly chance: readonly number[];
  readonly state: string;
}

/** Returns the state that a child sent. @throws {FrameError} When it is malformed. */
export function readChildState(
  answer: Readonly<Record<string, unknown>>,
  parts: readonly Frame[],
): SavedChild {
  const numbers = floatsOf(parts, KIND.tape, 1), { chance } = answer;
  const head = parsed(answer["head"]) as { engine?: unknown; run?: unknown } | null;
  const engine = head?.engine, run = head?.run;
  const isWhole = numbers !== undefined && isHead(engine) && isHead(run) &&
    engine.length + run.length === numbers.length && Array.isArray(chance) &&
    chance.length === 4 && chance.every((each) => Number.isInteger(each));
  if (!isWhole) throw new FrameError("a saved state that is malformed");
  return {
    engine: stateOf(engine, numbers),
    run: stateOf(run, numbers.subarray(engine.length)),
    chance: chance as number[],
    state: new TextDecoder("utf-8", { fatal: true }).decode(joined(parts, KIND.state)),
  };
}

/** Returns a state as a child reads it: the length of the head, the head, the numbers. */
export function encodeChildState(state: ChildState, isNew: boolean): Uint8Array<ArrayBuffer> {
  const { engine, run, chance } = state;
  const head: ResumeHead & { readonly chance: readonly number[] | null } = {
    engine: headOf(engine),
    run: run === null ? null : headOf(run),
    state: state.state,
    isNew,
    chance,
  };
  const text = new TextEncoder().encode(JSON.stringify(head)), at = 4 + text.length;
  const book = bytesOf(engine.numbers.subarray(0, engine.length));
  const rest = run === null ? new Uint8Array(0) : bytesOf(run.numbers.subarray(0, run.length));
  const bytes = new Uint8Array(at + book.length + rest.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(book, at);
  bytes.set(rest, at + book.length);
  return bytes;
}

function headOf({ length, texts }: SavedState): TapeHead {
  return { length, texts };
}

function stateOf({ length, texts }: TapeHead, numbers: Float64Array): SavedState {
  return { numbers: numbers.slice(0, length), length, texts };
}

function isHead(value: unknown): value is TapeHead {
  const { length, texts } = (value ?? {}) as Partial<Record<keyof TapeHead, unknown>>;
  return Number.isInteger(length) && (length as number) >= 0 && Array.isArray(texts) &&
    texts.every((text) => typeof text === "string");
}

function parsed(text: unknown): unknown {
  return typeof text === "string" ? JSON.parse(text) : null;
}
