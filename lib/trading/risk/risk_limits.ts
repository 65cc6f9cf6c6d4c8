/**
 * Limits of risk as data, in the units of the configuration. Where they apply is not decided here: the live defaults hold for real
 * money; a backtest runs without limits unless they are asked for.
 *
 * @module
 */

/** What a book may not exceed; null (or true for `allowShort`, an empty list, false) switches a rule off. */
export interface RiskLimits {
  /** Loss since the previous session's close in percent; a greater one kills until the next session. */
  readonly maxDailyLossPct: number | null;
  /** Fall from the greatest value so far in percent; a greater one kills until re-armed by hand. */
  readonly maxDrawdownPct: number | null;
  /** Value of one position in percent of equity, open orders included. */
  readonly maxPositionPct: number | null;
  /** Sum of the sizes of all positions as a fraction of equity, open orders included. */
  readonly maxGrossExposure: number | null;
  /** Longs less shorts, either way, as a fraction of equity, open orders included. */
  readonly maxNetExposure: number | null;
  /** The five largest positions as a fraction of equity, open orders included. */
  readonly maxTop5Exposure: number | null;
  /** How much worse than the last price (the middle of the quote where there is one) a limit price may be, percent. */
  readonly priceCollarPct: number | null;
  /** Of one order, currency. */
  readonly maxOrderValue: number | null;
  /** Of one order, shares. */
  readonly maxOrderQty: number | null;
  /** Orders taken within the last 60 seconds of engine time, 1 to 10,000. */
  readonly maxOrdersPerMinute: number | null;
  /** Orders that can still trade. */
  readonly maxOpenOrders: number | null;
  readonly allowShort: boolean;
  /** Symbols that are never opened. */
  readonly restricted: readonly string[];
  /** Seconds after a fill during which its symbol is not added to. */
  readonly tradeCooldownSeconds: number | null;
  /** Minutes after a lifted kill during which no risk is added. */
  readonly coolOffMinutes: number | null;
  /** Whether an order that equals one of the same instant is refused. */
  readonly refuseDuplicates: boolean;
  /** Whether a kill closes all positions. */
  readonly flattenOnKill: boolean;
  /** Ask less bid in basis points of their middle; off without quotes. */
  readonly maxSpreadBps: number | null;
  /** Age of the last quote, milliseconds; off without quotes. */
  readonly quoteAgeMaxMs: number | null;
}

/** Every rule off. */
export const NO_LIMITS: RiskLimits = Object.freeze({
  maxDailyLossPct: null,
  maxDrawdownPct: null,
  maxPositionPct: null,
  maxGrossExposure: null,
  maxNetExposure: null,
  maxTop5Exposure: null,
  priceCollarPct: null,
  maxOrderValue: null,
  maxOrderQty: null,
  maxOrdersPerMinute: null,
  maxOpenOrders: null,
  allowShort: true,
  restricted: Object.freeze([]),
  tradeCooldownSeconds: null,
  coolOffMinutes: null,
  refuseDuplicates: false,
  flattenOnKill: false,
  maxSpreadBps: null,
  quoteAgeMaxMs: null,
});

/** What holds for real money where the configuration says nothing else. */
export const LIVE_DEFAULTS: RiskLimits = Object.freeze({
  maxDailyLossPct: 2,
  maxDrawdownPct: 10,
  maxPositionPct: 20,
  maxGrossExposure: 1,
  maxNetExposure: 1,
  maxTop5Exposure: null,
  priceCollarPct: 5,
  maxOrderValue: null,
  maxOrderQty: null,
  maxOrdersPerMinute: 60,
  maxOpenOrders: 100,
  allowShort: false,
  restricted: Object.freeze([]),
  tradeCooldownSeconds: 5,
  coolOffMinutes: 30,
  refuseDuplicates: true,
  flattenOnKill: false,
  maxSpreadBps: 12,
  quoteAgeMaxMs: 200,
});
