/**
 * A file of symbols: YAML with `default`, a list; or with `universe`, `sectors` and `stocks`, which are merged. A list is of symbols, a map
 * of sectors has a list for each, a map of stocks has the symbols for names. What else such a file holds is not read.
 *
 * @module
 */

import { isSymbol, MAX_SYMBOLS } from "./run_spec.ts";

/**
 * Returns the symbols of a parsed file, each once and in order, or what is wrong with it.
 *
 * @param content The file as plain data.
 */
export function symbolsIn(content: unknown): readonly string[] | string {
  if (!isMap(content)) return "it has no settings; give default: [AAPL, MSFT]";
  const { default: own, universe, sectors, stocks } = content;
  const parts: readonly (readonly [name: string, part: unknown])[] = own !== undefined
    ? [["default", own]]
    : [
      ["universe", universe],
      ...isMap(sectors)
        ? Object.entries(sectors).map(([name, part]) => [`sectors.${name}`, part] as const)
        : [["sectors", sectors] as const],
      ["stocks", isMap(stocks) ? Object.keys(stocks) : stocks],
    ];
  const symbols = new Set<string>();
  for (const [name, part] of parts) {
    if (part === undefined || part === null) continue;
    if (!Array.isArray(part)) return `${name} is no list of symbols`;
    for (const symbol of part) {
      if (typeof symbol !== "string" || !isSymbol(symbol)) {
        return `${name} has ${
          JSON.stringify(symbol)
        }, which is no symbol; one that looks like a number or a word of YAML needs quotes`;
      }
      symbols.add(symbol.trim().toUpperCase());
    }
  }
  if (symbols.size >= 1 && symbols.size <= MAX_SYMBOLS) return [...symbols];
  return symbols.size === 0
    ? "it has no symbols under default, universe, sectors or stocks"
    : `it has ${symbols.size} symbols, at most ${MAX_SYMBOLS} can run`;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
