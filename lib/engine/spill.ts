/**
 * Old orders leave a book, with their fills, so that a run of many millions is held by what works and a window.
 *
 * @module
 */

import * as trading from "../trading/mod.ts";
import type { Engine } from "./engine.ts";

const { mapRows } = trading;

/** A strategy knows an order by its handle while it works, and among the last of this many that ended, whether older ones have left or not. */
export const HISTORY_ORDERS = 262_144;

/** Instants after which a run asks whether orders can leave. */
export const SPILL_STEPS = 128;

/** How many of a book's fills and ended orders somebody was told of. */
export interface Told {
  fills: number;
  ends: number;
}

/**
 * Lets orders leave between two instants, once as many have come as the book keeps: those that have ended, are not among the last `history`
 * to do so, were told of, and are not linked with one that stays. So a book holds twice `history`, what comes between two calls, and what
 * works with what is linked to that. Everybody outside knows orders by their ids, which stay. A book that is mirrored or at a broker keeps all.
 *
 * @param told Is counted anew.
 */
export function spill(engine: Engine, history: number, told: Told): void {
  const { orders, fills } = engine;
  if (orders.added < history || orders.length < 2 * history || !engine.isOnlyHere) return;
  const ends = orders.ended.length - told.ends, toTell = fills.length - told.fills;
  engine.renumber(mapRows(orders, fills, engine.linked, history, told.ends, told.fills));
  told.ends = orders.ended.length - ends;
  told.fills = fills.length - toTell;
}
