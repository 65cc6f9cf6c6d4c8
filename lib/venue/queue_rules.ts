/**
 * When a bar reaches an order that is looked at on its own, without a path: by its range, or by its close alone.
 *
 * @module
 */

import type { MatchingRules } from "./matching_rules.ts";

/** The prices of a bar in ticks. One object is kept and overwritten. */
export interface BarTicks {
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Decides on orders that wait for a price. */
export interface QueueRule {
  /** The price at which a market order fills. */
  at(bar: BarTicks): number;
  /**
   * Returns the price ticks at which an order that waits for a price is reached, 0 when it is not.
   *
   * @param falls True when a falling price reaches it: a buy limit, a sell stop.
   * @param isLimit True when it rests as a limit order.
   */
  reached(bar: BarTicks, waits: number, falls: boolean, isLimit: boolean): number;
}

/** Returns the rule that is asked for. */
export function queueRuleOf(rules: MatchingRules): QueueRule {
  const needsThrough = rules.limitFill === "through";
  return rules.fillAt === "close" ? closeRule(needsThrough) : rangeRule(needsThrough);
}

/** At the open when that is as good (for a limit order) or as bad (for a stop), else at the price when the bar's range holds it. */
function rangeRule(needsThrough: boolean): QueueRule {
  return {
    at: (bar) => bar.open,
    reached(bar, waits, falls, isLimit): number {
      const { open } = bar, extreme = falls ? bar.low : bar.high, strict = isLimit && needsThrough;
      if (isMet(open, waits, falls, strict)) return open;
      return isMet(extreme, waits, falls, strict) ? waits : 0;
    },
  };
}

/** At the close when that has reached the price. */
function closeRule(needsThrough: boolean): QueueRule {
  return {
    at: (bar) => bar.close,
    reached: (bar, waits, falls, isLimit) =>
      isMet(bar.close, waits, falls, isLimit && needsThrough) ? bar.close : 0,
  };
}

function isMet(price: number, waits: number, falls: boolean, strict: boolean): boolean {
  if (price === waits) return !strict;
  return falls ? price < waits : price > waits;
}
