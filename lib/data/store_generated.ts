/**
 * Puts synthetic bars into the catalog, labelled.
 *
 * @module
 */

import { formatDay } from "../core/mod.ts";
import { parsePeriod } from "../market/mod.ts";
import { catalogPath, storeSeries } from "./catalog.ts";
import { generateBars, type GenerateOptions } from "./generate.ts";
import type { Manifest } from "./manifest.ts";
import { normalSymbol } from "./symbol_names.ts";
import { VERSION } from "./version.ts";

/**
 * Generates bars and stores them as a series marked synthetic.
 *
 * @throws {SandbarError} As `generateBars` and `storeSeries`.
 */
export function storeGenerated(
  options: GenerateOptions & {
    readonly symbol: string;
    readonly dataDir: string;
    readonly replace?: boolean;
  },
): { readonly manifest: Manifest; readonly path: string } {
  const symbol = normalSymbol(options.symbol), period = parsePeriod(options.period).text;
  const columns = generateBars(options);
  const from = options.from === undefined ? "" : `, from ${formatDay(options.from)}`;
  const manifest = storeSeries(options.dataDir, {
    columns,
    facts: {
      symbol,
      period,
      calendar: options.calendar,
      source: `synthetic, seed ${options.seed}${from}`,
      sourceSha256: "",
      timezone: "UTC",
      adjusted: "split",
      synthetic: true,
      accepted: {},
      leftOut: 0,
      actions: [],
      writtenBy: VERSION,
    },
  }, { replace: options.replace ?? false });
  return { manifest, path: catalogPath(options.dataDir, symbol, period) };
}
