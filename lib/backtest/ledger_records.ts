/**
 * The ledger of a run as entries: every fill, corporate action, fee and interest in the order in which it was booked, with the cash and the
 * position after it. The last entry's cash is the account's.
 *
 * @module
 */

import { formatDecimal, invariant } from "../core/mod.ts";
import { type Engine, ENTRY, ENTRY_NAMES } from "../engine/mod.ts";
import { PRICE_DIGITS } from "../market/mod.ts";
import { ORDER_REASON, ORDER_REASON_NAMES } from "../trading/mod.ts";
import type { LedgerRecord } from "./result.ts";
import type { QuantityDigits } from "./tables.ts";

/** What an entry does, in units, ticks and micro-units. */
interface Booking {
  readonly kind: LedgerRecord["kind"];
  readonly timeUs: number;
  /** -1 for an entry of the whole account. */
  readonly series: number;
  readonly quantity: number;
  readonly price: number;
  readonly commission: number;
  readonly fee: number;
  readonly cashChange: number;
  readonly note: string;
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
    const { series: s, quantity, price } = booking, ofAccount = s < 0;
    if (!ofAccount) held[s]! += quantity;
    cash += booking.cashChange;
    return {
      timeUs: booking.timeUs,
      kind: booking.kind,
      symbol: ofAccount ? "" : engine.series[s]!.symbol,
      quantity: ofAccount ? "0" : formatDecimal(quantity, digits[s]!),
      price: price === 0 ? "" : formatDecimal(price, PRICE_DIGITS, 2),
      commission: formatDecimal(booking.commission, 6, 2),
      fee: formatDecimal(booking.fee, 6, 2),
      cashChange: formatDecimal(booking.cashChange, 6, 2),
      cash: formatDecimal(cash, 6, 2),
      position: ofAccount ? "" : formatDecimal(held[s]!, digits[s]!),
      note: booking.note,
    };
  });
  invariant(cash === ledger.cash, "the entries of the ledger do not add up to its cash");
  return records;
}

/** Fills and the entries of the action log in the order of booking: those of a step come before its fills, but for a delisting at the end. */
function bookings(engine: Engine): Booking[] {
  const { actionLog, fills, ledger, orders } = engine, list: Booking[] = [];
  let action = 0;
  const addEntries = (upTo: number): void => {
    for (; action < actionLog.length && actionLog.step[action]! <= upTo; action++) {
      const entry = entryOf(engine, action);
      // An action without a position changes nothing; a new name and a halt are worth an entry all the same.
      if (entry.quantity !== 0 || entry.cashChange !== 0 || TOLD.includes(entry.kind)) {
        list.push(entry);
      }
    }
  };
  for (let row = 0; row < fills.length; row++) {
    addEntries(fills.step[row]!);
    const reason = orders.reason[fills.order[row]!]!;
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
      note: reason === ORDER_REASON.margin_call ? ORDER_REASON_NAMES[reason]! : "",
    });
  }
  addEntries(engine.step);
  return list;
}

/** Entries that are told though they change nothing. */
const TOLD: readonly Booking["kind"][] = ["rename", "halt", "resume"];

/** What an entry of the action log did. */
function entryOf(engine: Engine, row: number): Booking {
  const log = engine.actionLog, kind = log.kind[row]!, series = log.series[row]!;
  const action = log.action[row] === -1 ? undefined : log.actions[log.action[row]!]!;
  return {
    kind: kind >= ENTRY.borrowFee ? "financing" : ENTRY_NAMES[kind] as Booking["kind"],
    timeUs: log.timeUs[row]!,
    series,
    quantity: log.quantity[row]!,
    // A delisted series keeps the mark at which it was closed.
    price: kind === ENTRY.delist ? engine.ledger.mark[series]! : 0,
    commission: 0,
    fee: 0,
    cashChange: log.cash[row]!,
    note: action?.kind === "rename"
      ? `now ${action.newSymbol}`
      : kind >= ENTRY.borrowFee
      ? ENTRY_NAMES[kind]!
      : "",
  };
}
