/**
 * Frames between host and child, seen from the host: the trust boundary. Every byte from the child is hostile: a length is checked before
 * anything is allocated, text must be valid UTF-8, a frame must be of a kind and number that is awaited.
 *
 * A frame is a kind, a number and a length (three 32-bit unsigned integers, little-endian) and its bytes. The child answers each command
 * by one `answer` or `report` with the command's number, after the rows and notes that belong to it.
 *
 * @module
 */

/** Kinds of frames; those above 10 come from the child. */
export const KIND = {
  command: 1,
  sessions: 2,
  slice: 3,
  tick: 4,
  unseen: 5,
  told: 6,
  warm: 7,
  resume: 8,
  answer: 11,
  intents: 12,
  plots: 13,
  notes: 14,
  report: 15,
  tape: 16,
  state: 17,
} as const;

/** The largest frame from a child. */
export const MAX_FRAME_BYTES = 2 << 20;

/** A frame from the child. */
export interface Frame {
  readonly kind: number;
  readonly number: number;
  /** Valid until the next frame is read. */
  readonly bytes: Uint8Array;
}

/** Why a child's output was refused. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** Bytes of a frame before its content. */
export const HEADER_BYTES = 12;

/** Returns a frame to send. */
export function encodeFrame(
  kind: number,
  number: number,
  bytes: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(HEADER_BYTES + bytes.length), view = new DataView(frame.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, number, true);
  view.setUint32(8, bytes.length, true);
  frame.set(bytes, HEADER_BYTES);
  return frame;
}

/** Reads frames from a child's output. */
export class FrameReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  readonly #header = new Uint8Array(HEADER_BYTES);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /**
   * Returns the next frame, undefined at the end of the output.
   *
   * @throws {FrameError} When a frame is cut off, too large or of an unknown kind.
   */
  async next(): Promise<Frame | undefined> {
    if (!await this.#fill(this.#header, true)) return undefined;
    const view = new DataView(this.#header.buffer),
      kind = view.getUint32(0, true),
      length = view.getUint32(8, true);
    if (kind < KIND.answer || kind > KIND.state) {
      throw new FrameError(`a frame of unknown kind ${kind}`);
    }
    if (length > MAX_FRAME_BYTES) {
      throw new FrameError(`a frame of ${length} bytes, more than ${MAX_FRAME_BYTES}`);
    }
    const bytes = new Uint8Array(length);
    await this.#fill(bytes, false);
    return { kind, number: view.getUint32(4, true), bytes };
  }

  /** Stops reading. */
  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }

  async #fill(target: Uint8Array, mayEnd: boolean): Promise<boolean> {
    let at = 0;
    while (at < target.length) {
      if (this.#chunk.length === 0) {
        const { value, done } = await this.#reader.read();
        if (done) {
          if (mayEnd && at === 0) return false;
          throw new FrameError("a frame was cut off");
        }
        this.#chunk = value;
        continue;
      }
      const count = Math.min(this.#chunk.length, target.length - at);
      target.set(this.#chunk.subarray(0, count), at);
      this.#chunk = this.#chunk.subarray(count);
      at += count;
    }
    return true;
  }
}

/** Returns the JSON object in a frame. @throws {FrameError} When it is no valid UTF-8 or no JSON object. */
export function decodeJson(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new FrameError("an answer that is not JSON in UTF-8");
  }
  if (typeof value !== "object" || value === null) {
    throw new FrameError("an answer that is no object");
  }
  return value as Record<string, unknown>;
}
