/**
 * An order of the broker protocol as the terms of the engine's order desk, checked completely before anything changes.
 *
 * @module
 */

import { parseDecimal, SandbarError } from "../../../core/mod.ts";
import { type Instrument, PRICE_DIGITS } from "../../../market/mod.ts";
import { type OrderRequest, TERM } from "../../../protocols/mod.ts";
import {
  ORDER_FLAG,
  ORDER_TYPE,
  ORDER_TYPE_NAMES,
  TIME_IN_FORCE,
  TIME_IN_FORCE_NAMES,
} from "../../../trading/mod.ts";

/** What the order desk is asked. */
export interface OrderTerms {
  readonly type: number;
  readonly timeInForce: number;
  readonly flags: number;
  /** Signed units. */
  readonly quantity: number;
  /** Ticks, 0 for none. */
  readonly limit: number;
  readonly stop: number;
  /** Kind and value of each term of {@linkcode TERM}. */
  readonly terms: readonly (readonly [kind: number, value: number])[];
}

const CLIENT_ID = /^[A-Za-z0-9-]{1,32}$/;
const SIDES = ["buy", "sell"];

/**
 * Returns the terms of an order, or what is wrong with it as one sentence.
 *
 * @param request As it came from outside: nothing is taken for granted.
 */
export function orderTerms(request: OrderRequest, instrument: Instrument): OrderTerms | string {
  const { clientId, side, quantity, type, timeInForce, limitPrice, stopPrice } = request;
  if (typeof clientId !== "string" || !CLIENT_ID.test(clientId)) {
    return "a client id has 1 to 32 letters, digits and hyphens";
  }
  const typeNumber = ORDER_TYPE_NAMES.indexOf(type);
  const timeNumber = TIME_IN_FORCE_NAMES.indexOf(timeInForce);
  if (!SIDES.includes(side)) return unknown("side", side, SIDES);
  if (typeNumber < 0) return unknown("order type", type, ORDER_TYPE_NAMES);
  if (timeNumber < 0) return unknown("time in force", timeInForce, TIME_IN_FORCE_NAMES);
  const isStop = typeNumber >= ORDER_TYPE.stop && typeNumber !== ORDER_TYPE.trailing_stop;
  const hasLimit = typeNumber === ORDER_TYPE.limit || typeNumber === ORDER_TYPE.stop_limit;
  const isTrailing = typeNumber === ORDER_TYPE.trailing_stop;
  const { trailAmount, trailPercent, goodTillUs } = request;
  if (hasLimit !== (limitPrice !== undefined)) return needs(type, "a limit price", hasLimit);
  if (isStop !== (stopPrice !== undefined)) return needs(type, "a stop price", isStop);
  const trails = Number(trailAmount !== undefined) + Number(trailPercent !== undefined);
  if (trails !== (isTrailing ? 1 : 0)) return needs(type, "one trailing distance", isTrailing);
  const isDated = timeNumber === TIME_IN_FORCE.gtd;
  if (isDated !== (goodTillUs !== undefined)) return needs(timeInForce, "an end", isDated);
  try {
    const units = unitsOf(quantity, instrument);
    if (units <= 0) return `a quantity is above 0, found ${quantity}`;
    const terms: [number, number][] = [];
    // A millionth of the price is 1e-4 percent.
    if (trailPercent !== undefined) terms.push([TERM.trail, parseDecimal(String(trailPercent), 4)]);
    if (trailAmount !== undefined) terms.push([TERM.trail, parseDecimal(String(trailAmount), 6)]);
    if (goodTillUs !== undefined) terms.push([TERM.good_till, goodTillUs]);
    return {
      type: typeNumber,
      timeInForce: timeNumber,
      flags: flagsOf(request),
      quantity: side === "buy" ? units : -units,
      limit: limitPrice === undefined ? 0 : parseDecimal(String(limitPrice), PRICE_DIGITS),
      stop: stopPrice === undefined ? 0 : parseDecimal(String(stopPrice), PRICE_DIGITS),
      terms,
    };
  } catch (error) {
    if (error instanceof SandbarError) return error.message;
    throw error;
  }
}

/**
 * Returns a quantity in units of the instrument.
 *
 * @throws {SandbarError} `number_range` for a text that is no decimal, or finer than the instrument's smallest step.
 */
export function unitsOf(quantity: unknown, { quantityDigits, lot, symbol }: Instrument): number {
  const units = parseDecimal(String(quantity), quantityDigits);
  if (units % lot === 0) return units;
  throw new SandbarError("number_range", `${quantity} of ${symbol} is no whole number of lots`);
}

function flagsOf(request: OrderRequest): number {
  return (request.postOnly === true ? ORDER_FLAG.post_only : 0) |
    (request.reduceOnly === true ? ORDER_FLAG.reduce_only : 0) |
    (request.allOrNone === true ? ORDER_FLAG.all_or_none : 0) |
    (request.trailPercent === undefined ? 0 : ORDER_FLAG.trail_percent);
}

function unknown(what: string, found: unknown, known: readonly string[]): string {
  return `no ${what} ${JSON.stringify(found)}; known are ${known.join(", ")}`;
}

function needs(of: string, what: string, isNeeded: boolean): string {
  return `${of} ${isNeeded ? "needs" : "has no place for"} ${what}`;
}
