/**
 * SHA-256 in one place. The runtime's own digest is asynchronous and half as fast on large columns, hence the Node API.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";

/** Returns a running SHA-256 to which bytes are added as they are read. */
export function newSha256(): Hash {
  return createHash("sha256");
}

/** Returns the SHA-256 of the parts, one after the other, as lower-case hex. */
export function sha256Of(parts: readonly ArrayBufferView[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength));
  }
  return hash.digest("hex");
}
