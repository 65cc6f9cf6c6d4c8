/**
 * Bearer tokens: made by chance, compared in constant time.
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";

/** Returns 256 random bits as hexadecimal text. */
export function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toHex();
}

/** Whether two tokens are equal. How long it takes tells neither where they differ nor how long the right one is. */
export function sameToken(shown: string, right: string): boolean {
  return timingSafeEqual(digestOf(shown), digestOf(right));
}

function digestOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
