/**
 * A state of the past as an operator sees it: money, positions, open orders, and the hashes by which two states are the same.
 *
 * @module
 */

import { formatMoney } from "../../core/mod.ts";
import { sha256Ledger } from "../../run/mod.ts";
import { accountPositions, bookOrders } from "../book_views.ts";
import type { OrderView, PositionView } from "../control/controlled.ts";
import type { TradingCore } from "../trading_core.ts";

/** A state. Money is a decimal text. */
export interface StateView {
  /** Engine time, microseconds UTC. */
  readonly timeUs: number;
  readonly instants: number;
  readonly state: ReturnType<TradingCore["standing"]>["state"] | "finished";
  /** Why it is held back; empty when it is not. */
  readonly why: string;
  readonly equity: string;
  readonly cash: string;
  readonly books: readonly BookView[];
  readonly positions: readonly PositionView[];
  readonly openOrders: readonly OrderView[];
}

/** A strategy's book. */
export interface BookView {
  readonly id: string;
  readonly equity: string;
  readonly cash: string;
  readonly orders: number;
  readonly fills: number;
  /** As `hashes.ledger` and `hashes.intents` of a result. */
  readonly ledgerSha256: string;
  readonly intentsSha256: string;
  /** As `status` shows it. */
  readonly bookHash: string;
}

/** Returns the view of a state. */
export function stateView(core: TradingCore): StateView {
  const equity = core.equity();
  return {
    timeUs: core.nowUs,
    instants: core.market.steps,
    ...core.standing(),
    ...(core.isFinished ? { state: "finished" as const } : {}),
    equity: formatMoney(equity),
    cash: formatMoney(core.cash()),
    books: core.books.map((book, k) => ({
      id: core.ids[k]!,
      equity: formatMoney(book.engine.equity()),
      cash: formatMoney(book.engine.ledger.cash),
      orders: book.engine.orders.length,
      fills: book.engine.fills.length,
      ledgerSha256: sha256Ledger(book.engine),
      intentsSha256: book.intentsSha256(),
      bookHash: book.engine.mirrorHash().toString(16),
    })),
    positions: accountPositions(core, equity),
    openOrders: core.books.flatMap(({ engine }, k) => bookOrders(engine, core.ids[k]!, 0)),
  };
}
