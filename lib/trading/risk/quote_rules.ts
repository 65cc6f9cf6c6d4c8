/**
 * Whether a quote may be traded on. A zero, crossed, locked, halted or broken quote never may; a wide or old one not where limits say so.
 * Bars have no quotes: these rules are off then.
 *
 * @module
 */

import { RISK_RULE } from "./risk_rules.ts";

/** The best prices of a series. */
export interface QuoteView {
  /** Price ticks. */
  readonly bid: number;
  readonly ask: number;
  /** Units at these prices, 0 or more; Infinity when they are not told. */
  readonly bidSize: number;
  readonly askSize: number;
  /** When it was last confirmed, microseconds UTC: by itself, or by any message that proves its subscription alive. */
  readonly confirmedUs: number;
  readonly isHalted: boolean;
}

/** Gives the last quote of a series, null before the first. */
export interface QuoteSource {
  quoteOf(series: number): QuoteView | null;
}

/** What is wrong with a quote: a rule of {@linkcode RISK_RULE} (0 for nothing), its limit, and what was measured. */
export interface QuoteFault {
  readonly rule: number;
  readonly limit: number;
  readonly measured: number;
}

const NOTHING: QuoteFault = fault(RISK_RULE.none, 0, 0);

/**
 * Returns what is wrong with a quote. It says nothing of a quote that came after a later one: that is known to whoever keeps them.
 *
 * @param maxSpreadBps Basis points of the middle, null for no limit.
 * @param quoteAgeMaxMs Milliseconds, null for no limit.
 * @param nowUs Engine time, microseconds UTC.
 */
export function quoteFault(
  quote: QuoteView | null,
  maxSpreadBps: number | null,
  quoteAgeMaxMs: number | null,
  nowUs: number,
): QuoteFault {
  if (quote === null) return fault(RISK_RULE.quote_missing, 0, 0);
  const { bid, ask, bidSize, askSize } = quote;
  if (quote.isHalted) return fault(RISK_RULE.quote_halted, 0, 0);
  if (
    !(bid > 0 && ask > 0 && bid < Infinity && ask < Infinity && bidSize >= 0 && askSize >= 0)
  ) {
    return fault(RISK_RULE.quote_broken, 0, 0);
  }
  if (ask < bid) return fault(RISK_RULE.quote_crossed, 0, 0);
  // A spread of nothing is a sign that one side is stale.
  if (ask === bid) return fault(RISK_RULE.quote_locked, 0, 0);
  const spreadBps = (ask - bid) * 20_000 / (ask + bid);
  if (maxSpreadBps !== null && spreadBps > maxSpreadBps) {
    return fault(RISK_RULE.max_spread_bps, maxSpreadBps, spreadBps);
  }
  const ageMs = (nowUs - quote.confirmedUs) / 1000;
  if (quoteAgeMaxMs !== null && !(ageMs <= quoteAgeMaxMs)) {
    return fault(RISK_RULE.quote_age_max_ms, quoteAgeMaxMs, ageMs);
  }
  return NOTHING;
}

/** Whether a quote could ever pass a spread limit: at 0 none can, because a locked quote never passes. */
export function canEverOpen(maxSpreadBps: number | null): boolean {
  return maxSpreadBps === null || maxSpreadBps > 0;
}

function fault(rule: number, limit: number, measured: number): QuoteFault {
  return { rule, limit, measured };
}
