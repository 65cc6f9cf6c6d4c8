/**
 * A slippage table as a user writes it: `[[0.1, 2], [1, 8], [10, 50]]`, each pair a size in percent of the average daily volume and the basis
 * points that such a fill moves. Between the sizes it is read along a line; see the model `table`.
 *
 * @module
 */

import type { Slippage } from "../venue/mod.ts";

/** Pairs of size, percent of the average daily volume, and basis points. */
export type SlippageTable = readonly (readonly [sizePct: number, bps: number])[];

/** The most pairs of a table. */
export const MAX_SLIPPAGE_POINTS = 50;

const MAX_SIZE_PCT = 1000, MAX_BPS = 10_000;

/** What may be written, in words. */
export const WANTED_TABLE =
  `a list of 1 to ${MAX_SLIPPAGE_POINTS} pairs such as [[0.1, 2], [1, 8], [10, 50]]: size from 0 to ` +
  `${MAX_SIZE_PCT} % of the average daily volume, ascending, and basis points from 0 to ${MAX_BPS}`;

/** Returns what is wrong with a table, or undefined. */
export function slippageTableFault(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SLIPPAGE_POINTS) {
    return `give ${WANTED_TABLE}`;
  }
  for (const [i, pair] of value.entries()) {
    const place = `pair ${i + 1}`;
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every(isNumber)) {
      return `${place} is ${JSON.stringify(pair)}; give ${WANTED_TABLE}`;
    }
    const [sizePct, bps] = pair as [number, number];
    if (!(sizePct >= 0 && sizePct <= MAX_SIZE_PCT)) {
      return `${place}: the size is ${sizePct}; give 0 to ${MAX_SIZE_PCT} % of the average daily volume`;
    }
    if (!(bps >= 0 && bps <= MAX_BPS)) {
      return `${place}: the move is ${bps}; give 0 to ${MAX_BPS} basis points`;
    }
    if (i > 0 && sizePct <= value[i - 1][0]) {
      return `${place}: the size ${sizePct} does not lie above ${
        value[i - 1][0]
      }; give ascending sizes`;
    }
  }
  return undefined;
}

/** Returns the model of a table that is right. */
export function tableSlippage(table: SlippageTable): Slippage {
  return {
    kind: "table",
    points: table.map(([sizePct, bps]) => ({ participation: sizePct / 100, bps })),
  };
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
