/**
 * What a fill costs beside its price: slippage (the price moves against the order), commission (the broker's charge) and regulatory
 * fees. Rates are ratios of integers, so that every amount is exact.
 *
 * @module
 */

import {
  type Commission,
  CommissionModel,
  type CommissionSchedule,
  type OrderTally,
} from "./commission.ts";
import { regulatoryFee } from "./regulatory_fees.ts";
import { type Slippage, type SlippageContext, SlippageModel, unknownContext } from "./slippage.ts";

export type { Commission } from "./commission.ts";

/** How the simulated venue prices fills. */
export interface VenueRules {
  /** Basis points against the order on market and stop fills. Default 5. Counts when `slippage` is not given. */
  readonly slippageBps: number;
  /** The slippage model. Default: `slippageBps` fixed. */
  readonly slippage?: Slippage;
  readonly commission: CommissionSchedule;
  /** True to charge the fees of US sales. Default false. */
  readonly regulatoryFees?: boolean;
}

/** The rules when nothing is asked for: 5 basis points of slippage, 0.01 % commission. */
export const DEFAULT_VENUE: VenueRules & { readonly commission: Commission } = {
  slippageBps: 5,
  commission: { kind: "notional", bps: 1 },
};

/** Costs of a run, computed from its rules. */
export class Costs {
  readonly #slippage: SlippageModel;
  readonly #commission: CommissionModel;
  readonly #fees: boolean;
  readonly #tiered: boolean;
  /** Of which nothing is known: each model then takes its worst. */
  readonly #unknown: SlippageContext = unknownContext();

  constructor(rules: VenueRules) {
    this.#slippage = new SlippageModel(
      rules.slippage ?? { kind: "fixed", bps: rules.slippageBps },
    );
    this.#commission = new CommissionModel(rules.commission);
    this.#fees = rules.regulatoryFees === true;
    this.#tiered = rules.commission.kind === "tiered";
  }

  /** True when sales pay regulatory fees. */
  get hasFees(): boolean {
    return this.#fees;
  }

  /** True when the commission asks for the shares of the month. */
  get isTiered(): boolean {
    return this.#tiered;
  }

  /** True when slippage depends on size or market, so that only `priceOf` tells the price of a fill. */
  get slippageVaries(): boolean {
    return this.#slippage.varies;
  }

  /**
   * Returns the price in ticks at which a market or stop order fills when neither its size nor the market is known: `price` moved
   * against it, rounded half to even, at least 1. Exact for fixed slippage, the worst for a share traded in any other.
   */
  slipped(price: number, buys: boolean): number {
    return this.#slippage.price(price, buys, 1, this.#unknown);
  }

  /** Returns the price in ticks at which a market or stop order of `size` shares fills. */
  priceOf(price: number, buys: boolean, size: number, context: SlippageContext): number {
    return this.#slippage.price(price, buys, size, context);
  }

  /**
   * Returns the commission of a whole order in micro-units.
   *
   * @param size Units, positive.
   * @param unitsPerShare Units of the quantity scale in a share.
   * @param notional Micro-units, positive.
   * @param monthSize Units traded in the calendar month before the order; only tiers ask. Default 0.
   */
  commission(size: number, unitsPerShare: number, notional: number, monthSize = 0): number {
    return this.#commission.total(size, unitsPerShare, notional, monthSize);
  }

  /** Returns what a fill adds to the commission of its order: see {@linkcode CommissionModel.ofFill}. */
  commissionOfFill(
    before: OrderTally,
    size: number,
    unitsPerShare: number,
    notional: number,
    monthSize = 0,
  ): number {
    return this.#commission.ofFill(before, size, unitsPerShare, notional, monthSize);
  }

  /**
   * Returns the regulatory fees of an order in micro-units, 0 when they are off or it buys.
   *
   * @param day Day number of the session.
   * @param size Units traded, positive.
   * @param notional Micro-units.
   */
  fee(day: number, isSale: boolean, size: number, unitsPerShare: number, notional: number): number {
    return this.#fees ? regulatoryFee(day, isSale, size, unitsPerShare, notional) : 0;
  }
}
