/**
 * A run on one CSV file: the bars of one symbol, and of no other.
 *
 * @module
 */

import type { RunOptions } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import { symbolOfFile } from "../data/mod.ts";

/**
 * Returns the options, with the symbol that the file is named after when none is asked for. Catalogs and folders are left as they are.
 *
 * @param data Catalog, folder or file.
 * @throws {SandbarError} `usage` when the file would stand for several symbols, or its name is none.
 */
export function withSymbolOfFile<T extends RunOptions>(options: T, data: string | undefined): T {
  const named = data === undefined ? undefined : symbolOfFile(data);
  if (named === undefined) return options;
  const symbols = options.symbols ?? [named], { benchmark } = options;
  if (symbols.length === 1 && symbols[0] === "") {
    throw new SandbarError(
      "usage",
      `--data: the name of ${data} is not that of a symbol; say whose bars it holds with --symbols`,
    );
  }
  const asked = new Set([...symbols, ...(benchmark === undefined ? [] : [benchmark])]
    .map((symbol) => symbol.trim().toUpperCase()));
  if (asked.size <= 1) return { ...options, symbols };
  const [first, ...others] = asked;
  throw new SandbarError(
    "usage",
    `--data: ${data} is one file, the bars of one symbol, but ${first} and ${
      others.join(", ")
    } are asked for; put one file a symbol into a folder (${first}.csv, ${
      others[0]
    }.csv) and give the folder`,
  );
}
