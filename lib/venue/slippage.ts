/**
 * How far the price moves against an order that takes: models as data, each computed by one small pure function.
 *
 * A model answers with the price of the fill in ticks: the base price moved against the order, rounded once, half to even, and never
 * below one tick. Fixed moves are ratios of integers and exact; the others use `+ - * /` and `sqrt` alone, so that the bits are the
 * same everywhere.
 *
 * What is unknown is never free. Each model states the worst that it takes when a figure is missing: NaN, zero or less.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import { type Ratio, ratioOf, SandbarError, unreachable } from "../core/mod.ts";

const { mulDiv, roundHalfEven } = core;

/** A slippage model as data. Participation is the size of the order over the average daily volume. */
export type Slippage =
  /** No slippage. */
  | { readonly kind: "none" }
  /** A share of the price, basis points. The default, with 5. */
  | { readonly kind: "fixed"; readonly bps: number }
  /**
   * Half of a spread that is guessed from the last complete bar: 0.1 x (high - low) / close, at most `maxSpreadBps` (default 10).
   * Unknown bar: the most, so 5 basis points by default. Nothing at a quote, which has its spread. The configuration calls it `spread`.
   */
  | { readonly kind: "half_spread"; readonly maxSpreadBps?: number }
  /** `bps` x (1 + 10 x sqrt(participation)). Unknown volume: participation 1, so 11 times `bps`. */
  | { readonly kind: "volume_based"; readonly bps: number }
  /**
   * `coefficient` x daily volatility x sqrt(participation), the square-root law of market impact with a coefficient of order 1:
   * Almgren, Thum, Hauptmann and Li, "Direct Estimation of Equity Market Impact" (2005); Toth and others, "Anomalous price impact and
   * the critical nature of liquidity in financial markets", Physical Review X 1, 021006 (2011). Unknown volume: participation 1.
   * Unknown volatility: 5 % a day, about 80 % a year.
   */
  | { readonly kind: "sqrt_impact"; readonly coefficient: number }
  /**
   * `priceImpact` x share², the share being what is filled of the bar's volume, this fill and those before it on the bar, at most
   * `volumeLimitPct`: zipline's `VolumeShareSlippage`, by default 0.1 and 2.5 %. Unknown volume: the share is the limit. How much
   * may fill is the venue's matter.
   */
  | {
    readonly kind: "volume_share";
    readonly priceImpact?: number;
    readonly volumeLimitPct?: number;
  }
  /**
   * Basis points by participation: linear between the points, the first value below them, the last above them. Unknown volume: the
   * largest value of the table.
   */
  | { readonly kind: "table"; readonly points: readonly SlippagePoint[] };

/** A point of a slippage table. */
export interface SlippagePoint {
  /** Size over average daily volume, 0.01 for one percent; ascending. */
  readonly participation: number;
  readonly bps: number;
}

/** What a model may know of the market at a fill. One object is kept and overwritten: no model holds on to it. NaN: not known. */
export interface SlippageContext {
  /** Shares that the bar of the fill trades. */
  barVolume: number;
  /** Shares filled on this bar before. */
  barFilled: number;
  /** Shares a day, for example {@linkcode Liquidity.averageDailyVolume}. */
  averageDailyVolume: number;
  /** Of the last complete bar, in one unit. */
  previousHigh: number;
  previousLow: number;
  previousClose: number;
  /** Whether the base price is a bid or an ask: half of the spread is in it. */
  isQuoted: boolean;
  /** Deviation of daily returns as a fraction: 0.02 for two percent. */
  dailyVolatility: number;
}

/** Participation that stands for an unknown one: an order as large as a day of trading. */
export const UNKNOWN_PARTICIPATION = 1;
/** Daily volatility that stands for an unknown one. */
export const UNKNOWN_DAILY_VOLATILITY = 0.05;

const DEFAULT_MAX_SPREAD_BPS = 10, SPREAD_OF_RANGE = 0.1;
const DEFAULT_PRICE_IMPACT = 0.1, DEFAULT_VOLUME_LIMIT_PCT = 2.5;
const VOLUME_FACTOR = 10;
/** A move by the whole price: what a rate in basis points is over. */
const BPS = 10_000;
const MAX_BPS = 100_000;

const sqrt = Math.sqrt, F64 = Float64Array;

const FIXED = 0, HALF_SPREAD = 1, VOLUME_BASED = 2, SQRT_IMPACT = 3, VOLUME_SHARE = 4, TABLE = 5;

/** A slippage model ready for use. */
export class SlippageModel {
  readonly #kind: number;
  /** The fixed move; zero numerator in the models that move by a computed fraction. */
  readonly #ratio: Ratio;
  /** What the model is about: base fraction, most half spread, coefficient or price impact. */
  readonly #rate: number;
  readonly #limit: number;
  readonly #participations: Float64Array;
  readonly #fractions: Float64Array;
  readonly #pointCount: number;
  readonly #worst: number;

