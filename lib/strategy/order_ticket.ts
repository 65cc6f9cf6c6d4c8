/**
 * An order on its way from a strategy to the engine: options become codes, units and ticks, and everything that a strategy can get wrong is
 * said here, before anything is asked for.
 *
 * @module
 */

import { isWhole } from "../core/mod.ts";
import { shown } from "./indicators/spec.ts";
import type { OrderOptions } from "./order_options.ts";

const RangeErrorOf = RangeError;

/** An order on its way to the engine: series number, codes, units, ticks; 0 (or -1 for an order) where there is nothing. */
export interface OrderTicket {
  series: number;
  type: number;
  timeInForce: number;
  flags: number;
  /** Signed units. */
  units: number;
  limit: number;
  stop: number;
  /** Ticks, or millionths of the price with the flag for percent. */
  trail: number;
  goodTillUs: number;
  stopLoss: number;
  takeProfit: number;
  ocoWith: number;
  afterFill: number;
}

/** What reading a request asks of the engine. */
export interface TicketPort {
  /** Series of an order, -1 for a number that is no order. */
  seriesOfOrder(id: number): number;
  /** Engine time, microseconds UTC. */
  now(): number;
}

const TYPES: readonly string[] = [
  "market",
  "limit",
  "stop",
  "stop_limit",
  "trailing_stop",
  "if_touched",
];
const TIMES: readonly string[] = ["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"];
const MARKET = 0,
  LIMIT = 1,
  STOP = 2,
  STOP_LIMIT = 3,
  TRAILING = 4,
  IF_TOUCHED = 5,
  DAY = 0,
  GTD = 2,
  IOC = 3;
const POST_ONLY = 1, REDUCE_ONLY = 2, ALL_OR_NONE = 4, TRAIL_PERCENT = 8;
const PRICE_SCALE = 1e6, ROUNDER = 6755399441055744;

/** Returns an empty ticket. */
export function newTicket(): OrderTicket {
  return {
    series: 0,
    type: MARKET,
    timeInForce: DAY,
    flags: 0,
    units: 0,
    limit: 0,
    stop: 0,
    trail: 0,
    goodTillUs: 0,
    stopLoss: 0,
    takeProfit: 0,
    ocoWith: -1,
    afterFill: -1,
  };
}

/** Makes a ticket a market order for the day. */
export function clearTicket(ticket: OrderTicket, series: number, units: number): void {
  ticket.series = series;
  ticket.units = units;
  ticket.type = MARKET;
  ticket.timeInForce = DAY;
  ticket.flags =
    ticket.limit =
    ticket.stop =
    ticket.trail =
    ticket.goodTillUs =
      0;
  ticket.stopLoss = ticket.takeProfit = 0;
  ticket.ocoWith = ticket.afterFill = -1;
}

/**
 * Fills a ticket from options, each read once.
 *
 * @param verb What the strategy called, for messages.
 * @param type The type that was named, undefined to go by the prices.
 * @throws {RangeError} When a field is out of bounds or contradicts another.
 */
export function fillTicket(
  verb: string,
  ticket: OrderTicket,
  options: OrderOptions,
  type: unknown,
  port: TicketPort,
): void {
  ticket.limit = ticksOf(verb, "limitPrice", options.limitPrice);
  ticket.stop = ticksOf(verb, "stopPrice", options.stopPrice);
  ticket.stopLoss = ticksOf(verb, "stopLoss", options.stopLoss);
  ticket.takeProfit = ticksOf(verb, "takeProfit", options.takeProfit);
  const amount = ticksOf(verb, "trailAmount", options.trailAmount),
    percent: unknown = options.trailPercent;
  if (
    percent !== undefined &&
    (typeof percent !== "number" || !(percent >= 0.0001 && percent < 100))
  ) {
    throw new RangeErrorOf(
      verb + ": trailPercent must be a percentage from 0.0001 to below 100, found " +
        shown(percent),
    );
  }
  if (amount !== 0 && percent !== undefined) {
    throw new RangeErrorOf(verb + ": give trailAmount or trailPercent, not both");
  }
  ticket.trail = percent === undefined ? amount : ((percent as number) * 1e4 + ROUNDER) - ROUNDER;
  ticket.flags = (flagOf(verb, "postOnly", options.postOnly) ? POST_ONLY : 0) +
    (flagOf(verb, "reduceOnly", options.reduceOnly) ? REDUCE_ONLY : 0) +
    (flagOf(verb, "allOrNone", options.allOrNone) ? ALL_OR_NONE : 0) +
    (percent === undefined ? 0 : TRAIL_PERCENT);
  ticket.ocoWith = orderOf(verb, "ocoWith", options.ocoWith, port);
  ticket.afterFill = orderOf(verb, "afterFill", options.afterFill, port);
  ticket.type = typeOf(verb, ticket, type);
  fillTime(verb, ticket, options, port);
  if ((ticket.flags & POST_ONLY) !== 0 && ticket.type !== LIMIT && ticket.type !== STOP_LIMIT) {
    throw new RangeErrorOf(verb + ": postOnly needs a limit order");
  }
}

