/**
 * Rows of numbers as bytes, on their way to a child and from it.
 *
 * @module
 */

import { MAX_LOG_LINES, MAX_MARKS } from "../engine/mod.ts";
import { type Frame, FrameError } from "./frames.ts";

/** The bytes of an array, not a copy. */
export function bytesOf(array: Float64Array | Uint32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

/** The bytes of all frames of a kind, one after the other. */
export function joined(parts: readonly Frame[], kind: number): Uint8Array<ArrayBuffer> {
  const chosen = parts.filter((part) => part.kind === kind);
  const bytes = new Uint8Array(chosen.reduce((sum, part) => sum + part.bytes.length, 0));
  let at = 0;
  for (const part of chosen) {
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  }
  return bytes;
}

/** Returns rows of `width` numbers, undefined when their bytes do not come out even. */
export function floatsOf(
  parts: readonly Frame[],
  kind: number,
  width: number,
): Float64Array | undefined {
  const bytes = joined(parts, kind);
  return bytes.length % (width * 8) === 0
    ? new Float64Array(bytes.buffer, 0, bytes.length / 8)
    : undefined;
}

/**
 * Returns the notes of a slice, JSON lines.
 *
 * @throws {FrameError | TypeError} When they are not valid UTF-8, or more lines than a run may have.
 */
export function noteText(bytes: Uint8Array): string {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (++lines > MAX_LOG_LINES + MAX_MARKS) throw new FrameError("more notes than a run may have");
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
