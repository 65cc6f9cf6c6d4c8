/**
 * What a book must hold by its fills alone: counted again from the first fill on, beside what the ledger has booked step by step.
 *
 * @module
 */

import { mulDiv } from "../../core/mod.ts";
import type { Engine } from "../../engine/mod.ts";

/** A book by its fills. */
export interface Recount {
  /** Units of each series. A split or a delisting changes what is held without a fill, and is not in it. */
  readonly positions: Float64Array;
  /**
   * What the open position of each series has brought in so far, net of costs, micro-units: below zero for one that was bought. Of a position
   * that was changed without a fill it is the cost.
   */
  readonly flows: Float64Array;
  /** Cash without corporate actions and financing, micro-units. */
  readonly cash: number;
}

/** Counts a book again. It takes time with the count of its fills. */
export function recount(engine: Engine): Recount {
  const { fills, orders, ledger } = engine, count = ledger.seriesCount;
  const positions = new Float64Array(count), flows = new Float64Array(count);
  let cash = ledger.initialCash;
  for (let fill = 0; fill < fills.length; fill++) {
    const s = orders.series[fills.order[fill]!]!, flow = fillFlow(engine, fill);
    flows[s] = (positions[s] === 0 ? 0 : flows[s]!) + flow;
    positions[s] = positions[s]! + fills.quantity[fill]!;
    cash += flow;
  }
  for (let s = 0; s < count; s++) {
    if (positions[s] !== ledger.position[s]) flows[s] = -ledger.cost[s]!;
  }
  return { positions, flows, cash };
}

/** Returns the money that a fill brought in, below zero for a purchase, net of its costs; micro-units. */
export function fillFlow({ fills, orders, ledger }: Engine, fill: number): number {
  const scale = ledger.unitsPerShare[orders.series[fills.order[fill]!]!]!;
  const units = fills.quantity[fill]!, value = mulDiv(Math.abs(units), fills.price[fill]!, scale);
  return (units > 0 ? -value : value) - fills.commission[fill]! - fills.fee[fill]!;
}
