/**
 * The broker's charge: schedules as data, amounts exact in micro-units and rounded once, half to even.
 *
 * Minimum and cap are those of an order. What a partial fill costs is the charge of all that its order has traded less what was charged
 * before, so that the parts sum to the charge of the whole. Where minimum and cap disagree the cap wins, as at Interactive Brokers: ten
 * shares at 0.20 pay 0.02 under "minimum 1.00, at most 1 % of the trade value".
 *
 * Third-party fees that some brokers pass through (exchange, clearing, audit trail) are not part of it.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import { type Ratio, ratioOf, SandbarError, unreachable } from "../core/mod.ts";

const { checkExact, MAX_EXACT, mulDiv } = core;

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

/**
 * An amount in currency a share that falls with the shares traded in the calendar month. The rates are marginal: each share pays the
 * rate of the tier it falls into, an order across a border pays both.
 */
export interface TieredCommission {
  readonly kind: "tiered";
  readonly tiers: readonly CommissionTier[];
  readonly min?: number;
  readonly maxPct?: number;
}

/** One tier: its rate holds for the shares of the month up to and including `upToShares`. */
export interface CommissionTier {
  /** Shares of the month, ascending; null in the last tier. */
  readonly upToShares: number | null;
  /** Currency a share, at most six decimals. */
  readonly amount: number;
}

/** Any schedule. */
export type CommissionSchedule = Commission | TieredCommission;

/** What an order has traded and paid so far. */
export interface OrderTally {
  /** Units traded, positive. */
  readonly size: number;
  /** Micro-units traded. */
  readonly notional: number;
  /** Micro-units charged. */
  readonly charged: number;
}

/** A published schedule of a broker, with its source. */
export interface BrokerSchedule {
  readonly title: string;
  /** Where it was read, and when it held. */
  readonly source: string;
  readonly commission: CommissionSchedule;
}

/** The names of the published schedules. */
export const BROKER_NAMES = ["ibkr_fixed", "ibkr_tiered", "zero"] as const;

/** The name of a published schedule. */
export type BrokerName = typeof BROKER_NAMES[number];

/** Published schedules for US stocks by name. */
export const BROKER_SCHEDULES: Readonly<Record<BrokerName, BrokerSchedule>> = {
  ibkr_fixed: {
    title: "Interactive Brokers Pro, Fixed",
    source: "Interactive Brokers, Commissions Stocks, United States (page of 2025: " +
      "USD 0.005 a share, minimum USD 1.00, maximum 1 % of trade value)",
    commission: { kind: "per_share", amount: 0.005, min: 1, maxPct: 1 },
  },
  ibkr_tiered: {
    title: "Interactive Brokers Pro, Tiered, without third-party fees",
    source: "Interactive Brokers, Commissions Stocks, United States (page of 2025, " +
      "applied on a marginal basis: USD 0.0035 to 0.0005 a share by monthly volume, " +
      "minimum USD 0.35, maximum 1 % of trade value)",
    commission: {
      kind: "tiered",
      tiers: [
        { upToShares: 300_000, amount: 0.0035 },
        { upToShares: 3_000_000, amount: 0.002 },
        { upToShares: 20_000_000, amount: 0.0015 },
        { upToShares: 100_000_000, amount: 0.001 },
        { upToShares: null, amount: 0.0005 },
      ],
      min: 0.35,
      maxPct: 1,
    },
  },
  zero: {
    title: "No commission on US stocks: Alpaca and other brokers",
    source: "Alpaca, Regulatory Fees (2025): commission-free, regulatory fees passed on",
    commission: { kind: "none" },
  },
};

const NONE = 0, NOTIONAL = 1, PER_SHARE = 2, PER_ORDER = 3, TIERED = 4;
const MICROS = 1e6;
const F64 = Float64Array, BigIntOf = BigInt, NumberOf = Number;

/** A commission schedule ready for use. */
export class CommissionModel {
  readonly #kind: number;
  readonly #rate: Ratio;
  /** Micro-units an order, or micro-units a share. */
  readonly #amount: number;
  readonly #least: number;
  readonly #cap: Ratio | null;
  /** Last share of each tier, Infinity in the last one; micro-units a share. */
  readonly #tierEnds: Float64Array;
  readonly #tierAmounts: Float64Array;
  readonly #tierCount: number;

