/**
 * Symbols as file names, both ways, safe on every file system: `BRK.B` stays, `BTC/USD` becomes `BTC%2FUSD`.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";

const SYMBOL = /^[A-Z0-9^][A-Z0-9.\-\/_^=:]{0,31}$/;
/** Device names, which Windows does not allow as file names, whatever the ending. */
const DEVICE = /^(CON|PRN|AUX|NUL|COM\d|LPT\d)(\.|$)/;

/**
 * Returns a symbol in its one form: capitals, no outer spaces.
 *
 * @throws {SandbarError} `usage` when it cannot be a symbol.
 */
export function normalSymbol(text: string): string {
  const symbol = text.trim().toUpperCase();
  if (isSymbol(symbol)) return symbol;
  throw new SandbarError(
    "usage",
    `not a symbol: ${JSON.stringify(text)}; letters, digits and . - / _ ^ = : make a symbol, ` +
      "for example AAPL, BRK.B or BTC/USD",
  );
}

/** True for a symbol in its normal form. */
export function isSymbol(text: string): boolean {
  return SYMBOL.test(text);
}

/** Returns the file name of a symbol in its normal form. */
export function fileNameOf(symbol: string): string {
  const escaped = symbol.replace(/[^A-Z0-9.\-_]|\.$/g, percent);
  return DEVICE.test(escaped) ? percent(escaped[0]!) + escaped.slice(1) : escaped;
}

function percent(char: string): string {
  return "%" + char.charCodeAt(0).toString(16).toUpperCase();
}
