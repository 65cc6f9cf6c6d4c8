/**
 * Busts and corrections of fills in a running engine.
 *
 * @module
 */

import { put } from "../core/mod.ts";
import type { Instrument } from "../market/mod.ts";
import { correctFill, type CorrectionBooks } from "../trading/mod.ts";
import type { ActionLog } from "./corporate_actions.ts";

/** What a correction changes: an engine. */
export interface Correctable extends Pick<CorrectionBooks, "book" | "fills" | "ledger"> {
  readonly actionLog: ActionLog;
  readonly nowUs: number;
}

/**
 * Restates a fill: order, fill table, position, cost, profit and costs are then those of a run in which it had been right at once.
 *
 * @param fillRow Row in the fill table.
 * @param quantity Signed units that were really filled, in the shares of that day; 0 busts the fill.
 * @param price Price ticks at which they were.
 * @returns False, and nothing is changed, when the position does not follow from the fills any more (the symbol was delisted).
 */
export function correct(
  engine: Correctable,
  instruments: readonly Instrument[],
  fillRow: number,
  quantity: number,
  price: number,
): boolean {
  const { actionLog: log } = engine;
  const splits: CorrectionBooks["splits"][number][] = [];
  let count = 0;
  for (let row = 0; row < log.length; row++) {
    const action = log.action[row] === -1 ? undefined : log.actions[log.action[row]!];
    if (action === undefined || action.kind !== "split") continue;
    const { series, numerator, denominator } = action;
    put(splits, count++, { step: log.step[row]!, series, numerator, denominator });
  }
  const { book, fills, ledger } = engine;
  return correctFill(
    { book, fills, ledger, instruments, splits },
    fillRow,
    quantity,
    price,
    engine.nowUs,
  );
}
