/**
 * What US regulators take from a sale of stock, by date, and the sessions until a trade settles.
 *
 * Two fees are charged to sales, short sales included: the fee under Section 31 of the Securities Exchange Act, a share of the
 * proceeds, and the Trading Activity Fee of FINRA (until 2007 of NASD), an amount a share with a cap. Brokers pass both on. Each is
 * rounded up to the cent: "this fee is rounded up to the nearest penny" (Alpaca, Regulatory Fees, 2025). We round, and cap, once an
 * order, as an order is one trade to us; a broker that adds up the sales of a day before it rounds takes less.
 *
 * Days before a table: Section 31 is charged at its first rate, which is that of many years; the Trading Activity Fee did not exist.
 * Days after a table: its last rate, until a new one is entered here.
 *
 * Not here: fees on options and futures, the Consolidated Audit Trail (charged to buys too, at rates that changed several times a
 * year), fees of other countries.
 *
 * @module
 */

import { dayOfDate, lastAtMost } from "../core/mod.ts";

/** A rate of the Section 31 fee and the first day on which it holds. */
export interface Section31Rate {
  readonly from: string;
  /** Dollars per million dollars of sales, one decimal. */
  readonly perMillion: number;
}

/**
 * Section 31 rates for sales on exchanges and over the counter.
 *
 * Sources: the SEC's Fee Rate Advisories and the notices of NASD and FINRA that repeat them (Member Alerts of 2003-03-03 and 2004-01-28;
 * Information Notices 3/10/08, 3/10/10, 3/3/14, 3/15/16, 5/7/18, 4/24/25); TraderStatus, "SEC Fee Rates" for 2001 to 2005; SEC
 * press releases 2007-89, 2010-255, 2012-232; SEC Release 34-104909 of 2026-02-27 for the last one. The law's first rate is 1/300 of one
 * percent; firms were told to cut rates at the seventh decimal of a dollar (Member Alert of 2004-01-28), hence 33.3.
 */
export const SECTION_31_RATES: readonly Section31Rate[] = [
  { from: "2000-01-01", perMillion: 33.3 },
  { from: "2001-12-28", perMillion: 15.0 },
  { from: "2002-04-01", perMillion: 30.1 },
  { from: "2003-03-22", perMillion: 25.2 },
  { from: "2003-04-01", perMillion: 46.8 },
  { from: "2004-02-22", perMillion: 39.0 },
  { from: "2004-04-01", perMillion: 23.4 },
  { from: "2005-01-07", perMillion: 32.9 },
  { from: "2005-04-01", perMillion: 41.8 },
  { from: "2005-12-22", perMillion: 30.7 },
  { from: "2007-03-17", perMillion: 15.3 },
  { from: "2008-01-25", perMillion: 11.0 },
  { from: "2008-04-01", perMillion: 5.6 },
  { from: "2009-04-10", perMillion: 25.7 },
  { from: "2010-01-15", perMillion: 12.7 },
  { from: "2010-04-01", perMillion: 16.9 },
  { from: "2011-01-21", perMillion: 19.2 },
  { from: "2012-02-21", perMillion: 18.0 },
  { from: "2012-04-01", perMillion: 22.4 },
  { from: "2013-05-25", perMillion: 17.4 },
  { from: "2014-03-18", perMillion: 22.1 },
  { from: "2015-02-14", perMillion: 18.4 },
  { from: "2016-02-16", perMillion: 21.8 },
  { from: "2017-07-04", perMillion: 23.1 },
  { from: "2018-05-22", perMillion: 13.0 },
  { from: "2019-04-16", perMillion: 20.7 },
  { from: "2020-02-18", perMillion: 22.1 },
  { from: "2021-02-25", perMillion: 5.1 },
  { from: "2022-05-14", perMillion: 22.9 },
  { from: "2023-02-27", perMillion: 8.0 },
  { from: "2024-05-22", perMillion: 27.8 },
  { from: "2025-05-14", perMillion: 0 },
  { from: "2026-04-04", perMillion: 20.6 },
];