  /** @throws {SandbarError} `config_invalid` when a rate is negative, not finite or out of range, or a table is not ascending. */
  constructor(slippage: Slippage) {
    let kind = FIXED, ratio: Ratio = { numerator: 0, denominator: 1 }, rate = 0, limit = 0;
    let participations = new F64(0), fractions = new F64(0), count = 0, worst = 0;
    switch (slippage.kind) {
      case "none":
        break;
      case "fixed":
        ratio = ratioOf(checked(slippage.bps, MAX_BPS, "bps"), BPS);
        break;
      case "half_spread":
        kind = HALF_SPREAD;
        rate = checked(slippage.maxSpreadBps ?? DEFAULT_MAX_SPREAD_BPS, MAX_BPS, "maxSpreadBps") /
          BPS / 2;
        break;
      case "volume_based":
        kind = VOLUME_BASED;
        rate = checked(slippage.bps, MAX_BPS, "bps") / BPS;
        break;
      case "sqrt_impact":
        kind = SQRT_IMPACT;
        rate = checked(slippage.coefficient, 1000, "coefficient");
        break;
      case "volume_share":
        kind = VOLUME_SHARE;
        rate = checked(slippage.priceImpact ?? DEFAULT_PRICE_IMPACT, 1000, "priceImpact");
        limit =
          checked(slippage.volumeLimitPct ?? DEFAULT_VOLUME_LIMIT_PCT, 100, "volumeLimitPct") /
          100;
        break;
      case "table": {
        kind = TABLE;
        const points = slippage.points;
        count = points.length;
        if (count === 0) throw invalid("a table needs at least one point");
        participations = new F64(count);
        fractions = new F64(count);
        for (let i = 0; i < count; i++) {
          const point = points[i]!;
          participations[i] = checked(point.participation, 1e6, "participation");
          const fraction = fractions[i] = checked(point.bps, MAX_BPS, "bps") / BPS;
          if (i > 0 && participations[i]! <= participations[i - 1]!) {
            throw invalid("the participations of a table must ascend");
          }
          if (fraction > worst) worst = fraction;
        }
        break;
      }
      default:
        unreachable(slippage);
    }
    this.#kind = kind;
    this.#ratio = ratio;
    this.#rate = rate;
    this.#limit = limit;
    this.#participations = participations;
    this.#fractions = fractions;
    this.#pointCount = count;
    this.#worst = worst;
  }

  /** True when the price depends on the size or on the market: it is then another one at every fill. */
  get varies(): boolean {
    return this.#kind !== FIXED;
  }

  /**
   * Returns the price in ticks at which an order fills.
   *
   * @param base Price ticks without slippage, at least 1.
   * @param buys True when the order buys: the price then moves up.
   * @param size Shares of this fill, positive; fractions of a share count.
   * @param context What is known of the market.
   */
  price(base: number, buys: boolean, size: number, context: SlippageContext): number {
    let moved: number;
    if (this.#kind === FIXED) {
      const { numerator, denominator } = this.#ratio;
      if (numerator === 0) return base;
      const factor = buys ? denominator + numerator : denominator - numerator;
      moved = factor <= 0 ? 0 : mulDiv(base, factor, denominator);
    } else {
      const move = base * this.fraction(size, context);
      moved = roundHalfEven(buys ? base + move : base - move);
    }
    return moved < 1 ? 1 : moved;
  }

  /** Returns the move against the order as a fraction of the price, at least 0. */
  fraction(size: number, context: SlippageContext): number {
    switch (this.#kind) {
      case HALF_SPREAD:
        return context.isQuoted ? 0 : halfSpread(context, this.#rate);
      case VOLUME_BASED:
        return this.#rate * (1 + VOLUME_FACTOR * sqrt(participationOf(size, context)));
      case SQRT_IMPACT: {
        const known = context.dailyVolatility;
        const volatility = known >= 0 && known < Infinity ? known : UNKNOWN_DAILY_VOLATILITY;
        return this.#rate * volatility * sqrt(participationOf(size, context));
      }
      case VOLUME_SHARE: {
        const share = (context.barFilled + size) / context.barVolume, most = this.#limit;
        const counted = context.barVolume > 0 && share < most ? share : most;
        return this.#rate * counted * counted;
      }
      case TABLE:
        return this.#interpolated(size / context.averageDailyVolume, context);
      default:
        return this.#ratio.numerator / this.#ratio.denominator;
    }
  }

  #interpolated(participation: number, context: SlippageContext): number {
    if (!isKnown(context.averageDailyVolume)) return this.#worst;
    const x = this.#participations, y = this.#fractions, last = this.#pointCount - 1;
    if (participation <= x[0]!) return y[0]!;
    for (let i = 1; i <= last; i++) {
      if (participation > x[i]!) continue;
      const left = x[i - 1]!, below = y[i - 1]!;
      return below + (y[i]! - below) * ((participation - left) / (x[i]! - left));
    }
    return y[last]!;
  }
}

/** Returns a context of which nothing is known. */
export function unknownContext(): SlippageContext {
  return {
    barVolume: NaN,
    barFilled: 0,
    averageDailyVolume: NaN,
    previousHigh: NaN,
    previousLow: NaN,
    previousClose: NaN,
    dailyVolatility: NaN,
    isQuoted: false,
  };
}

function halfSpread(context: SlippageContext, most: number): number {
  const half = SPREAD_OF_RANGE * (context.previousHigh - context.previousLow) /
    context.previousClose / 2;
  return context.previousClose > 0 && half >= 0 && half < most ? half : most;
}

function participationOf(size: number, context: SlippageContext): number {
  const volume = context.averageDailyVolume;
  return isKnown(volume) ? size / volume : UNKNOWN_PARTICIPATION;
}

function isKnown(volume: number): boolean {
  return volume > 0 && volume < Infinity;
}

function checked(value: number, most: number, name: string): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw invalid(`${name} must be between 0 and ${most}, found ${String(value)}`);
}

function invalid(what: string): SandbarError {
  return new SandbarError("config_invalid", `Cannot use this slippage model: ${what}`);
}
