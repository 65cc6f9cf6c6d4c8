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
import { restAfterSplit, unitsAfterSplit } from "./split_units.ts";

/** A round trip. Money in micro-units of the account currency, times in microseconds UTC. */
export interface RoundTrip {
  readonly symbol: string;
  readonly side: "long" | "short";
  /** Units bought to open (long) or sold to open (short), in the instrument's quantity scale, positive. */
  readonly quantityUnits: number;
  /** Decimals of the quantity scale: 0 for whole shares. */
  readonly quantityDigits: number;
  readonly entryTimeUs: number;
  /** Time of the last closing fill, of the split that left less than a unit, or of the delisting; of the last mark while it is still open. */
  readonly exitTimeUs: number;
  /** Mean entry and exit price by quantity, in currency (a `number`, for display and per-trade statistics only). */
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Sum of quantity times entry price, positive. */
  readonly entryNotionalMicros: number;
  /** Profit or loss net of commission and fees; dividends, borrow fees and interest are not in it. */
  readonly netProfitMicros: number;
  readonly commissionMicros: number;
  readonly feeMicros: number;
  /** Steps (instants with a bar) from entry to exit. */
  readonly bars: number;
}

/** A split that took effect at a step, for the trades that lived through it. */
export interface SplitAtStep {
  readonly step: number;
  /** When the first bar in the new prices closed, microseconds UTC. */
  readonly timeUs: number;
  readonly series: number;
  readonly numerator: number;
  readonly denominator: number;
  /** Micro-units paid for what was left of a unit, below 0 when a short position paid it. */
  readonly cashInLieuMicros: number;
}

/** A delisting that closed what was held at its mark. */
export interface DelistingAtStep {
  readonly step: number;
  readonly timeUs: number;
  readonly series: number;
}

/** What a run's fills are turned into trades with. */
export interface RoundTripInput {
  readonly orders: OrderTable;
  readonly fills: FillTable;
  readonly ledger: Ledger;
  readonly symbols: readonly string[];
  readonly quantityDigits: readonly number[];
  readonly splits: readonly SplitAtStep[];
  /** Default: none. */
  readonly delistings?: readonly DelistingAtStep[];
  /** The last step and its time: where open positions are marked. */
  readonly lastStep: number;
  readonly lastTimeUs: number;
}

/** A position on its way from zero to zero. */
interface Running {
  held: number;
  /** Units bought or sold to open and to close, in today's shares; not whole after a split that left a rest. */
  opened: number;
  exitUnits: number;
  entryNotional: number;
  exitNotional: number;
  commission: number;
  fee: number;
  readonly entryTimeUs: number;
  readonly entryStep: number;
}

/** Returns the closed round trips in the order of their ends, and the positions that are still open, marked at their last price. */
export function roundTrips(input: RoundTripInput): { closed: RoundTrip[]; open: RoundTrip[] } {
  const { orders, fills, ledger } = input, running: (Running | undefined)[] = [];
  const closed: RoundTrip[] = [], open: RoundTrip[] = [];
  const delistings = input.delistings ?? [];
  let nextSplit = 0, nextDelisting = 0;
  for (let row = 0; row < fills.length; row++) {
    const step = fills.step[row]!, s = orders.series[fills.order[row]!]!, price = fills.price[row]!;
    for (; nextSplit < input.splits.length && input.splits[nextSplit]!.step <= step; nextSplit++) {
      applySplit(input, running, closed, input.splits[nextSplit]!);
    }
    for (; nextDelisting < delistings.length; nextDelisting++) {
      if (delistings[nextDelisting]!.step > step) break;
      applyDelisting(input, running, closed, delistings[nextDelisting]!);
    }
    let quantity = fills.quantity[row]!, commission = fills.commission[row]!, fee = fills.fee[row]!;
    let notional = ledger.notional(s, Math.abs(quantity), price);
    const trip = running[s];
    if (trip !== undefined && (trip.held > 0) !== (quantity > 0)) {
      const size = Math.abs(quantity), closing = Math.min(size, Math.abs(trip.held));
      const share = mulDiv(commission, closing, size), feeShare = mulDiv(fee, closing, size);
      const closingNotional = closing === size ? notional : ledger.notional(s, closing, price);
      trip.exitNotional += closingNotional;
      trip.exitUnits += closing;
      trip.commission += share;
      trip.fee += feeShare;
      trip.held += quantity > 0 ? closing : -closing;
      quantity += quantity > 0 ? -closing : closing;
      commission -= share;
      fee -= feeShare;
      notional -= closingNotional;
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
    opening.entryNotional += notional;
    opening.commission += commission;
    opening.fee += fee;
  }
  for (; nextSplit < input.splits.length; nextSplit++) {
    applySplit(input, running, closed, input.splits[nextSplit]!);
  }
  for (; nextDelisting < delistings.length; nextDelisting++) {
    applyDelisting(input, running, closed, delistings[nextDelisting]!);
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

/** Restates a running trade in the new shares. One that is left with less than a unit ends: cash in lieu is its last sale. */
function applySplit(
  input: RoundTripInput,
  running: (Running | undefined)[],
  closed: RoundTrip[],
  split: SplitAtStep,
): void {
  const { series, numerator, denominator } = split, trip = running[series];
  if (trip === undefined) return;
  const short = trip.held < 0, held = unitsAfterSplit(trip.held, numerator, denominator);
  trip.exitNotional += Math.abs(split.cashInLieuMicros);
  if (held === 0) {
    trip.exitUnits += Math.abs(trip.held);
    closed.push(tripOf(input, series, trip, short, split.timeUs, split.step));
    running[series] = undefined;
    return;
  }
  const rest = Math.abs(restAfterSplit(trip.held, numerator, denominator)) / denominator;
  trip.held = held;
  trip.opened = trip.opened * numerator / denominator;
  trip.exitUnits = trip.exitUnits * numerator / denominator + rest;
}

/** Ends a running trade at the mark of its series, which is the last close: a sale without costs. */
function applyDelisting(
  input: RoundTripInput,
  running: (Running | undefined)[],
  closed: RoundTrip[],
  delisting: DelistingAtStep,
): void {
  const { series, timeUs, step } = delisting, trip = running[series], { ledger } = input;
  if (trip === undefined) return;
  const left = Math.abs(trip.held);
  trip.exitNotional += ledger.notional(series, left, ledger.mark[series]!);
  trip.exitUnits += left;
  closed.push(tripOf(input, series, trip, trip.held < 0, timeUs, step));
  running[series] = undefined;
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
  // Units whose price a tick of the price scale is.
  const perPrice = input.ledger.unitsPerShare[s]! / input.ledger.multiplier[s]!;
  return {
    symbol: input.symbols[s]!,
    side: short ? "short" : "long",
    quantityUnits: Math.floor(trip.opened),
    quantityDigits: input.quantityDigits[s]!,
    entryTimeUs: trip.entryTimeUs,
    exitTimeUs,
    entryPrice: trip.entryNotional / PRICE_SCALE / (trip.opened / perPrice),
    exitPrice: trip.exitNotional / PRICE_SCALE / (trip.exitUnits / perPrice),
    entryNotionalMicros: trip.entryNotional,
    netProfitMicros: gross - trip.commission - trip.fee,
    commissionMicros: trip.commission,
    feeMicros: trip.fee,
    bars: exitStep - trip.entryStep,
  };
}