/** A rate of the Trading Activity Fee and the first day on which it holds. */
export interface TradingActivityRate {
  readonly from: string;
  /** Micro-dollars a share. */
  readonly perShareMicros: number;
  /** Most that a trade pays, cents. */
  readonly capCents: number;
}

/**
 * Trading Activity Fee for sales of stock. A sale at a price below the rate pays none.
 *
 * Sources: NASD, "Adjustment to NASD Trading Activity Fee Initial Rates" (2002-10-17); NASD Notice to Members 04-84; FINRA Regulatory
 * Notices 11-27, 12-06 and 12-31; FINRA, "FINRA Fee Increase Schedule" (SR-FINRA-2020-032); SR-FINRA-2024-019, Release 34-101696;
 * SR-FINRA-2026-021, Release 34-106409, which asks nothing in the last quarter of 2026; SR-FINRA-2026-020, which keeps the rate of
 * 2026 until the end of 2028. Before 2003-09-01, when Notice to Members 03-43 raised it, the rate was for a time below the 100 of the
 * first row, which then asks for too much.
 */
export const TRADING_ACTIVITY_RATES: readonly TradingActivityRate[] = [
  { from: "2002-10-01", perShareMicros: 100, capCents: 1000 },
  { from: "2004-11-01", perShareMicros: 75, capCents: 375 },
  { from: "2011-07-01", perShareMicros: 90, capCents: 450 },
  { from: "2012-03-01", perShareMicros: 95, capCents: 475 },
  { from: "2012-07-01", perShareMicros: 119, capCents: 595 },
  { from: "2022-01-01", perShareMicros: 130, capCents: 649 },
  { from: "2023-01-01", perShareMicros: 145, capCents: 727 },
  { from: "2024-01-01", perShareMicros: 166, capCents: 830 },
  { from: "2026-01-01", perShareMicros: 195, capCents: 979 },
  { from: "2026-10-01", perShareMicros: 0, capCents: 0 },
  { from: "2027-01-01", perShareMicros: 195, capCents: 979 },
];

/** A settlement cycle and the first trade day on which it holds. */
export interface SettlementCycle {
  readonly from: string;
  /** Sessions between trade and settlement. */
  readonly sessions: number;
}

/**
 * Settlement cycles of US stocks after the five sessions of custom. Sources: SEC Rule 15c6-1, Release 34-34952 (effective 1995-06-07);
 * "Securities Transaction Settlement Cycle", 82 FR 15564 (2017-09-05); SEC, T+1 compliance date 2024-05-28.
 */
export const SETTLEMENT_CYCLES: readonly SettlementCycle[] = [
  { from: "1995-06-07", sessions: 3 },
  { from: "2017-09-05", sessions: 2 },
  { from: "2024-05-28", sessions: 1 },
];

const SESSIONS_BEFORE_THE_RULES = 5;
const MICROS_PER_CENT = 10_000;
/** A rate in tenths of a dollar per million, over this, gives cents of a notional in micro-units. */
const SECTION_31_DIVISOR = 1e7 * MICROS_PER_CENT;

const floor = Math.floor, I32 = Int32Array;

const SECTION_31_COUNT = SECTION_31_RATES.length;
const SECTION_31_DAYS = new I32(SECTION_31_COUNT);
const SECTION_31_TENTHS = new I32(SECTION_31_COUNT);
for (let i = 0; i < SECTION_31_COUNT; i++) {
  const rate = SECTION_31_RATES[i]!;
  SECTION_31_DAYS[i] = dayOf(rate.from);
  SECTION_31_TENTHS[i] = floor(rate.perMillion * 10 + 0.5);
}

const ACTIVITY_COUNT = TRADING_ACTIVITY_RATES.length;
const ACTIVITY_DAYS = new I32(ACTIVITY_COUNT);
const ACTIVITY_MICROS = new I32(ACTIVITY_COUNT);
const ACTIVITY_CAPS = new I32(ACTIVITY_COUNT);
for (let i = 0; i < ACTIVITY_COUNT; i++) {
  const rate = TRADING_ACTIVITY_RATES[i]!;
  ACTIVITY_DAYS[i] = dayOf(rate.from);
  ACTIVITY_MICROS[i] = rate.perShareMicros;
  ACTIVITY_CAPS[i] = rate.capCents;
}

