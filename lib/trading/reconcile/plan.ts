/**
 * What a reconciliation finds and does, as plain data that survives JSON: it is journaled, shown, and kept as history.
 *
 * @module
 */

import type { OrderReportName } from "../orders/lifecycle.ts";
import type { TheirOrder } from "./sides.ts";

/**
 * - `strict`: any drift ends the start.
 * - `warn`: drift is told, and freezes its symbol.
 * - `auto_sync`: the broker is right, and our side is corrected.
 */
export type ReconcileMode = "strict" | "warn" | "auto_sync";

/** How a reconciliation judges. */
export interface ReconcileRules {
  readonly mode: ReconcileMode;
  /** Micro-shares, micro-units and basis points that a difference must exceed to count. */
  readonly quantityTolerance: number;
  readonly cashTolerance: number;
  readonly priceToleranceBps: number;
  /** How long a fill may take to show on both sides, microseconds. */
  readonly settleDelayUs: number;
  /** What becomes of orders at the broker that were made elsewhere. */
  readonly external: "list" | "adopt";
  /** The user's consent to book what a first start finds in the account. */
  readonly adopt: boolean;
}

/** Kinds of findings. */
export const FINDING_KINDS = [
  "QUANTITY_MISMATCH",
  "MISSING_LOCAL",
  "MISSING_BROKER",
  "PRICE_MISMATCH",
  "CASH_MISMATCH",
  "ORDER_MISMATCH",
  "EXTERNAL_ORDER",
  "ACCOUNT_MISMATCH",
  "BROKER_NO_ANSWER",
] as const;

export type FindingKind = typeof FINDING_KINDS[number];

/**
 * What follows from a finding.
 *
 * - `fail`: no order that adds risk, in the whole account, until a later reconciliation succeeds.
 * - `freeze`: the same for its symbol.
 * - `correct`: our side is corrected; see the plan's corrections.
 * - `report`: it is told, and nothing else.
 */
export type Consequence = "fail" | "freeze" | "correct" | "report";

/** Why two sides differ, where it is known. */
export type FindingCause = "none" | "split" | "first_start" | "made_elsewhere" | "other_journal";

/** Consequence of each kind in each mode; a finding with a cause may have another one. */
export const CONSEQUENCES: {
  readonly [Kind in FindingKind]: { readonly [Mode in ReconcileMode]: Consequence };
} = {
  QUANTITY_MISMATCH: { strict: "fail", warn: "freeze", auto_sync: "correct" },
  MISSING_LOCAL: { strict: "fail", warn: "freeze", auto_sync: "correct" },
  MISSING_BROKER: { strict: "fail", warn: "freeze", auto_sync: "correct" },
  PRICE_MISMATCH: { strict: "report", warn: "report", auto_sync: "correct" },
  CASH_MISMATCH: { strict: "fail", warn: "report", auto_sync: "correct" },
  ORDER_MISMATCH: { strict: "fail", warn: "freeze", auto_sync: "correct" },
  // `external` decides, in every mode.
  EXTERNAL_ORDER: { strict: "report", warn: "report", auto_sync: "report" },
  ACCOUNT_MISMATCH: { strict: "fail", warn: "fail", auto_sync: "fail" },
  BROKER_NO_ANSWER: { strict: "fail", warn: "fail", auto_sync: "fail" },
};

/** One difference. */
export interface Finding {
  readonly kind: FindingKind;
  readonly consequence: Consequence;
  readonly cause: FindingCause;
  /** Empty for a finding of the account. */
  readonly symbol: string;
  /** Empty but for a finding of an order. */
  readonly clientId: string;
  /** The two sides in millionths: micro-shares, ticks, micro-units by the kind; null where a side has none. */
  readonly ours: number | null;
  readonly theirs: number | null;
  /** For people: what differs. */
  readonly text: string;
}

/** One change of our side, journaled before it is applied, so that a replay makes it too. Numbers in millionths. */
export type Correction =
  /** Our position becomes the broker's; the difference, 0 where only the price changes, is booked in `unassigned`. */
  | {
    readonly kind: "position";
    readonly symbol: string;
    readonly quantity: number;
    readonly averagePrice: number;
    readonly difference: number;
  }
  /** Our position is not there: removed, its realised profit unknown. */
  | { readonly kind: "remove"; readonly symbol: string; readonly quantity: number }
  | {
    readonly kind: "split";
    readonly symbol: string;
    readonly numerator: number;
    readonly denominator: number;
  }
  | { readonly kind: "cash"; readonly cash: number; readonly difference: number }
  /** An order of ours takes the broker's word: a report of the lifecycle that did not arrive. */
  | {
    readonly kind: "order";
    readonly clientId: string;
    readonly report: OrderReportName;
    readonly replacedBy: string;
  }
  /** Fills of an order that we lack or that the broker does not have: to be fetched as executions, never made up here. */
  | {
    readonly kind: "fetch_executions";
    readonly clientId: string;
    readonly filled: number;
    readonly theirFilled: number;
  }
  | { readonly kind: "adopt_order"; readonly order: TheirOrder }
  /** The broker is asked to cancel it. */
  | { readonly kind: "cancel_order"; readonly clientId: string; readonly brokerId: string };

/** How a reconciliation ended. */
export interface ReconcileVerdict {
  /**
   * - `agreed`: nothing differs but what is only told.
   * - `corrected`: our side is the broker's once the corrections are applied.
   * - `drifted`: the symbols of `frozen` take no risk, or the cash differs.
   * - `failed`: nothing takes risk; a start in mode `strict` ends with `reconciliation_failed`.
   */
  readonly outcome: "agreed" | "corrected" | "drifted" | "failed";
  /** True for `agreed` and `corrected`. */
  readonly success: boolean;
  /** Sorted. */
  readonly frozen: readonly string[];
}

/** A reconciliation. */
export interface ReconcilePlan {
  readonly timeUs: number;
  readonly mode: ReconcileMode;
  /** Of the account first, then of the symbols in their order. */
  readonly findings: readonly Finding[];
  readonly corrections: readonly Correction[];
  /** Symbols of which a request or a fill is under way, sorted: what they show is no drift, and cash is not judged meanwhile. */
  readonly settling: readonly string[];
  readonly verdict: ReconcileVerdict;
}
