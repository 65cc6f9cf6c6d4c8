/**
 * Positions of both sides, compared symbol by symbol in sorted order.
 *
 * @module
 */

import { formatDecimal, sizeOf } from "../../core/mod.ts";
import { unitsAfterSplit } from "../portfolio/split_units.ts";
import type { Judged } from "./judge_orders.ts";
import {
  CONSEQUENCES,
  type Correction,
  type Finding,
  type FindingKind,
  type ReconcileRules,
} from "./plan.ts";
import type { KnownSplit, OurPosition, OurSide, TheirSide } from "./sides.ts";

/** What came of the positions. */
export interface JudgedPositions extends Judged {
  /** Symbols whose difference is what is under way, sorted. */
  readonly settling: readonly string[];
}

/** States of an order of which a request has no answer yet. */
const IN_FLIGHT = ["submitted", "unknown", "pending_cancel", "pending_replace"];

/** Compares all positions that either side has. A local position of no shares is none. */
export function judgePositions(
  ours: OurSide,
  theirs: TheirSide,
  rules: ReconcileRules,
  nowUs: number,
): JudgedPositions {
  const own = bySymbol(ours.positions), others = bySymbol(theirs.positions);
  const symbols = [...new Set([...own.keys(), ...others.keys()])].sort();
  const findings: Finding[] = [], corrections: Correction[] = [];
  const moving = new Set(symbolsUnderWay(ours, theirs, rules, nowUs));
  for (const symbol of symbols) {
    const mine = own.get(symbol) ?? { symbol, quantity: 0, averagePrice: 0 };
    const there = others.get(symbol) ?? { symbol, quantity: 0, averagePrice: 0 };
    const difference = there.quantity - mine.quantity;
    if (sizeOf(difference) <= rules.quantityTolerance) {
      // While a trade is under way the average cost moves too.
      if (moving.has(symbol) || !pricesDiffer(mine, there, rules)) continue;
      const consequence = CONSEQUENCES.PRICE_MISMATCH[rules.mode];
      findings.push({
        ...finding("PRICE_MISMATCH", symbol, mine.averagePrice, there.averagePrice),
        consequence,
        text: `${symbol}: average cost ${price(mine)} here, ${price(there)} there`,
      });
      if (consequence === "correct") corrections.push(positionOf(there, difference));
      continue;
    }
    if (moving.has(symbol) && isUnderWay(difference, ours, theirs, symbol, rules, nowUs)) continue;
    const kind = mine.quantity === 0
      ? "MISSING_LOCAL"
      : there.quantity === 0
      ? "MISSING_BROKER"
      : "QUANTITY_MISMATCH";
    const missed = ours.splits.find((each) => explains(each, mine, there, rules));
    // A paper account may never learn of a split that we applied: explained, but not ours to repeat.
    const split = missed ?? ours.splits.find((each) => explains(each, there, mine, rules));
    const consents = rules.adopt || rules.mode === "auto_sync";
    const consequence = ours.isFirstStart
      ? (consents ? "correct" : "fail")
      : CONSEQUENCES[kind][rules.mode];
    findings.push({
      ...finding(kind, symbol, mine.quantity, there.quantity),
      consequence,
      cause: ours.isFirstStart ? "first_start" : split === undefined ? "none" : "split",
      text: `${symbol}: ${shares(mine)} here, ${shares(there)} there` +
        (split === undefined
          ? ""
          : `, which the split ${split.numerator} for ${split.denominator} explains`),
    });
    if (consequence !== "correct") continue;
    if (missed !== undefined) {
      const { numerator, denominator } = missed;
      corrections.push({ kind: "split", symbol, numerator, denominator });
    } else if (kind === "MISSING_BROKER") {
      corrections.push({ kind: "remove", symbol, quantity: mine.quantity });
    } else corrections.push(positionOf(there, difference));
  }
  return { findings, corrections, settling: [...moving].sort() };
}

function bySymbol(positions: readonly OurPosition[]): Map<string, OurPosition> {
  return new Map(
    positions.filter(({ quantity }) => quantity !== 0).map((each) => [each.symbol, each]),
  );
}

function symbolsUnderWay(
  ours: OurSide,
  theirs: TheirSide,
  rules: ReconcileRules,
  nowUs: number,
): string[] {
  return [
    ...ours.orders.filter(({ state }) => IN_FLIGHT.includes(state)),
    ...[...ours.recentFills, ...theirs.unbookedFills].filter(({ timeUs }) =>
      nowUs - timeUs < rules.settleDelayUs
    ),
  ].map(({ symbol }) => symbol);
}

/**
 * Whether what is under way can make the difference: orders in flight that may have filled, fills that the broker's positions may not show
 * yet, executions that we have not booked yet. More than that is drift even now.
 */
function isUnderWay(
  difference: number,
  ours: OurSide,
  theirs: TheirSide,
  symbol: string,
  rules: ReconcileRules,
  nowUs: number,
): boolean {
  let least = -rules.quantityTolerance, most = rules.quantityTolerance;
  const may = (quantity: number): void => {
    if (quantity > 0) most += quantity;
    else least += quantity;
  };
  const isRecent = (fill: { symbol: string; timeUs: number }): boolean =>
    fill.symbol === symbol && nowUs - fill.timeUs < rules.settleDelayUs;
  for (const order of ours.orders) {
    if (order.symbol === symbol && IN_FLIGHT.includes(order.state)) {
      may(order.quantity - order.filled);
    }
  }
  for (const fill of ours.recentFills) if (isRecent(fill)) may(-fill.quantity);
  for (const fill of theirs.unbookedFills) if (isRecent(fill)) may(fill.quantity);
  return difference >= least && difference <= most;
}

/** Whether a position is what a split makes of another one. */
function explains(
  { symbol, numerator, denominator }: KnownSplit,
  before: OurPosition,
  after: OurPosition,
  rules: ReconcileRules,
): boolean {
  if (symbol !== before.symbol || before.quantity === 0 || after.quantity === 0) return false;
  const made = unitsAfterSplit(before.quantity, numerator, denominator);
  return sizeOf(made - after.quantity) <= rules.quantityTolerance;
}

function pricesDiffer(mine: OurPosition, there: OurPosition, rules: ReconcileRules): boolean {
  return mine.quantity !== 0 && there.quantity !== 0 &&
    sizeOf(there.averagePrice - mine.averagePrice) * 10_000 >
      sizeOf(mine.averagePrice) * rules.priceToleranceBps;
}

function positionOf(there: OurPosition, difference: number): Correction {
  return { kind: "position", ...there, difference };
}

function finding(
  kind: FindingKind,
  symbol: string,
  ours: number,
  theirs: number,
): Pick<Finding, "kind" | "cause" | "symbol" | "clientId" | "ours" | "theirs"> {
  return { kind, cause: "none", symbol, clientId: "", ours, theirs };
}

function shares({ quantity }: OurPosition): string {
  return formatDecimal(quantity, 6);
}

function price({ averagePrice }: OurPosition): string {
  return formatDecimal(averagePrice, 6, 2);
}
