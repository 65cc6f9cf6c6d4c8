/**
 * The careful way to read one number of a CSV cell, for what the fast way of the reader does not know: quotes, spaces, exponents,
 * thousands separators, a dollar sign, more digits than are exact.
 *
 * @module
 */

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/;

/**
 * Returns the number of a cell, or NaN when it is not one. A decimal comma is never read as a number: `1,5` could mean either.
 *
 * @param text The cell, with its quotes if it has them.
 * @param allowThousands Whether `1,234.5` may be 1234.5: not in files whose separator is a semicolon, where a comma may be the decimal sign.
 */
export function numberOfCell(text: string, allowThousands: boolean): number {
  let cell = text.trim();
  if (cell.length >= 2 && cell.startsWith('"') && cell.endsWith('"')) {
    cell = cell.slice(1, -1).trim();
  }
  if (cell.startsWith("$")) cell = cell.slice(1);
  if (allowThousands && THOUSANDS.test(cell)) cell = cell.replaceAll(",", "");
  return PLAIN.test(cell) ? Number(cell) : NaN;
}
