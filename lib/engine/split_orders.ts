/**
 * What a split does to the orders that work: quantities in the new shares, prices in the new prices.
 *
 * @module
 */

import { mulDiv } from "../core/mod.ts";
import {
  ORDER_TYPE,
  type OrderTable,
  SIZING,
  unitsAfterSplit,
  type WorkingOrders,
} from "../trading/mod.ts";

/** A split of a series: `numerator` new shares for `denominator` old ones. */
export interface OrderSplit {
  readonly series: number;
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Restates the working orders of a series.
 *
 * @param end Cancels an order that is left with less than one unit.
 */
export function splitOrders(
  orders: OrderTable,
  working: WorkingOrders,
  split: OrderSplit,
  end: (row: number) => void,
): void {
  const { series, numerator, denominator } = split;
  for (let row = working.head[series]!; row !== -1;) {
    const following = working.next[row]!, type = orders.type[row]!;
    if (type === ORDER_TYPE.limit) {
      orders.limit[row] = priceAfterSplit(orders.limit[row]!, numerator, denominator);
    }
    if (type === ORDER_TYPE.stop) {
      orders.stop[row] = priceAfterSplit(orders.stop[row]!, numerator, denominator);
    }
    if (orders.sizing[row] !== SIZING.targetWeight) {
      const asked = orders.quantity[row]!, left = unitsAfterSplit(asked, numerator, denominator);
      if (left === 0 && asked !== 0) end(row);
      else orders.quantity[row] = left;
    }
    row = following;
  }
  working.refresh(series);
}

/** A price in the shares after a split, at least one tick: an order keeps its price. */
function priceAfterSplit(price: number, numerator: number, denominator: number): number {
  const restated = mulDiv(price, denominator, numerator);
  return restated < 1 ? 1 : restated;
}
