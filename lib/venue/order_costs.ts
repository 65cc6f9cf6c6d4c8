/**
 * What a fill is charged: the broker's commission and the regulator's fees, both those of the whole order, so that the parts of a partial
 * fill sum to the charge of the whole.
 *
 * Only orders that fill in parts are kept account of.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import { dateOfDay, type StateTape } from "../core/mod.ts";
import { type OrderTable, type RowMap, SparseColumn } from "../trading/mod.ts";
import type { Costs } from "./costs.ts";

const { US_PER_DAY } = core;

const floor = Math.floor;

/** Charges of the orders of one book, all in micro-units. */
export class OrderCosts {
  /** What {@linkcode charge} has found. */
  commission = 0;
  fee = 0;
  readonly #costs: Costs;
  readonly #table: OrderTable;
  /** Of orders that fill in parts: amount traded, charged and paid so far, shares of the month before them. */
  readonly #traded: SparseColumn = new SparseColumn();
  readonly #charged: SparseColumn = new SparseColumn();
  readonly #paid: SparseColumn = new SparseColumn();
  readonly #before: SparseColumn = new SparseColumn();
  readonly #tally = { size: 0, notional: 0, charged: 0 };
  /** The calendar month that runs, and the shares traded in it; for tiers only. */
  #month = -1;
  #monthShares = 0;

  constructor(costs: Costs, table: OrderTable) {
    this.#costs = costs;
    this.#table = table;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("order costs", 1);
    this.#month = tape.number(this.#month);
    this.#monthShares = tape.number(this.#monthShares);
    this.#traded.carry(tape);
    this.#charged.carry(tape);
    this.#paid.carry(tape);
    this.#before.carry(tape);
  }

  /** Lets the orders leave that have no place in a map. */
  renumber(map: RowMap): void {
    this.#traded.renumber(map);
    this.#charged.renumber(map);
    this.#paid.renumber(map);
    this.#before.renumber(map);
  }

  /**
   * Sets `commission` and `fee` to what a fill adds.
   *
   * @param quantity Signed units of the fill.
   * @param units Units in a share.
   * @param notional Micro-units of the fill, positive.
   * @param timeUs When it happens.
   */
  charge(row: number, quantity: number, units: number, notional: number, timeUs: number): void {
    const costs = this.#costs, size = quantity < 0 ? -quantity : quantity;
    const filled = this.#table.filled[row]!, isFirst = filled === 0;
    if (isFirst) {
      this.commission = costs.commission(
        size,
        units,
        notional,
        costs.isTiered ? this.#monthUnits(units, timeUs) : 0,
      );
    } else {
      const tally = this.#tally;
      tally.size = filled < 0 ? -filled : filled;
      tally.notional = this.#traded.get(row);
      tally.charged = this.#charged.get(row);
      const before = costs.isTiered ? this.#before.get(row) : 0;
      this.commission = costs.commissionOfFill(tally, size, units, notional, before);
    }
    this.fee = 0;
    if (!costs.hasFees || quantity > 0) return;
    const day = floor(timeUs / US_PER_DAY);
    const whole = isFirst ? costs.fee(day, true, size, units, notional) : costs.fee(
      day,
      true,
      size + (filled < 0 ? -filled : filled),
      units,
      notional + this.#traded.get(row),
    );
    const paid = isFirst ? 0 : this.#paid.get(row);
    this.fee = whole > paid ? whole - paid : 0;
  }

  /** Keeps account of the fill that was charged last. Call before it is booked. */
  book(
    row: number,
    quantity: number,
    units: number,
    notional: number,
    isLast: boolean,
    timeUs: number,
  ): void {
    const isFirst = this.#table.filled[row] === 0;
    if (this.#costs.isTiered) {
      if (isFirst) this.#before.set(row, this.#monthUnits(units, timeUs));
      this.#monthShares += (quantity < 0 ? -quantity : quantity) / units;
    }
    if (isLast) return;
    this.#traded.set(row, isFirst ? notional : this.#traded.get(row) + notional);
    this.#charged.set(row, isFirst ? this.commission : this.#charged.get(row) + this.commission);
    this.#paid.set(row, isFirst ? this.fee : this.#paid.get(row) + this.fee);
  }

  /** Units of a series that the account traded in the month before an instant. */
  #monthUnits(units: number, timeUs: number): number {
    const { year, month } = dateOfDay(floor(timeUs / US_PER_DAY)), number = year * 12 + month;
    if (number !== this.#month) {
      this.#month = number;
      this.#monthShares = 0;
    }
    return floor(this.#monthShares * units);
  }
}
