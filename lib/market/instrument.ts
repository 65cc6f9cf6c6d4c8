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
  /** What a price is of: 1 for a share, 100 for a contract over 100 shares. Positive integer. */
  readonly multiplier: number;
  /** True when shares can be borrowed, so that the instrument can be sold short. */
  readonly shortable: boolean;
}

/** Decimals of the price scale of every instrument: a price tick is 1e-6 of the currency. */
export const PRICE_DIGITS = 6;

/** Price ticks in one unit of currency. */
export const PRICE_SCALE = 1e6;

/** Returns an instrument that trades in whole shares, or in millionths of a share, and can be sold short. */
export function stock(symbol: string, fractional = false): Instrument {
  return {
    symbol,
    quantityDigits: fractional ? 6 : 0,
    lot: 1,
    multiplier: 1,
    shortable: true,
  };
}
