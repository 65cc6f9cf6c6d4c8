/**
 * What a fill costs beside its price: slippage (the price moves against the order by fixed basis points) and commission (the broker's
 * charge). Rates are ratios of integers, so that every amount is exact.
 *
 * @module
 */

import { MAX_EXACT, mulDiv, type Ratio, ratioOf } from "../core/mod.ts";

/** The broker's charge for a fill. */
export type Commission =
  | { readonly kind: "none" }
  /** A share of the notional, in basis points. */
  | {
    readonly kind: "notional";
    readonly bps: number;
    readonly min?: number;
    readonly maxPct?: number;
  }
  /** An amount in currency a share. */
  | {
    readonly kind: "per_share";
    readonly amount: number;
    readonly min?: number;
    readonly maxPct?: number;
  }
  /** An amount in currency an order. */
  | { readonly kind: "per_order"; readonly amount: number; readonly maxPct?: number };

/** How the simulated venue prices fills. */
export interface VenueRules {
  /** Basis points against the order on market and stop fills. Default 5. */
  readonly slippageBps: number;
  readonly commission: Commission;
}

/** The rules when nothing is asked for: 5 basis points of slippage, 0.01 % commission. */
export const DEFAULT_VENUE: VenueRules = {
  slippageBps: 5,
  commission: { kind: "notional", bps: 1 },
};

const KIND_NONE = 0, KIND_NOTIONAL = 1, KIND_PER_SHARE = 2, KIND_PER_ORDER = 3;

/** Costs of a run, computed from its rules. */
export class Costs {
  readonly #slip: Ratio;
  readonly #kind: number;
  readonly #rate: Ratio;
  /** Micro-units, or micro-units a share. */
  readonly #amount: number;
  readonly #least: number;
  readonly #cap: Ratio | null;

  constructor(rules: VenueRules) {
    this.#slip = ratioOf(rules.slippageBps, 10_000);
    const commission = rules.commission;
    this.#rate = ratioOf(commission.kind === "notional" ? commission.bps : 0, 10_000);
    this.#kind = commission.kind === "none"
      ? KIND_NONE
      : commission.kind === "notional"
      ? KIND_NOTIONAL
      : commission.kind === "per_share"
      ? KIND_PER_SHARE
      : KIND_PER_ORDER;
    const amount = commission.kind === "per_share" || commission.kind === "per_order"
      ? commission.amount
      : 0;
    this.#amount = microsOf(amount);
    this.#least = commission.kind === "none" || commission.kind === "per_order"
      ? 0
      : microsOf(commission.min ?? 0);
    const cap = commission.kind === "none" ? undefined : commission.maxPct;
    this.#cap = cap === undefined ? null : ratioOf(cap, 100);
  }

  /** Returns the price in ticks at which a market or stop order fills: `price` moved against it, rounded half to even. */
  slipped(price: number, buys: boolean): number {
    const slip = this.#slip;
    if (slip.numerator === 0) return price;
    const move = mulDiv(price, slip.numerator, slip.denominator);
    return buys ? price + move : price - move;
  }

  /**
   * Returns the commission of a fill in micro-units.
   *
   * @param size Units, positive.
   * @param unitsPerShare Units of the quantity scale in a share.
   * @param notional Micro-units, positive.
   */
  commission(size: number, unitsPerShare: number, notional: number): number {
    if (this.#kind === KIND_NONE) return 0;
    let charge = this.#kind === KIND_NOTIONAL
      ? mulDiv(notional, this.#rate.numerator, this.#rate.denominator)
      : this.#kind === KIND_PER_SHARE
      ? this.#ofShares(size, unitsPerShare)
      : this.#amount;
    if (charge < this.#least) charge = this.#least;
    if (this.#cap !== null) {
      const most = mulDiv(notional, this.#cap.numerator, this.#cap.denominator);
      if (charge > most) charge = most;
    }
    return charge;
  }

  /** A charge past the exact range is more than any account can pay: it stays there, unless a cap brings it down. */
  #ofShares(size: number, unitsPerShare: number): number {
    return size * this.#amount < MAX_EXACT * unitsPerShare
      ? mulDiv(size, this.#amount, unitsPerShare)
      : MAX_EXACT;
  }
}

function microsOf(amount: number): number {
  const ratio = ratioOf(amount, 1);
  return mulDiv(ratio.numerator, 1e6, ratio.denominator);
}
