/**
 * Orders of both sides, compared one by one.
 *
 * @module
 */

import { sizeOf, unreachable } from "../../core/mod.ts";
import { parseClientId } from "../orders/client_id.ts";
import type { OrderReportName } from "../orders/lifecycle.ts";
import { orderVerdict } from "./order_verdicts.ts";
import {
  type Consequence,
  CONSEQUENCES,
  type Correction,
  type Finding,
  type ReconcileRules,
} from "./plan.ts";
import type { BrokerStatusName, OurOrder, OurSide, TheirOrder, TheirSide } from "./sides.ts";

/** What came of a part of a reconciliation. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly corrections: readonly Correction[];
}

/** Compares all orders that either side has, by client id: ours first, then those that our book does not know, each side in its order. */
export function judgeOrders(
  ours: OurSide,
  theirs: TheirSide,
  rules: ReconcileRules,
  nowUs: number,
): Judged {
  const byClientId = new Map(theirs.orders.map((order) => [order.clientId, order]));
  const findings: Finding[] = [], corrections: Correction[] = [];
  const take = (judged: Judged): void => {
    findings.push(...judged.findings);
    corrections.push(...judged.corrections);
  };
  // A successor whose report did not arrive belongs to the order that it replaced.
  const known = new Set<string>();
  for (const order of ours.orders) {
    const other = byClientId.get(order.clientId);
    known.add(order.clientId).add(other?.replacedBy ?? "");
    // What moved just now may be shown by one side before the other.
    if (nowUs - order.changedUs >= rules.settleDelayUs) take(judgeOwn(order, other, rules));
  }
  for (const order of theirs.orders) {
    if (order.clientId !== "" && known.has(order.clientId)) continue;
    if (orderVerdict("absent", order.status) === "foreign") {
      take(judgeUnknown(order, rules, ours.isFirstStart));
    }
  }
  return { findings, corrections };
}

/** An order of our book. */
function judgeOwn(ours: OurOrder, theirs: TheirOrder | undefined, rules: ReconcileRules): Judged {
  const { clientId, symbol, filled, state } = ours;
  const verdict = orderVerdict(state, theirs?.status ?? "absent");
  const differs = theirs !== undefined &&
    sizeOf(theirs.filled - filled) > rules.quantityTolerance;
  if (verdict === "in_flight" || (verdict === "agree" && !differs)) {
    return { findings: [], corrections: [] };
  }
  const corrections: Correction[] = [];
  // First what was traded, then how it ended.
  if (differs) {
    corrections.push({ kind: "fetch_executions", clientId, filled, theirFilled: theirs.filled });
  }
  const report = (name: OrderReportName, replacedBy = ""): void => {
    corrections.push({ kind: "order", clientId, report: name, replacedBy });
  };
  const cancel = (): void => {
    corrections.push({ kind: "cancel_order", clientId, brokerId: theirs!.brokerId });
  };
  switch (verdict) {
    case "take":
      // The missing fills complete an order by themselves.
      if (theirs!.status !== "filled" || !differs) {
        report(reportOf(theirs!.status), theirs!.replacedBy);
      }
      break;
    case "close":
      report("cancelled");
      break;
    case "revive":
      report("acknowledged");
      cancel();
      break;
    case "cancel":
      cancel();
      break;
    case "agree":
    case "unclear":
    case "foreign":
      break;
    default:
      unreachable(verdict);
  }
  const usual = CONSEQUENCES.ORDER_MISMATCH[rules.mode];
  const finding: Finding = {
    kind: "ORDER_MISMATCH",
    // Nothing corrects what is not understood.
    consequence: usual === "correct" && corrections.length === 0 ? "freeze" : usual,
    cause: "none",
    symbol,
    clientId,
    ours: filled,
    theirs: theirs?.filled ?? null,
    text: `order ${clientId} in ${symbol}: ${state} here, ${theirs?.status ?? "absent"} there` +
      (differs ? `, with other fills` : ""),
  };
  return { findings: [finding], corrections: usual === "correct" ? corrections : [] };
}

/** An order that works at the broker and that our book does not know. */
function judgeUnknown(theirs: TheirOrder, rules: ReconcileRules, isFirstStart: boolean): Judged {
  const isOurs = parseClientId(theirs.clientId) !== null;
  const consequence = consequenceOfUnknown(rules, isOurs, isFirstStart);
  const name = theirs.clientId === "" ? `with broker id ${theirs.brokerId}` : theirs.clientId;
  const finding: Finding = {
    kind: isOurs ? "ORDER_MISMATCH" : "EXTERNAL_ORDER",
    consequence,
    cause: isFirstStart ? "first_start" : isOurs ? "other_journal" : "made_elsewhere",
    symbol: theirs.symbol,
    clientId: theirs.clientId,
    ours: null,
    theirs: theirs.quantity - theirs.filled,
    text: `order ${name} in ${theirs.symbol}: absent here, ${theirs.status} there`,
  };
  return {
    findings: [finding],
    corrections: consequence === "correct" ? [{ kind: "adopt_order", order: theirs }] : [],
  };
}

function consequenceOfUnknown(
  { mode, adopt, external }: ReconcileRules,
  isOurs: boolean,
  isFirstStart: boolean,
): Consequence {
  if (isFirstStart) return adopt || mode === "auto_sync" ? "correct" : "fail";
  if (isOurs) return CONSEQUENCES.ORDER_MISMATCH[mode];
  return external === "adopt" ? "correct" : CONSEQUENCES.EXTERNAL_ORDER[mode];
}

/** The report that would have brought a status. */
function reportOf(status: BrokerStatusName): OrderReportName {
  switch (status) {
    // Of an order that was suspended: it works again.
    case "pending":
    case "accepted":
    case "partially_filled":
    case "unknown":
      return "resumed";
    case "filled":
      return "full_fill";
    case "cancelled":
    case "rejected":
    case "expired":
    case "replaced":
    case "suspended":
      return status;
  }
}
