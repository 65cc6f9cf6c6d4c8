/**
 * Small values with a checksum: one byte for the form, three of zero, a CRC-32 of these and the content, the
 * content. Used for everything but the blocks of the journal, which have a form of their own.
 *
 * @module
 */

import { crc32 } from "node:zlib";

/** The form that is written. A store with a higher one was written by a newer program. */
export const VALUE_FORM = 1;

/** Bytes before the content. */
export const SEAL_BYTES = 8;

/** What became of an attempt to open a value. */
export type Unsealed =
  | { readonly ok: true; readonly content: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly isNewer: boolean; readonly what: string };

/** Returns content with its seal. */
export function seal(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const value = new Uint8Array(SEAL_BYTES + content.length);
  value[0] = VALUE_FORM;
  value.set(content, SEAL_BYTES);
  new DataView(value.buffer).setUint32(4, checksumOf(value), true);
  return value;
}

/** Returns the content of a value, or what is wrong with it. */
export function unseal(value: Uint8Array<ArrayBuffer>): Unsealed {
  if (value.length < SEAL_BYTES) {
    return { ok: false, isNewer: false, what: `it has ${value.length} bytes` };
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const content = value.subarray(SEAL_BYTES);
  const isWhole = view.getUint32(4, true) === checksumOf(value);
  if (isWhole && value[0]! > VALUE_FORM) {
    return {
      ok: false,
      isNewer: true,
      what: `it has form ${value[0]}, this version knows ${VALUE_FORM}`,
    };
  }
  if (!isWhole || view.getUint32(0, true) !== VALUE_FORM) {
    return { ok: false, isNewer: false, what: "its checksum is wrong" };
  }
  return { ok: true, content };
}

/** Returns plain data as a sealed value. */
export function sealJson(data: unknown): Uint8Array<ArrayBuffer> {
  return seal(new TextEncoder().encode(JSON.stringify(data)));
}

/** Returns the plain data of sealed content. Its checksum holds, so what was written comes back. */
export function jsonOf<T>(content: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(content)) as T;
}

function checksumOf(value: Uint8Array): number {
  return crc32(value.subarray(SEAL_BYTES), crc32(value.subarray(0, 4)));
}
