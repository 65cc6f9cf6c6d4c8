/**
 * What is traded: the scales in which its prices and quantities are whole numbers.
 *
 * @module
 */

/** An instrument of a run. US stocks and ETFs in US dollars. */
export interface Instrument {
  readonly symbol: string;
  /** Decimals of the quantity scale, 0 to 6: 0 for whole shares, 6 for fractional ones. */
  readonly quantityDigits: number;
  /** Smallest step of a quantity in units of the scale, at least 1. */
  readonly lot: number;
}

/** Decimals of the price scale of every instrument: a price tick is 1e-6 of the currency. */
export const PRICE_DIGITS = 6;

/** Price ticks in one unit of currency. */
export const PRICE_SCALE = 1e6;

/** Returns an instrument that trades in whole shares, or in millionths of a share. */
export function stock(symbol: string, fractional = false): Instrument {
  return { symbol, quantityDigits: fractional ? 6 : 0, lot: 1 };
}
