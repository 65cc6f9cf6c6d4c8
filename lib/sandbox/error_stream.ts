/**
 * What a child writes to its error stream: kept as text up to a bound, for the message of its end.
 *
 * @module
 */

import { invariant } from "../core/mod.ts";

/** Most bytes; what is beyond them kills the child. */
const MAX_BYTES = 1 << 16;

/** How a stream is read. */
export interface ErrorStreamOptions {
  readonly onTooMuch: (why: string) => void;
  /** Whether the stream may break, because the child has ended. */
  readonly mayBreak: () => boolean;
}

/** Reads one child's errors to their end. */
export class ErrorStream {
  text = "";
  readonly ended: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>, options: ErrorStreamOptions) {
    this.ended = this.#read(stream, options);
  }

  async #read(stream: ReadableStream<Uint8Array>, options: ErrorStreamOptions): Promise<void> {
    const decoder = new TextDecoder();
    let bytes = 0;
    try {
      for await (const chunk of stream) {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) {
          options.onTooMuch(
            `the strategy's process wrote more than ${MAX_BYTES >> 10} KiB of errors`,
          );
          return;
        }
        this.text += decoder.decode(chunk, { stream: true });
      }
    } catch (error) {
      invariant(options.mayBreak(), "a child's error stream failed: " + String(error));
    }
  }
}