function fillTime(
  verb: string,
  ticket: OrderTicket,
  options: OrderOptions,
  port: TicketPort,
): void {
  const tif: unknown = options.timeInForce, goodTill: unknown = options.goodTill;
  const place = tif === undefined ? DAY : placeIn(TIMES, tif);
  if (place === -1) {
    throw new RangeErrorOf(
      verb + ": timeInForce must be day, gtc, gtd, ioc, fok, opg or cls, found " + shown(tif),
    );
  }
  if ((place === GTD) !== (goodTill !== undefined)) {
    throw new RangeErrorOf(verb + ": gtd and goodTill go together");
  }
  if (
    goodTill !== undefined &&
    (typeof goodTill !== "number" || !(goodTill > port.now()) || !isWhole(goodTill))
  ) {
    throw new RangeErrorOf(
      verb + ": goodTill must be a time after now in microseconds, found " + shown(goodTill),
    );
  }
  if (place >= IOC && ticket.type !== MARKET && ticket.type !== LIMIT) {
    throw new RangeErrorOf(verb + ": " + shown(tif) + " is for market and limit orders");
  }
  ticket.timeInForce = place;
  ticket.goodTillUs = goodTill === undefined ? 0 : goodTill as number;
}

/** The type of an order: as it was named, checked against its prices; or by the prices. */
function typeOf(verb: string, ticket: OrderTicket, named: unknown): number {
  const hasLimit = ticket.limit !== 0, hasStop = ticket.stop !== 0, trails = ticket.trail !== 0;
  const byPrices = trails
    ? TRAILING
    : hasLimit && hasStop
    ? STOP_LIMIT
    : hasLimit
    ? LIMIT
    : hasStop
    ? STOP
    : MARKET;
  const type = named === undefined ? byPrices : placeIn(TYPES, named);
  if (type === -1) {
    throw new RangeErrorOf(
      verb + ": type must be market, limit, stop, stop_limit, trailing_stop or if_touched, found " +
        shown(named),
    );
  }
  const wantsLimit = type === LIMIT || type === STOP_LIMIT,
    wantsStop = type === STOP || type === STOP_LIMIT || type === IF_TOUCHED;
  if (wantsLimit !== hasLimit || wantsStop !== hasStop || (type === TRAILING) !== trails) {
    const needs = type === MARKET
      ? "has no price"
      : type === LIMIT
      ? "needs limitPrice only"
      : type === STOP_LIMIT
      ? "needs limitPrice and stopPrice only"
      : type === TRAILING
      ? "needs trailAmount or trailPercent only"
      : "needs stopPrice only";
    throw new RangeErrorOf(verb + ": a " + TYPES[type] + " order " + needs);
  }
  return type;
}

function placeIn(words: readonly string[], word: unknown): number {
  for (let i = 0; i < words.length; i++) if (words[i] === word) return i;
  return -1;
}

function flagOf(verb: string, name: string, value: unknown): boolean {
  if (value === undefined || value === false) return false;
  if (value === true) return true;
  throw new RangeErrorOf(verb + ": " + name + " must be true or false, found " + shown(value));
}

function orderOf(verb: string, name: string, value: unknown, port: TicketPort): number {
  if (value === undefined) return -1;
  if (typeof value === "number" && port.seriesOfOrder(value) !== -1) return value;
  throw new RangeErrorOf(
    verb + ": " + name + " must be the handle of an order, found " + shown(value),
  );
}

/**
 * Returns a price in ticks, 0 when it is not given.
 *
 * @throws {RangeError} When it is no price.
 */
export function ticksOf(verb: string, name: string, price: unknown): number {
  if (price === undefined) return 0;
  if (typeof price !== "number" || !(price > 0 && price <= 1e9)) {
    throw new RangeErrorOf(verb + ": " + name + " must be a price above 0, found " + shown(price));
  }
  const ticks = (price * PRICE_SCALE + ROUNDER) - ROUNDER;
  if (!isWhole(ticks) || ticks < 1) {
    throw new RangeErrorOf(verb + ": " + name + " is below the smallest price step");
  }
  return ticks;
}
