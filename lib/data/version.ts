/**
 * The version that manifests carry. The same as in `deno.json`, which a test holds it to: rooms import no file outside of `lib/`.
 *
 * @module
 */

/** For example `0.1.0`. */
export const VERSION = "0.1.0";
