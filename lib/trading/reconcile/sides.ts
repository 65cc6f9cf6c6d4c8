/**
 * The two sides of a reconciliation as plain data: what we believe, and what the broker shows. Everything is an integer in millionths: cash in
 * micro-units of the account currency, prices in ticks of 1e-6, quantities in micro-shares (one share is 1,000,000).
 *
 * Whoever reads the broker's side reads positions and account first and executions last: a trade that falls between two answers is then among
 * the executions, and known for what it is.
 *
 * @module
 */

import type { OrderStateName } from "../orders/lifecycle.ts";

/** How an account is told: paper money or real money. */
export type AccountKind = "paper" | "live";

/** A position that we believe to hold, all books of the account together. */
export interface OurPosition {
  readonly symbol: string;
  /** Micro-shares, below 0 when short. */
  readonly quantity: number;
  /** Average cost in ticks. */
  readonly averagePrice: number;
}

/** An order of ours. All that work, and those that ended since the last reconciliation. */
export interface OurOrder {
  readonly clientId: string;
  readonly symbol: string;
  readonly state: OrderStateName;
  /** Micro-shares in all, below 0 for a sale. */
  readonly quantity: number;
  /** Micro-shares, signed like the fills. */
  readonly filled: number;
  /** When it last moved, microseconds UTC. */
  readonly changedUs: number;
}

/** A fill that we booked, or an execution of the broker that we have not booked. */
export interface RecentFill {
  readonly symbol: string;
  /** Micro-shares, below 0 for a sale. */
  readonly quantity: number;
  readonly timeUs: number;
}

/** A split that one side may know and the other not yet: `denominator` shares become `numerator`. */
export interface KnownSplit {
  readonly symbol: string;
  readonly numerator: number;
  readonly denominator: number;
}

/** What we believe. */
export interface OurSide {
  /** The account that the run may trade, null when the user named none: then any account of the right kind will do. */
  readonly accountId: string | null;
  readonly kind: AccountKind;
  /** True before anything of this account is in the journal. */
  readonly isFirstStart: boolean;
  /** Micro-units. On a first start of no meaning: the broker's cash is where the account begins. */
  readonly cash: number;
  readonly positions: readonly OurPosition[];
  readonly orders: readonly OurOrder[];
  /** Fills that we booked within the settle delay: the broker's positions may lag. */
  readonly recentFills: readonly RecentFill[];
  /** Splits around now. */
  readonly splits: readonly KnownSplit[];
}

/** Where an order stands at the broker; the words of the broker protocol. */
export const BROKER_STATUS_NAMES = [
  "pending",
  "accepted",
  "partially_filled",
  "suspended",
  "filled",
  "cancelled",
  "rejected",
  "expired",
  "replaced",
  "unknown",
] as const;

export type BrokerStatusName = typeof BROKER_STATUS_NAMES[number];

/** A position as the broker shows it. */
export type TheirPosition = OurPosition;

/** An order as the broker shows it: every open one, and every working one of ours that is not among those, looked up by client id. */
export interface TheirOrder {
  /** Empty for an order that was made elsewhere. */
  readonly clientId: string;
  readonly brokerId: string;
  readonly symbol: string;
  readonly status: BrokerStatusName;
  /** Micro-shares in all, below 0 for a sale. */
  readonly quantity: number;
  readonly filled: number;
  /** Client id of the order that took its place, empty without one. */
  readonly replacedBy: string;
}

/** What the broker shows. */
export interface TheirSide {
  /** Time of the broker, microseconds UTC. */
  readonly timeUs: number;
  readonly accountId: string;
  readonly kind: AccountKind;
  readonly isBlocked: boolean;
  /** Micro-units, may be negative. */
  readonly cash: number;
  readonly positions: readonly TheirPosition[];
  readonly orders: readonly TheirOrder[];
  /** Executions of the broker that we have not booked. */
  readonly unbookedFills: readonly RecentFill[];
}

/** The broker gave no answer, to whatever it was asked. */
export interface NoAnswer {
  readonly noAnswer: true;
  /** For people. */
  readonly message: string;
}
