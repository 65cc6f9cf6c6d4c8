/**
 * Between the books and the dispatcher: sends what the books wish. Orders that are pending go out, sized; cancels and new terms follow. It changes
 * no book: only what is journaled does.
 *
 * A broker takes orders by quantity alone. A target becomes the difference to what is held; it waits while an order of the same symbol and
 * strategy is being cancelled, so that nothing is asked for twice. A weight is sized at the last price, with {@linkcode ROOM} to spare for price
 * and costs when it buys, floored to the lot.
 *
 * An order that would trade with one of another strategy waits (see `self_trade.ts`), for {@linkcode MAX_WAIT_US} at the most: then it expires.
 *
 * @module
 */

import { formatDecimal, mulDiv, US_PER_DAY } from "../core/mod.ts";
import { type Engine, isUnsent } from "../engine/mod.ts";
import { PRICE_DIGITS } from "../market/mod.ts";
import type { OrderRequest, ReplaceRequest } from "../protocols/mod.ts";
import {
  ORDER_FLAG,
  ORDER_STATE,
  ORDER_TYPE,
  ORDER_TYPE_NAMES,
  RowScratch,
  SIZING,
  TIME_IN_FORCE,
  TIME_IN_FORCE_NAMES,
} from "../trading/mod.ts";
import type { Dispatcher, UnansweredRequest } from "./dispatch/mod.ts";
import type { OrderNames } from "./order_names.ts";
import { crosses, type CrossingTerms, isTradable, reduces } from "./self_trade.ts";
import type { TradingCore } from "./trading_core.ts";

/** Share of a weight that is left for price and costs when it buys. */
export const ROOM = 0.01;

/** How long an order without an earlier end waits for another strategy's, engine time. */
export const MAX_WAIT_US = 7 * US_PER_DAY;

/** What a desk works with. */
export interface BrokerDeskParts {
  readonly core: TradingCore;
  readonly names: OrderNames;
  readonly dispatcher: Dispatcher;
  /** Journals and applies that an order needs nothing from the broker: it ended before it was sent. */
  readonly end: (clientId: string, kind: "expired" | "cancelled") => void;
  /** Told when a request has ended, however. */
  readonly onSettled: () => void;
  /** Told once when a request can no longer be sent. */
  readonly onFailure: (error: unknown) => void;
}

/** Sends the wishes of an account's books. */
export class BrokerDesk {
  readonly #parts: BrokerDeskParts;
  /** Requests that were handed to the dispatcher and are not on record yet, or have no answer. */
  readonly #underWay = new Set<string>();

  constructor(parts: BrokerDeskParts) {
    this.#parts = parts;
  }

  /** Whether requests are under way. */
  get isBusy(): boolean {
    return this.#underWay.size > 0;
  }

