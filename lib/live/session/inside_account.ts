/**
 * The comparison where the venue is inside: no broker keeps a second account, so the books are held against what else is known of them. Each
 * ledger must balance; cash and positions must be what the fills alone give; each book must be the one that its strategy last agreed on.
 *
 * It looks and changes nothing: what it finds is a defect of ours or of the machine, and nothing that could be corrected by it.
 *
 * @module
 */

import { formatDecimal, formatMoney } from "../../core/mod.ts";
import { recount } from "../account/recount.ts";
import type { TradingCore } from "../account/trading_core.ts";

/** Something that is not as it must be. */
export interface Difference {
  readonly kind: "ledger" | "cash" | "position" | "book";
  readonly symbol: string | null;
  /** For people, with the strategy. */
  readonly ours: string;
  readonly theirs: string;
}

/** Step and hash of each book when its strategy last spoke and had the same; null for one that has not. */
export type Agreed = readonly ({ readonly step: number; readonly hash: number } | null)[];

/** Compares an account with itself. */
export function compareInside(
  core: TradingCore,
  agreed: Agreed,
): readonly Difference[] {
  return core.books.flatMap(({ engine }, k) => {
    const id = core.ids[k]!, { ledger, series } = engine, found: Difference[] = [];
    const off = ledger.imbalance();
    if (off !== 0) {
      const ours = `${id}: off by ${formatMoney(off)}`;
      found.push({ kind: "ledger", symbol: null, ours, theirs: "0.00" });
    }
    // While strategies decide on an instant, some have not seen it yet.
    const seen = agreed[k] ?? null, hash = engine.mirrorHash();
    if (seen !== null && seen.step === engine.step && seen.hash !== hash) {
      const ours = `${id}: ${hash.toString(16)}`;
      found.push({ kind: "book", symbol: null, ours, theirs: seen.hash.toString(16) });
    }
    // Splits and the like change what is held without a fill.
    if (core.market.actions.length > 0) return found;
    const counted = recount(engine), cash = counted.cash + ledger.dividends + ledger.financing;
    if (cash !== ledger.cash) {
      const ours = `${id}: ${formatMoney(ledger.cash)}`;
      found.push({ kind: "cash", symbol: null, ours, theirs: formatMoney(cash) });
    }
    series.forEach(({ symbol }, s) => {
      const held = ledger.position[s]!, filled = counted.positions[s]!;
      const digits = ledger.unitsPerShare[s] === 1 ? 0 : 6;
      if (held === filled) return;
      const ours = `${id}: ${formatDecimal(held, digits)}`;
      found.push({ kind: "position", symbol, ours, theirs: formatDecimal(filled, digits) });
    });
    return found;
  });
}
