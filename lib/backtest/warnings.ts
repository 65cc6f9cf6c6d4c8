/**
 * What a careful reader of a result should know.
 *
 * @module
 */

import type { SeriesLoad } from "../data/mod.ts";
import type { Engine } from "../engine/mod.ts";
import { ORDER_REASON_NAMES, ORDER_STATE } from "../trading/mod.ts";
import { killWarnings } from "./risk_result.ts";

/** What the warnings are drawn from. */
export interface WarningInput {
  readonly loads: readonly SeriesLoad[];
  readonly engine: Engine;
  /** Closed round trips, positions still open, refused orders. */
  readonly trades: number;
  readonly open: number;
  readonly refused: number;
  readonly osLimits: boolean;
}

/** Fewer closed trades than this say little about a strategy. */
const FEW_TRADES = 30;

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
  if (input.refused > 0) {
    warnings.push(
      `${input.refused} ${plural(input.refused, "order was", "orders were")} refused: ${
        reasons(input.engine)
      }`,
    );
  }
  if (input.engine.orders.length === 0) warnings.push("the strategy made no orders");
  else if (input.trades === 0) {
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

function reasons(engine: Engine): string {
  const counts = new Map<string, number>(), { orders } = engine;
  for (let row = 0; row < orders.length; row++) {
    if (orders.state[row] !== ORDER_STATE.rejected) continue;
    const name = ORDER_REASON_NAMES[orders.reason[row]!]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}

function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