  /** Sends what can be sent now. To be called after whatever has changed a book. */
  flush(): void {
    this.#parts.core.books.forEach(({ engine }, strategy) => {
      const { book } = engine, remote = book.remote!;
      for (const row of rowsOf(remote.cancels)) this.#cancel(engine, strategy, row);
      for (const row of rowsOf(remote.replaces)) this.#replace(engine, strategy, row);
      for (const row of rowsOf(book.fresh)) this.#submit(engine, strategy, row);
    });
  }

  #cancel(engine: Engine, strategy: number, row: number): void {
    const clientId = this.#nameOf(engine, strategy, row);
    this.#once(
      `cancel ${clientId}`,
      () => this.#parts.dispatcher.cancel(clientId, symbolOf(engine, row)),
    );
  }

  #replace(engine: Engine, strategy: number, row: number): void {
    const { book } = engine, remote = book.remote!;
    const generation = remote.generation.get(row);
    const clientId = this.#parts.names.clientId({ strategy, row, generation });
    const newClientId = this.#parts.names.clientId({ strategy, row, generation: generation + 1 });
    const limit = remote.limit.get(row), stop = remote.stop.get(row);
    const units = remote.quantity.get(row) - book.table.filled[row]!;
    // Until then it works with the terms that it has.
    const asked = { units, limit: limit === 0 ? book.table.limit[row]! : limit };
    if (this.#mustWait(engine, strategy, row, asked)) return;
    const request: ReplaceRequest = {
      clientId,
      newClientId,
      quantity: quantityText(engine, row, remote.quantity.get(row)),
      ...(limit === 0 ? {} : { limitPrice: priceText(limit) }),
      ...(stop === 0 ? {} : { stopPrice: priceText(stop) }),
    };
    this.#once(
      `replace ${newClientId}`,
      () => this.#parts.dispatcher.replace(request, symbolOf(engine, row)),
    );
  }

  #submit(engine: Engine, strategy: number, row: number): void {
    if (!isUnsent(engine, row)) return;
    const { table } = engine.book, clientId = this.#nameOf(engine, strategy, row);
    if (table.expiresUs[row]! <= engine.nowUs) return this.#parts.end(clientId, "expired");
    const isTarget = table.sizing[row] !== SIZING.quantity;
    if (isTarget && isCancelling(engine, table.series[row]!)) return;
    const units = unitsOf(engine, row);
    // A target that is reached, or that buys less than a lot.
    if (units === 0) return this.#parts.end(clientId, "cancelled");
    if (this.#mustWait(engine, strategy, row, { units, limit: table.limit[row]! })) {
      const isOver = engine.nowUs - table.createdUs[row]! >= MAX_WAIT_US;
      return isOver ? this.#parts.end(clientId, "expired") : undefined;
    }
    this.#once(
      `submit ${clientId}`,
      () => this.#parts.dispatcher.submit(requestOf(engine, row, units, clientId)),
    );
  }

  /** Whether an order would trade with one of another strategy that is at the broker, or that goes there first because it reduces. */
  #mustWait(engine: Engine, strategy: number, row: number, asked: CrossingTerms): boolean {
    if (!isTradable(engine, row) || reduces(engine, row, asked.units)) return false;
    const s = engine.orders.series[row]!;
    return this.#parts.core.books.some(({ engine: other }, k) =>
      k !== strategy && workingRows(other, s).some((theirs) => {
        if (!isTradable(other, theirs)) return false;
        const units = unitsOf(other, theirs);
        if (!crosses(asked, { units, limit: other.orders.limit[theirs]! })) return false;
        if (!isUnsent(other, theirs)) return other.orders.state[theirs] !== ORDER_STATE.pending;
        const isUnderWay = this.#underWay.has(`submit ${this.#nameOf(other, k, theirs)}`);
        return isUnderWay || reduces(other, theirs, units);
      })
    );
  }

  #once(what: string, send: () => Promise<unknown>): void {
    if (this.#underWay.has(what)) return;
    this.#underWay.add(what);
    send().then(
      () => {
        this.#underWay.delete(what);
        this.#parts.onSettled();
      },
      (error: unknown) => {
        this.#underWay.delete(what);
        this.#parts.onFailure(error);
      },
    );
  }

  #nameOf(engine: Engine, strategy: number, row: number): string {
    const generation = engine.book.remote!.generation.get(row);
    return this.#parts.names.clientId({ strategy, row, generation });
  }
}

/** Returns the orders of a book that were sent and have no answer. */
export function doubtfulOf(core: TradingCore, names: OrderNames): UnansweredRequest[] {
  return core.books.flatMap(({ engine }, strategy) => {
    const { orders, book } = engine, list: UnansweredRequest[] = [];
    for (let s = 0; s < engine.series.length; s++) {
      for (const row of workingRows(engine, s)) {
        const now = orders.state[row]!;
        const state = now === ORDER_STATE.pending_cancel ? orders.before.get(row) : now;
        if (state !== ORDER_STATE.submitted && state !== ORDER_STATE.unknown) continue;
        const generation = book.remote!.generation.get(row);
        const clientId = names.clientId({ strategy, row, generation });
        const order = requestOf(engine, row, orders.quantity[row]!, clientId);
        list.push({
          request: { request: "submit", clientId, order },
          timeUs: orders.createdUs[row]!,
        });
      }
    }
    return list;
  });
}