const CYCLE_COUNT = SETTLEMENT_CYCLES.length;
const CYCLE_DAYS = new I32(CYCLE_COUNT);
const CYCLE_SESSIONS = new I32(CYCLE_COUNT);
for (let i = 0; i < CYCLE_COUNT; i++) {
  const cycle = SETTLEMENT_CYCLES[i]!;
  CYCLE_DAYS[i] = dayOf(cycle.from);
  CYCLE_SESSIONS[i] = cycle.sessions;
}

/**
 * Returns the regulatory fees of an order in micro-units, a whole number of cents; 0 for a purchase. For an order that fills in parts,
 * a part pays the fees of all that was sold so far less what was paid before.
 *
 * @param day Day number of the trade's session.
 * @param isSale True when the order sells, long or short.
 * @param size Units sold, positive.
 * @param unitsPerShare Units of the quantity scale in a share.
 * @param notional Proceeds, micro-units, positive.
 */
export function regulatoryFee(
  day: number,
  isSale: boolean,
  size: number,
  unitsPerShare: number,
  notional: number,
): number {
  if (!isSale) return 0;
  return section31Fee(day, notional) + tradingActivityFee(day, size, unitsPerShare, notional);
}

/** Returns the sessions between the trade and its settlement: 5, 3, 2 or 1. */
export function settlementLagSessions(day: number): number {
  const row = lastAtMost(CYCLE_DAYS, CYCLE_COUNT, day);
  return row < 0 ? SESSIONS_BEFORE_THE_RULES : CYCLE_SESSIONS[row]!;
}

/**
 * Returns the Section 31 fee of a sale in micro-units, rounded up to the cent.
 *
 * @param day Day number of the trade's session.
 * @param notional Proceeds, micro-units, positive.
 */
export function section31Fee(day: number, notional: number): number {
  const row = lastAtMost(SECTION_31_DAYS, SECTION_31_COUNT, day);
  const tenths = SECTION_31_TENTHS[row < 0 ? 0 : row]!;
  // Split, so that both products are exact: notional is whole * divisor + rest.
  const whole = floorDiv(notional, SECTION_31_DIVISOR),
    rest = notional - whole * SECTION_31_DIVISOR;
  return (whole * tenths + ceilDiv(rest * tenths, SECTION_31_DIVISOR)) * MICROS_PER_CENT;
}

/**
 * Returns the Trading Activity Fee of a sale in micro-units, rounded up to the cent and capped.
 *
 * @param day Day number of the trade's session.
 * @param size Units sold, positive.
 * @param unitsPerShare Units of the quantity scale in a share.
 * @param notional Proceeds, micro-units, positive: at a price below the rate there is no fee.
 */
export function tradingActivityFee(
  day: number,
  size: number,
  unitsPerShare: number,
  notional: number,
): number {
  const row = lastAtMost(ACTIVITY_DAYS, ACTIVITY_COUNT, day);
  if (row < 0) return 0;
  const product = size * ACTIVITY_MICROS[row]!, cap = ACTIVITY_CAPS[row]!;
  if (notional < product / unitsPerShare) return 0;
  const divisor = unitsPerShare * MICROS_PER_CENT;
  return (product >= cap * divisor ? cap : ceilDiv(product, divisor)) * MICROS_PER_CENT;
}

/** Both whole, below 2^53. The quotient of doubles may round up to a whole number that is one too many. */
function floorDiv(a: number, b: number): number {
  const quotient = floor(a / b);
  return quotient * b > a ? quotient - 1 : quotient;
}

function ceilDiv(a: number, b: number): number {
  const below = floorDiv(a, b);
  return below * b === a ? below : below + 1;
}

/** Day number of a date of the tables above, `2004-08-19`. */
function dayOf(text: string): number {
  return dayOfDate(+text.slice(0, 4), +text.slice(5, 7), +text.slice(8));
}
