/**
 * What a strategy may ask for: what its manifest names, or everything.
 *
 * @module
 */

import * as trading from "../trading/mod.ts";

const { ORDER_TYPE, TIME_IN_FORCE } = trading;

/** What a strategy may do; see `needs` of the manifest. Order types and times in force as sums of 1 << number. */
export interface Rights {
  readonly short: boolean;
  readonly orderTypes: number;
  readonly timesInForce: number;
}

/** Everything of a backtest. */
export const ALL_RIGHTS: Rights = { short: true, orderTypes: 0xff, timesInForce: 0xff };

/** In the place of a time in force: it is not asked for. */
export const ANY_TIME = -1;

/**
 * Returns whether an order of a type and time in force is granted, with the protective orders that come with it.
 *
 * @param timeInForce {@linkcode ANY_TIME} for a target, which has none of its own.
 */
export function grants(
  rights: Rights,
  type: number,
  timeInForce: number,
  hasStopLoss: boolean,
  hasTakeProfit: boolean,
): boolean {
  const { orderTypes, timesInForce } = rights;
  if (
    (orderTypes & (1 << type)) === 0 ||
    (timeInForce !== ANY_TIME && (timesInForce & (1 << timeInForce)) === 0)
  ) return false;
  if (!hasStopLoss && !hasTakeProfit) return true;
  return (timesInForce & (1 << TIME_IN_FORCE.gtc)) !== 0 &&
    (!hasStopLoss || (orderTypes & (1 << ORDER_TYPE.stop)) !== 0) &&
    (!hasTakeProfit || (orderTypes & (1 << ORDER_TYPE.limit)) !== 0);
}