function requestOf(engine: Engine, row: number, units: number, clientId: string): OrderRequest {
  const { table } = engine.book, type = table.type[row]!, flags = table.flags[row]!;
  const limit = table.limit[row]!, stop = table.stop[row]!, trail = table.trail.get(row);
  const isPercent = (flags & ORDER_FLAG.trail_percent) !== 0;
  return {
    clientId,
    symbol: symbolOf(engine, row),
    side: units > 0 ? "buy" : "sell",
    quantity: quantityText(engine, row, units),
    type: ORDER_TYPE_NAMES[type]!,
    timeInForce: TIME_IN_FORCE_NAMES[table.timeInForce[row]!]!,
    ...(limit === 0 ? {} : { limitPrice: priceText(limit) }),
    ...(stop === 0 || type === ORDER_TYPE.trailing_stop ? {} : { stopPrice: priceText(stop) }),
    ...(trail === 0
      ? {}
      : isPercent
      ? { trailPercent: formatDecimal(trail, 4) }
      : { trailAmount: priceText(trail) }),
    ...(table.timeInForce[row] === TIME_IN_FORCE.gtd ? { goodTillUs: table.expiresUs[row]! } : {}),
    ...((flags & ORDER_FLAG.reduce_only) === 0 ? {} : { reduceOnly: true }),
    ...((flags & ORDER_FLAG.post_only) === 0 ? {} : { postOnly: true }),
    ...((flags & ORDER_FLAG.all_or_none) === 0 ? {} : { allOrNone: true }),
  };
}

/** Signed units that an order has still to trade. */
function unitsOf(engine: Engine, row: number): number {
  const { table } = engine.book;
  return table.sizing[row] === SIZING.quantity
    ? table.quantity[row]! - table.filled[row]!
    : targetUnits(engine, row);
}

/** Signed units that bring the position to a target, beside what already works in the symbol. */
function targetUnits(engine: Engine, row: number): number {
  const { table } = engine.book, { ledger } = engine, s = table.series[row]!;
  const held = ledger.position[s]! + workingUnits(engine, s, row), lot = engine.lotOf(s);
  const aim = table.sizing[row] === SIZING.targetQuantity
    ? table.quantity[row]!
    : weightUnits(engine, s, table.quantity[row]!, lot);
  const units = aim - held;
  const whole = Math.floor(Math.abs(units) / lot) * lot;
  return units < 0 ? -whole : whole;
}

function weightUnits(engine: Engine, s: number, weight: number, lot: number): number {
  const price = engine.lastPrice(s);
  if (price === 0 || weight === 0) return 0;
  const { ledger } = engine, perShare = ledger.unitsPerShare[s]!;
  const amount = Math.floor(Math.abs(weight) * engine.equity());
  const units = Math.floor(mulDiv(amount, perShare, price * ledger.multiplier[s]!) / lot) * lot;
  const held = Math.abs(ledger.position[s]!);
  const roomy = Math.floor(units * (1 - ROOM) / lot) * lot;
  // What is held already needs no room: a weight that is kept trades nothing.
  const aim = units > held ? Math.max(held, roomy) : units;
  return weight < 0 ? -aim : aim;
}

/** Units that orders of a series have still to trade, but one. */
function workingUnits(engine: Engine, s: number, but: number): number {
  const { table } = engine.book;
  let sum = 0;
  for (const row of workingRows(engine, s)) {
    const isSent = table.state[row] !== ORDER_STATE.pending;
    if (row !== but && isSent && table.type[row] === ORDER_TYPE.market) {
      sum += table.quantity[row]! - table.filled[row]!;
    }
  }
  return sum;
}

function isCancelling(engine: Engine, s: number): boolean {
  const { table } = engine.book;
  return workingRows(engine, s).some((row) =>
    table.state[row] === ORDER_STATE.pending_cancel || table.state[row] === ORDER_STATE.unknown
  );
}

function workingRows(engine: Engine, s: number): number[] {
  const rows = new RowScratch();
  engine.book.working.list(s, rows);
  return rowsOf(rows);
}

function rowsOf(list: { readonly length: number; at(place: number): number }): number[] {
  return Array.from({ length: list.length }, (_, k) => list.at(k));
}

function symbolOf(engine: Engine, row: number): string {
  return engine.series[engine.orders.series[row]!]!.symbol;
}

function quantityText(engine: Engine, row: number, units: number): string {
  const perShare = engine.ledger.unitsPerShare[engine.orders.series[row]!]!;
  return formatDecimal(Math.abs(units), perShare === 1 ? 0 : 6);
}

function priceText(ticks: number): string {
  return formatDecimal(ticks, PRICE_DIGITS);
}