  /** @throws {SandbarError} `config_invalid` when the tiers are empty or do not ascend, or an amount has more than six decimals. */
  constructor(schedule: CommissionSchedule) {
    let kind = NONE, rate: Ratio = { numerator: 0, denominator: 1 }, amount = 0;
    let least = 0, maxPct: number | undefined, tiers: readonly CommissionTier[] = [];
    switch (schedule.kind) {
      case "none":
        break;
      case "notional":
        kind = NOTIONAL;
        rate = ratioOf(schedule.bps, 10_000);
        least = microsOf(schedule.min ?? 0);
        maxPct = schedule.maxPct;
        break;
      case "per_share":
        kind = PER_SHARE;
        amount = microsOf(schedule.amount);
        least = microsOf(schedule.min ?? 0);
        maxPct = schedule.maxPct;
        break;
      case "per_order":
        kind = PER_ORDER;
        amount = microsOf(schedule.amount);
        maxPct = schedule.maxPct;
        break;
      case "tiered":
        kind = TIERED;
        tiers = schedule.tiers;
        least = microsOf(schedule.min ?? 0);
        maxPct = schedule.maxPct;
        break;
      default:
        unreachable(schedule);
    }
    const count = tiers.length;
    if (kind === TIERED && count === 0) throw invalid("there is no tier");
    this.#tierCount = count;
    this.#tierEnds = new F64(count);
    this.#tierAmounts = new F64(count);
    for (let i = 0; i < count; i++) {
      const tier = tiers[i]!, end = tier.upToShares ?? Infinity;
      const before = i === 0 ? 0 : this.#tierEnds[i - 1]!;
      if (!(end > before)) throw invalid("the tiers must ascend");
      if ((end === Infinity) !== (i === count - 1)) {
        throw invalid("the last tier, and no other, has null for upToShares");
      }
      this.#tierEnds[i] = end;
      this.#tierAmounts[i] = microsOf(tier.amount);
    }
    this.#kind = kind;
    this.#rate = rate;
    this.#amount = amount;
    this.#least = least;
    this.#cap = maxPct === undefined ? null : ratioOf(maxPct, 100);
  }

  /**
   * Returns the charge of a whole order in micro-units. It never falls as size and notional grow.
   *
   * @param size Units, positive.
   * @param unitsPerShare Units of the quantity scale in a share.
   * @param notional Micro-units, positive.
   * @param monthSize Units that the account traded in the calendar month before this order; only tiers ask. Default 0.
   */
  total(size: number, unitsPerShare: number, notional: number, monthSize = 0): number {
    const kind = this.#kind;
    if (kind === NONE) return 0;
    let charge = kind === NOTIONAL
      ? mulDiv(notional, this.#rate.numerator, this.#rate.denominator)
      : kind === PER_SHARE
      ? this.#perShare(size, unitsPerShare)
      : kind === TIERED
      ? this.#tiered(size, unitsPerShare, monthSize)
      : this.#amount;
    if (charge < this.#least) charge = this.#least;
    if (this.#cap !== null) {
      const most = mulDiv(notional, this.#cap.numerator, this.#cap.denominator);
      if (charge > most) charge = most;
    }
    return charge;
  }

  /**
   * Returns what a fill adds to the charge of its order, in micro-units.
   *
   * @param before What the order traded and paid before this fill.
   * @param size Units of this fill, positive.
   * @param unitsPerShare Units of the quantity scale in a share.
   * @param notional Micro-units of this fill.
   * @param monthSize As in `total`; the same for all fills of an order.
   */
  ofFill(
    before: OrderTally,
    size: number,
    unitsPerShare: number,
    notional: number,
    monthSize = 0,
  ): number {
    const whole = this.total(
      before.size + size,
      unitsPerShare,
      before.notional + notional,
      monthSize,
    );
    return whole > before.charged ? whole - before.charged : 0;
  }

  /** Of shares that cost next to nothing one may hold so many that their charge is beyond any account: it is the most then. */
  #perShare(size: number, unitsPerShare: number): number {
    return size / unitsPerShare * this.#amount < MAX_EXACT
      ? mulDiv(size, this.#amount, unitsPerShare)
      : MAX_EXACT;
  }

  /** Rounded once: the products of the tiers are summed before the division. */
  #tiered(size: number, unitsPerShare: number, monthSize: number): number {
    const end = monthSize + size, ends = this.#tierEnds, amounts = this.#tierAmounts;
    let sum = 0, from = monthSize;
    for (let i = 0; i < this.#tierCount && from < end; i++) {
      const top = ends[i]! * unitsPerShare, to = top < end ? top : end;
      if (to <= from) continue;
      sum += (to - from) * amounts[i]!;
      from = to;
    }
    // Every term is at least 0: a sum in the exact range has exact terms.
    return sum <= MAX_EXACT
      ? mulDiv(sum, 1, unitsPerShare)
      : this.#tieredWide(size, unitsPerShare, monthSize);
  }

  #tieredWide(size: number, unitsPerShare: number, monthSize: number): number {
    const end = monthSize + size, ends = this.#tierEnds, amounts = this.#tierAmounts;
    let sum = 0n, from = monthSize;
    for (let i = 0; i < this.#tierCount && from < end; i++) {
      const top = ends[i]! * unitsPerShare, to = top < end ? top : end;
      if (to <= from) continue;
      sum += BigIntOf(to - from) * BigIntOf(amounts[i]!);
      from = to;
    }
    const divisor = BigIntOf(unitsPerShare), twice = sum % divisor * 2n, below = sum / divisor;
    const rounds = twice > divisor || (twice === divisor && below % 2n === 1n);
    return checkExact(NumberOf(rounds ? below + 1n : below));
  }
}

function microsOf(amount: number): number {
  const ratio = ratioOf(amount, 1);
  if (MICROS % ratio.denominator !== 0) {
    throw invalid(`an amount has at most six decimals, found ${amount}`);
  }
  return ratio.numerator * (MICROS / ratio.denominator);
}

function invalid(what: string): SandbarError {
  return new SandbarError("config_invalid", `Cannot use this commission: ${what}`);
}
