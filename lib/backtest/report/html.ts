/**
 * Text into HTML. Names, labels and logs of a strategy are hostile: they pass here, or reach the page as JSON that is only ever set
 * as text.
 *
 * @module
 */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters, and those that change the direction of the text around them.
// deno-lint-ignore no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** Returns text without control characters, cut to `length` characters: for labels that a strategy chose. */
export function plainText(text: string, length = 200): string {
  const clean = text.replace(UNPRINTABLE, " ").trim();
  return clean.length > length ? clean.slice(0, length - 1) + "\u2026" : clean;
}

/** Returns text that is safe in an element and in a quoted attribute. */
export function escapeHtml(text: string): string {
  return plainText(text, 2000).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Returns a value as JSON that cannot end the script element around it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
