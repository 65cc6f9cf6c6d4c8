/**
 * Whether a path leads to something.
 *
 * @module
 */

/**
 * True when a path leads to a file or a folder; a link that leads nowhere does not.
 *
 * @throws {Error} What the system says of a path that cannot be looked at.
 */
export function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
