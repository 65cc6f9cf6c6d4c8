/**
 * The fills of the engine as executions of a broker: each has a name for ever.
 *
 * @module
 */

import { formatDecimal, invariant, mulDiv } from "../../../core/mod.ts";
import type { Engine } from "../../../engine/mod.ts";
import { type Instrument, PRICE_DIGITS } from "../../../market/mod.ts";
import type { Execution } from "../../../protocols/mod.ts";
import { type OrderNames, ownerOf } from "./order_names.ts";

/** The executions of an exchange, in order of time. */
export class Executions {
  readonly #engine: Engine;
  readonly #instruments: readonly Instrument[];
  readonly #names: OrderNames;
  readonly #list: Execution[] = [];
  /** Place in the list and row in the fill table of each execution that is one whole fill. */
  readonly #whole = new Map<string, { readonly at: number; readonly row: number }>();
  /** Rows in the fill table of each order. */
  readonly #rows = new Map<number, number[]>();

  constructor(engine: Engine, instruments: readonly Instrument[], names: OrderNames) {
    this.#engine = engine;
    this.#instruments = instruments;
    this.#names = names;
  }

  /** All of them; a broken trade stays, with quantity 0. */
  all(): readonly Execution[] {
    return this.#list;
  }

  /** Adds a fill and returns its executions: one, or two that add up to it. */
  add(row: number, inParts: boolean): readonly Execution[] {
    const order = this.#engine.fills.order[row]!, rows = this.#rows.get(order);
    if (rows === undefined) this.#rows.set(order, [row]);
    else rows.push(row);
    const id = `paper-x${row + 1}`, whole = this.#executionOf(row, id);
    const told = inParts ? this.#parts(row, whole) : [whole];
    if (told.length === 1) this.#whole.set(id, { at: this.#list.length, row });
    this.#list.push(...told);
    return told;
  }

  /** Row of the fill that is an execution, -1 for an unknown one and for a part of a fill. */
  fillOf(executionId: string): number {
    return this.#whole.get(executionId)?.row ?? -1;
  }

  /** Takes a fill's present values into its execution, and returns it. */
  restated(executionId: string): Execution {
    const known = this.#whole.get(executionId);
    invariant(known !== undefined, `no execution ${executionId} to restate`);
    // It stays with the name that its order had then.
    const { clientId, brokerId } = this.#list[known.at]!;
    const execution = { ...this.#executionOf(known.row, executionId), clientId, brokerId };
    this.#list[known.at] = execution;
    return execution;
  }

  /** Average price of all fills of an order, null before the first. */
  averagePrice(order: number): string | null {
    const { fills, orders, ledger } = this.#engine, s = orders.series[order]!;
    let units = 0, amount = 0;
    for (const row of this.#rows.get(order) ?? []) {
      const size = Math.abs(fills.quantity[row]!);
      units += size;
      amount += ledger.notional(s, size, fills.price[row]!);
    }
    if (units === 0) return null;
    return formatDecimal(mulDiv(amount, ledger.unitsPerShare[s]!, units), PRICE_DIGITS);
  }

  #executionOf(row: number, executionId: string): Execution {
    const { fills, orders } = this.#engine, order = fills.order[row]!, s = orders.series[order]!;
    const name = this.#names.byRow(order), quantity = fills.quantity[row]!;
    const { symbol, quantityDigits } = this.#instruments[s]!;
    return {
      executionId,
      ...(name === undefined ? { clientId: "", brokerId: "paper-own" } : ownerOf(name)),
      symbol,
      side: quantity < 0 ? "sell" : "buy",
      quantity: formatDecimal(Math.abs(quantity), quantityDigits),
      price: formatDecimal(fills.price[row]!, PRICE_DIGITS),
      commission: formatDecimal(fills.commission[row]!, 6),
      fee: formatDecimal(fills.fee[row]!, 6),
      timeUs: fills.timeUs[row]!,
    };
  }

  /** Two halves of a fill; the whole where there is nothing to halve or the halves would not add up to the micro-unit. */
  #parts(row: number, whole: Execution): readonly Execution[] {
    const { fills, orders, ledger } = this.#engine;
    const s = orders.series[fills.order[row]!]!, { quantityDigits, lot } = this.#instruments[s]!;
    const units = Math.abs(fills.quantity[row]!), price = fills.price[row]!;
    const first = Math.floor(units / 2 / lot) * lot, second = units - first;
    const adds = ledger.notional(s, first, price) + ledger.notional(s, second, price) ===
      ledger.notional(s, units, price);
    if (first === 0 || !adds) return [whole];
    const commission = Math.floor(fills.commission[row]! / 2),
      fee = Math.floor(fills.fee[row]! / 2);
    const part = (name: string, size: number, charge: number, tax: number): Execution => ({
      ...whole,
      executionId: `${whole.executionId}-${name}`,
      quantity: formatDecimal(size, quantityDigits),
      commission: formatDecimal(charge, 6),
      fee: formatDecimal(tax, 6),
    });
    return [
      part("1", first, commission, fee),
      part("2", second, fills.commission[row]! - commission, fills.fee[row]! - fee),
    ];
  }
}
