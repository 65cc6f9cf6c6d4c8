/**
 * The ledger of a run as entries: every fill, split and dividend in the order in which it was booked, with the cash and the position
 * after it. The last entry's cash is the account's.
 *
 * @module
 */

import { formatDecimal, invariant } from "../core/mod.ts";
import type { Engine } from "../engine/mod.ts";
import { PRICE_DIGITS } from "../market/mod.ts";
import type { LedgerRecord } from "./result.ts";
import type { QuantityDigits } from "./tables.ts";

/** What an entry does, in units, ticks and micro-units. */
interface Booking {
  readonly kind: LedgerRecord["kind"];
  readonly timeUs: number;
  readonly series: number;
  readonly quantity: number;
  readonly price: number;
  readonly commission: number;
  readonly fee: number;
  readonly cashChange: number;
}

/**
 * Returns the entries of a finished run.
 *
 * @param digits Decimals of quantities, a series each.
 */
export function ledgerRecords(engine: Engine, digits: QuantityDigits): LedgerRecord[] {
  const { ledger } = engine, held = new Float64Array(ledger.seriesCount);
  let cash = ledger.initialCash;
  const records = bookings(engine).map((booking): LedgerRecord => {
    const { series: s, quantity, price } = booking;
    held[s]! += quantity;
    cash += booking.cashChange;
    return {
      timeUs: booking.timeUs,
      kind: booking.kind,
      symbol: engine.series[s]!.symbol,
      quantity: formatDecimal(quantity, digits[s]!),
      price: price === 0 ? "" : formatDecimal(price, PRICE_DIGITS, 2),
      commission: formatDecimal(booking.commission, 6, 2),
      fee: formatDecimal(booking.fee, 6, 2),
      cashChange: formatDecimal(booking.cashChange, 6, 2),
      cash: formatDecimal(cash, 6, 2),
      position: formatDecimal(held[s]!, digits[s]!),
    };
  });
  invariant(cash === ledger.cash, "the entries of the ledger do not add up to its cash");
  return records;
}

/** Fills and corporate actions in the order of booking: the actions of a step come before its fills. */
function bookings(engine: Engine): Booking[] {
  const { actionLog, fills, ledger, orders } = engine, list: Booking[] = [];
  let action = 0;
  const addActions = (step: number): void => {
    for (; action < actionLog.length && actionLog.step[action]! <= step; action++) {
      const quantity = actionLog.quantity[action]!, cashChange = actionLog.cash[action]!;
      // An action without a position changes nothing.
      if (quantity === 0 && cashChange === 0) continue;
      list.push({
        kind: actionLog.kind[action] === 0 ? "split" : "dividend",
        timeUs: actionLog.timeUs[action]!,
        series: actionLog.series[action]!,
        quantity,
        price: 0,
        commission: 0,
        fee: 0,
        cashChange,
      });
    }
  };
  for (let row = 0; row < fills.length; row++) {
    addActions(fills.step[row]!);
    const series = orders.series[fills.order[row]!]!, quantity = fills.quantity[row]!;
    const price = fills.price[row]!, commission = fills.commission[row]!, fee = fills.fee[row]!;
    list.push({
      kind: "fill",
      timeUs: fills.timeUs[row]!,
      series,
      quantity,
      price,
      commission,
      fee,
      cashChange: -ledger.notional(series, quantity, price) - commission - fee,
    });
  }
  addActions(engine.step);
  return list;
}
