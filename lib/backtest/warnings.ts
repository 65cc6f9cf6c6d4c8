/**
 * What a careful reader of a result should know.
 *
 * @module
 */

import { formatDay, thousands, US_PER_DAY } from "../core/mod.ts";
import type { SeriesLoad } from "../data/mod.ts";
import type { Engine } from "../engine/mod.ts";
import { ORDER_REASON, ORDER_REASON_NAMES, ORDER_STATE, SIZING } from "../trading/mod.ts";
import { killWarnings } from "./risk_result.ts";

/** What the warnings are drawn from. */
export interface WarningInput {
  readonly loads: readonly SeriesLoad[];
  /** What is to be said of finer bars. */
  readonly finer: readonly string[];
  readonly engine: Engine;
  /** Closed round trips, positions still open, refused orders. */
  readonly trades: number;
  readonly open: number;
  readonly refused: number;
  readonly osLimits: boolean;
}

/** Fewer closed trades than this say little about a strategy. */
const FEW_TRADES = 30;
/** Symbols that begin within these days of one another begin together. */
const UNEVEN_DAYS = 7;

/** Returns the warnings, the gravest first. */
export function runWarnings(input: WarningInput): string[] {
  const warnings: string[] = [];
  if (!input.osLimits) {
    warnings.push(
      "the operating system's limits are missing (no prlimit): a strategy could use up memory; run strangers' code on Linux",
    );
  }
  warnings.push(...killWarnings(input.engine));
  warnings.push(...input.loads.flatMap((load) => load.warnings));
  warnings.push(...input.finer);
  warnings.push(...unevenStarts(input.loads));
  if (input.refused > 0) {
    warnings.push(
      `${thousands(input.refused)} ${plural(input.refused, "order was", "orders were")} refused: ${
        reasons(input.engine)
      }${
        hasUnpaidWeight(input.engine) ? "; do the weights of a moment add up to more than 1?" : ""
      }`,
    );
  }
  if (input.engine.orders.length === 0) {
    warnings.push(
      "the strategy made no orders: is an indicator longer than the run, or a condition never true?",
    );
  } else if (input.trades === 0) {
    warnings.push("no trade was closed: the figures of trades are undefined");
  } else if (input.trades < FEW_TRADES) {
    warnings.push(
      `only ${input.trades} closed ${
        plural(input.trades, "trade", "trades")
      }: too few to tell skill from luck`,
    );
  }
  if (input.open > 0) {
    warnings.push(
      `${input.open} ${
        plural(input.open, "position is", "positions are")
      } still open, marked at the last close and not counted as trades`,
    );
  }
  return warnings;
}

/** Symbols that begin much later than the first: until then the run trades without them. */
function unevenStarts(loads: readonly SeriesLoad[]): string[] {
  const startOf = ({ series }: SeriesLoad): number => series.columns.time[0]!;
  const first = Math.min(...loads.map(startOf)), last = Math.max(...loads.map(startOf));
  if (last - first <= UNEVEN_DAYS * US_PER_DAY) return [];
  const day = (timeUs: number): string => formatDay(Math.floor(timeUs / US_PER_DAY));
  const late = loads.filter((load) => startOf(load) === last).map(({ series }) => series.symbol);
  const named = late.length > 3 ? `${late.slice(0, 3).join(", ")} and others` : late.join(", ");
  return [
    `${named} ${plural(late.length, "begins", "begin")} on ${day(last)}, the run on ${
      day(first)
    }: until then only the other symbols trade (--from ${day(last)} starts all together)`,
  ];
}

/** True when a weight found no cash: the usual sign of weights that add up to more than the whole. */
function hasUnpaidWeight({ orders }: Engine): boolean {
  for (let row = 0; row < orders.length; row++) {
    if (
      orders.state[row] === ORDER_STATE.rejected && orders.sizing[row] === SIZING.targetWeight &&
      orders.reason[row] === ORDER_REASON.insufficient_funds
    ) return true;
  }
  return false;
}

function reasons(engine: Engine): string {
  const counts = new Map<string, number>(), { orders } = engine;
  for (let row = 0; row < orders.length; row++) {
    if (orders.state[row] !== ORDER_STATE.rejected) continue;
    const name = ORDER_REASON_NAMES[orders.reason[row]!]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${thousands(count)} ${name}`).join(", ");
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
