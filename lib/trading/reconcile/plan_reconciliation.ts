/**
 * The reconciliation: our side and the broker's go in, what differs and what to do about it comes out. Pure, and the only one: start, reconnect,
 * the regular run, the command line and the tests use it.
 *
 * What is under way is no drift: an order whose request has no answer, a fill within the settle delay. A difference counts when it is strictly
 * greater than its tolerance. When anything makes the whole account fail, nothing is corrected: half a correction is worse than none.
 *
 * @module
 */

import { formatMoney, sizeOf } from "../../core/mod.ts";
import { judgeOrders } from "./judge_orders.ts";
import { judgePositions } from "./judge_positions.ts";
import {
  CONSEQUENCES,
  type Correction,
  type Finding,
  type FindingKind,
  type ReconcilePlan,
  type ReconcileRules,
  type ReconcileVerdict,
} from "./plan.ts";
import type { NoAnswer, OurSide, TheirSide } from "./sides.ts";

/**
 * Returns what a reconciliation finds and does.
 *
 * @param theirs What the broker shows; {@linkcode NoAnswer} when any of its calls failed.
 * @param nowUs Our time, microseconds UTC.
 */
export function planReconciliation(
  ours: OurSide,
  theirs: TheirSide | NoAnswer,
  rules: ReconcileRules,
  nowUs: number,
): ReconcilePlan {
  if ("noAnswer" in theirs) {
    return planOf(rules, nowUs, [ofAccount("BROKER_NO_ANSWER", rules, theirs.message)], [], []);
  }
  const findings = judgeAccount(ours, theirs, rules), corrections: Correction[] = [];
  // What is young is so by the broker's clock: our own may stand still.
  const brokerUs = Math.max(nowUs, theirs.timeUs);
  const positions = judgePositions(ours, theirs, rules, brokerUs);
  const difference = theirs.cash - ours.cash;
  if (ours.isFirstStart) {
    if (difference !== 0) corrections.push({ kind: "cash", cash: theirs.cash, difference });
  } else if (sizeOf(difference) > rules.cashTolerance && positions.settling.length === 0) {
    findings.push({
      ...ofAccount(
        "CASH_MISMATCH",
        rules,
        `cash: ${formatMoney(ours.cash)} here, ${formatMoney(theirs.cash)} there`,
      ),
      ours: ours.cash,
      theirs: theirs.cash,
    });
    if (CONSEQUENCES.CASH_MISMATCH[rules.mode] === "correct") {
      corrections.push({ kind: "cash", cash: theirs.cash, difference });
    }
  }
  const orders = judgeOrders(ours, theirs, rules, brokerUs);
  findings.push(...positions.findings, ...orders.findings);
  corrections.push(...positions.corrections, ...orders.corrections);
  return planOf(rules, nowUs, findings, corrections, positions.settling);
}

/** Returns the findings of a plan as lines for people, each with its kind. */
export function describeFindings(plan: ReconcilePlan): string[] {
  return plan.findings.map(({ kind, text }) => `${kind} ${text}`);
}

function judgeAccount(ours: OurSide, theirs: TheirSide, rules: ReconcileRules): Finding[] {
  const findings: Finding[] = [];
  const add = (text: string): void => {
    findings.push(ofAccount("ACCOUNT_MISMATCH", rules, text));
  };
  if (ours.accountId !== null && ours.accountId !== theirs.accountId) {
    add(`account: ${ours.accountId} here, ${theirs.accountId} there`);
  }
  if (ours.kind !== theirs.kind) add(`account: ${ours.kind} here, ${theirs.kind} there`);
  if (theirs.isBlocked) add(`account: the broker has blocked ${theirs.accountId} for trading`);
  return findings;
}

function ofAccount(kind: FindingKind, rules: ReconcileRules, text: string): Finding {
  return {
    kind,
    consequence: CONSEQUENCES[kind][rules.mode],
    cause: "none",
    symbol: "",
    clientId: "",
    ours: null,
    theirs: null,
    text,
  };
}

function planOf(
  { mode }: ReconcileRules,
  timeUs: number,
  findings: readonly Finding[],
  corrections: readonly Correction[],
  settling: readonly string[],
): ReconcilePlan {
  const verdict = verdictOf(findings, corrections);
  return {
    timeUs,
    mode,
    findings,
    corrections: verdict.outcome === "failed" ? [] : corrections,
    settling,
    verdict,
  };
}

function verdictOf(
  findings: readonly Finding[],
  corrections: readonly Correction[],
): ReconcileVerdict {
  const frozen = [
    ...new Set(
      findings.filter(({ consequence }) => consequence === "freeze").map(({ symbol }) => symbol),
    ),
  ].sort();
  const failed = findings.some(({ consequence }) => consequence === "fail");
  const drifts = frozen.length > 0 ||
    findings.some(({ kind, consequence }) => kind === "CASH_MISMATCH" && consequence === "report");
  const outcome = failed
    ? "failed"
    : drifts
    ? "drifted"
    : corrections.length > 0
    ? "corrected"
    : "agreed";
  return { outcome, success: outcome === "agreed" || outcome === "corrected", frozen };
}
