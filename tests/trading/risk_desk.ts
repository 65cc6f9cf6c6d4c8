/**
 * What the tests of the risk gate share: a book of six symbols before a gate.
 *
 * @module
 */

import { Halts } from "../../lib/engine/mod.ts";
import { stock } from "../../lib/market/mod.ts";
import {
  DEFAULT_ACCOUNT,
  FillTable,
  Ledger,
  LinkedOrders,
  NO_LIMITS,
  ORDER_FLAG,
  ORDER_TYPE,
  OrderBook,
  RiskControl,
  type RiskLimits,
  riskText,
  SIZING,
  TIME_IN_FORCE,
  VERDICT,
} from "../../lib/trading/mod.ts";

export const DOLLAR = 1e6;
const PRICE = 100 * DOLLAR;
const SYMBOLS = ["A", "B", "C", "D", "E", "F"];
const VERDICTS = ["passed", "reduce only", "refused"];

/** An order: shares (or a target, a weight), with what is not the default. */
export interface Asked {
  readonly series?: number;
  readonly sizing?: number;
  readonly type?: number;
  readonly flags?: number;
  readonly limit?: number;
  readonly stop?: number;
  readonly parent?: number;
  readonly nowUs?: number;
}

/** A book of 100,000 dollars with symbols that stand at 100. */
export class Desk {
  readonly book = new OrderBook(SYMBOLS.length);
  readonly fills = new FillTable();
  readonly ledger = new Ledger(
    100_000 * DOLLAR,
    SYMBOLS.map((each) => stock(each)),
    DEFAULT_ACCOUNT,
  );
  readonly linked = new LinkedOrders(this.book);
  readonly halts = new Halts([], SYMBOLS.length);
  readonly control: RiskControl;
  readonly prices = SYMBOLS.map(() => PRICE);

  constructor(limits: Partial<RiskLimits>) {
    const sessions = { length: 0, openUs: new Float64Array(0) };
    const instruments = SYMBOLS.map((each) => stock(each));
    this.control = new RiskControl({ ...NO_LIMITS, ...limits }, this, instruments, sessions);
  }

  equity(): number {
    return this.ledger.equity();
  }

  lastPrice(s: number): number {
    return this.prices[s]!;
  }

  /** Holds shares of a symbol, bought at 100 without costs. */
  hold(shares: number, s = 0, timeUs = -1e15): this {
    const row = this.#add(shares, s, {});
    this.ledger.fill(s, shares, PRICE, 0, 0, 0);
    this.book.command(row, 0, 0, timeUs);
    this.book.fill(
      row,
      shares,
      true,
      this.fills.add(row, 0, timeUs, shares, PRICE, 0, 0, 0),
      timeUs,
    );
    return this;
  }

  /** Asks, and lets out what passes: `passed`, `reduce only`, or the refusal. */
  ask(quantity: number, asked: Asked = {}): string {
    const { series = 0, sizing = 0, type = 0, flags = 0, limit = 0, stop = 0 } = asked;
    const { parent = -1, nowUs = 0 } = asked;
    const verdict = this.control
      .check(series, sizing, type, flags, quantity, limit, stop, -1, parent, nowUs);
    if (verdict === VERDICT.refused) {
      this.control.noteRefusal(0);
      const { rule, measured, limit } = this.control.gate;
      return riskText(rule, measured, limit);
    }
    const added = verdict === VERDICT.reduceOnly ? ORDER_FLAG.reduce_only : 0;
    const row = this.#add(quantity, series, { ...asked, flags: flags | added });
    this.control.gate.take(row, nowUs);
    return VERDICTS[verdict]!;
  }

  #add(quantity: number, s: number, asked: Asked): number {
    const { sizing = 0, type = 0, flags = 0, limit = 0, stop = 0, nowUs = 0 } = asked;
    const day = TIME_IN_FORCE.day;
    return this.book.add(s, sizing, type, day, flags, quantity, limit, stop, 0, nowUs, Infinity);
  }
}

/** Terms of a limit order at a price in dollars. */
export const limitOrder = (dollars: number): Asked => ({
  type: ORDER_TYPE.limit,
  limit: Math.round(dollars * DOLLAR),
});
/** Terms of a target in shares, and of a weight. */
export const target = { sizing: SIZING.targetQuantity }, weight = { sizing: SIZING.targetWeight };
