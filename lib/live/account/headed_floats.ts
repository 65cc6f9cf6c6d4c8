/**
 * Bytes that hold a JSON head and 64-bit floats: numbers may be NaN and infinite, and there may be millions of them.
 *
 * Form: a length (32 bits, little-endian), that many bytes of JSON, then the floats in the order in which the JSON counts them.
 *
 * @module
 */

/** Returns the bytes of a head and of the numbers that it counts. */
export function encodeHeaded(
  head: unknown,
  parts: readonly Float64Array[],
): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const floats = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const bytes = new Uint8Array(4 + text.length + floats);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let at = 4 + text.length;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/** Returns the head, unchecked, and its numbers. @throws {SyntaxError | RangeError} When the bytes are of another form. */
export function readHeaded(
  bytes: Uint8Array<ArrayBuffer>,
): { readonly head: unknown; readonly floats: Floats } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  // A copy: the floats need not begin at a multiple of eight.
  return { head, floats: new Floats(new Float64Array(bytes.slice(4 + length).buffer)) };
}

/** Hands numbers out in their order. */
export class Floats {
  readonly #numbers: Float64Array<ArrayBuffer>;
  #at = 0;

  constructor(numbers: Float64Array<ArrayBuffer>) {
    this.#numbers = numbers;
  }

  take(count: number): Float64Array<ArrayBuffer> {
    if (!(count >= 0) || this.#at + count > this.#numbers.length) {
      throw new RangeError("it is cut off");
    }
    return this.#numbers.slice(this.#at, this.#at += count);
  }

  end(): void {
    if (this.#at !== this.#numbers.length) throw new RangeError("it goes on where it should end");
  }
}
