/**
 * Trades as people count them: a round trip opens when a position leaves zero and closes when it is back at zero or changes sign.
 * Computed from the fills after the run, never in the hot path.
 *
 * @module
 */

import { invariant, mulDiv } from "../../core/mod.ts";
import { PRICE_SCALE } from "../../market/mod.ts";
import type { FillTable } from "../orders/fill_table.ts";
import type { OrderTable } from "../orders/order_table.ts";
import type { Ledger } from "./ledger.ts";

/** A round trip. Money in micro-units of the account currency, times in microseconds UTC. */
export interface RoundTrip {
  readonly symbol: string;
  readonly side: "long" | "short";
  /** Units bought to open (long) or sold to open (short), in the instrument's quantity scale, positive. */
  readonly quantityUnits: number;
  /** Decimals of the quantity scale: 0 for whole shares. */
  readonly quantityDigits: number;
  readonly entryTimeUs: number;
  /** Time of the last closing fill; of the last mark for a position that is still open. */
  readonly exitTimeUs: number;
  /** Mean entry and exit price by quantity, in currency (a `number`, for display and per-trade statistics only). */
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Sum of quantity times entry price, positive. */
  readonly entryNotionalMicros: number;
  /** Profit or loss net of commission and fees; dividends are not in it. */
  readonly netProfitMicros: number;
  readonly commissionMicros: number;
  readonly feeMicros: number;
  /** Steps (instants with a bar) from entry to exit. */
  readonly bars: number;
}

/** A split that took effect at a step, for the quantities of trades that lived through it. */
export interface SplitAtStep {
  readonly step: number;
  readonly series: number;
  readonly numerator: number;
  readonly denominator: number;
}

/** What a run's fills are turned into trades with. */
export interface RoundTripInput {
  readonly orders: OrderTable;
  readonly fills: FillTable;
  readonly ledger: Ledger;
  readonly symbols: readonly string[];
  readonly quantityDigits: readonly number[];
  readonly splits: readonly SplitAtStep[];
  /** The last step and its time: where open positions are marked. */
  readonly lastStep: number;
  readonly lastTimeUs: number;
}

/** A position on its way from zero to zero. */
interface Running {
  held: number;
  opened: number;
  entryNotional: number;
  exitNotional: number;
  exitUnits: number;
  commission: number;
  fee: number;
  readonly entryTimeUs: number;
  readonly entryStep: number;
}

/** Returns the closed round trips in the order of their ends, and the positions that are still open, marked at their last price. */
export function roundTrips(input: RoundTripInput): { closed: RoundTrip[]; open: RoundTrip[] } {
  const { orders, fills, ledger } = input, running: (Running | undefined)[] = [];
  const closed: RoundTrip[] = [], open: RoundTrip[] = [];
  let nextSplit = 0;
  for (let row = 0; row < fills.length; row++) {
    const step = fills.step[row]!, s = orders.series[fills.order[row]!]!, price = fills.price[row]!;
    for (; nextSplit < input.splits.length && input.splits[nextSplit]!.step <= step; nextSplit++) {
      applySplit(running, input.splits[nextSplit]!);
    }
    let quantity = fills.quantity[row]!, commission = fills.commission[row]!, fee = fills.fee[row]!;
    const trip = running[s];
    if (trip !== undefined && (trip.held > 0) !== (quantity > 0)) {
      const size = Math.abs(quantity), closing = Math.min(size, Math.abs(trip.held));
      const share = mulDiv(commission, closing, size), feeShare = mulDiv(fee, closing, size);
      trip.exitNotional += ledger.notional(s, closing, price);
      trip.exitUnits += closing;
      trip.commission += share;
      trip.fee += feeShare;
      trip.held += quantity > 0 ? closing : -closing;
      quantity += quantity > 0 ? -closing : closing;
      commission -= share;
      fee -= feeShare;
      if (trip.held !== 0) continue;
      closed.push(
        tripOf(input, s, trip, fills.quantity[row]! > 0, fills.timeUs[row]!, step),
      );
      running[s] = undefined;
      if (quantity === 0) continue;
    }
    const opening = running[s] ??= {
      held: 0,
      opened: 0,
      entryNotional: 0,
      exitNotional: 0,
      exitUnits: 0,
      commission: 0,
      fee: 0,
      entryTimeUs: fills.timeUs[row]!,
      entryStep: step,
    };
    opening.held += quantity;
    opening.opened += Math.abs(quantity);
    opening.entryNotional += ledger.notional(s, Math.abs(quantity), price);
    opening.commission += commission;
    opening.fee += fee;
  }
  for (; nextSplit < input.splits.length; nextSplit++) {
    applySplit(running, input.splits[nextSplit]!);
  }
  for (let s = 0; s < input.symbols.length; s++) {
    const trip = running[s];
    if (trip === undefined) continue;
    invariant(trip.held === ledger.position[s], "the fills of a position do not add up to it");
    const left = Math.abs(trip.held), short = trip.held < 0;
    trip.exitNotional += ledger.notional(s, left, ledger.mark[s]!);
    trip.exitUnits += left;
    open.push(tripOf(input, s, trip, short, input.lastTimeUs, input.lastStep));
  }
  return { closed, open };
}

function applySplit(running: (Running | undefined)[], split: SplitAtStep): void {
  const trip = running[split.series];
  if (trip === undefined) return;
  const scaled = (units: number): number => Math.trunc(units * split.numerator / split.denominator);
  trip.held = scaled(trip.held);
  trip.opened = scaled(trip.opened);
  trip.exitUnits = scaled(trip.exitUnits);
  if (trip.held === 0) running[split.series] = undefined;
}

function tripOf(
  input: RoundTripInput,
  s: number,
  trip: Running,
  short: boolean,
  exitTimeUs: number,
  exitStep: number,
): RoundTrip {
  const gross = short
    ? trip.entryNotional - trip.exitNotional
    : trip.exitNotional - trip.entryNotional;
  const unitsPerShare = input.ledger.unitsPerShare[s]!;
  return {
    symbol: input.symbols[s]!,
    side: short ? "short" : "long",
    quantityUnits: trip.opened,
    quantityDigits: input.quantityDigits[s]!,
    entryTimeUs: trip.entryTimeUs,
    exitTimeUs,
    entryPrice: trip.entryNotional / PRICE_SCALE / (trip.opened / unitsPerShare),
    exitPrice: trip.exitNotional / PRICE_SCALE / (trip.exitUnits / unitsPerShare),
    entryNotionalMicros: trip.entryNotional,
    netProfitMicros: gross - trip.commission - trip.fee,
    commissionMicros: trip.commission,
    feeMicros: trip.fee,
    bars: exitStep - trip.entryStep,
  };
}
