/**
 * Keeps secrets out of everything that is told: known secret values wherever they stand in a text, passwords in URLs, and the values of
 * fields whose name says secret. The event bus cleans every event once, so that no sink, stream or alert can carry one.
 *
 * @module
 */

/** What stands in place of a secret. */
export const REDACTED = "[redacted]";

/** Longest text that is told; the rest is cut, marked by an ellipsis. */
export const MAX_TOLD_TEXT = 2000;

/** Shorter values are words that stand in any text, not secrets. */
const MIN_SECRET = 6;

const SECRET_NAME = /secret|passw|token|credential|authorization|api_?key|private_?key/i;
const URL_PASSWORD = /\b([a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*@/gi;

/** Cleans texts and flat records. */
export class Redactor {
  readonly #secrets: readonly string[];

  /** @param secrets Values that must never be told. Those below six characters are left out: they would blot out words. */
  constructor(secrets: readonly string[] = []) {
    // The longest first: one secret may begin with another.
    this.#secrets = secrets.filter((it) => it.length >= MIN_SECRET)
      .sort((a, b) => b.length - a.length);
  }

  /** Returns a text without secrets, at most {@linkcode MAX_TOLD_TEXT} long. */
  text(text: string): string {
    let clean = text.includes("://") ? text.replace(URL_PASSWORD, `$1${REDACTED}@`) : text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, REDACTED);
    return clean.length > MAX_TOLD_TEXT ? `${clean.slice(0, MAX_TOLD_TEXT - 1)}…` : clean;
  }

  /** Returns a frozen copy of a flat record without secrets. */
  record<T extends Readonly<Record<string, string | number | null>>>(record: T): T {
    const clean: Record<string, string | number | null> = {};
    for (const [name, value] of Object.entries(record)) {
      clean[name] = SECRET_NAME.test(name) && value !== null
        ? REDACTED
        : typeof value === "string"
        ? this.text(value)
        : value;
    }
    return Object.freeze(clean) as T;
  }
}
