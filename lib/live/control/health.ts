/**
 * Health in a word: whether new orders would leave now, and what stands in the way.
 *
 * @module
 */

import type { StatusView } from "./controlled.ts";

/** The health of a running account. */
export interface HealthView {
  /** True when new orders would leave. */
  readonly isReady: boolean;
  readonly state: StatusView["engine"]["state"];
  /** What stands in the way, for people; empty when it is ready. */
  readonly reasons: readonly string[];
}

/** Returns the health that a status means. */
export function healthOf(status: StatusView): HealthView {
  const { engine, risk, links } = status, reasons: string[] = [];
  if (engine.state !== "ready") {
    reasons.push(engine.why === "" ? engine.state : `${engine.state}: ${engine.why}`);
  }
  for (const { text } of risk.killCauses) reasons.push(`kill switch: ${text}`);
  if (links.feed.state === "disconnected") reasons.push(`no market data from ${links.feed.name}`);
  if (links.broker.state !== "connected") reasons.push(`no link to ${links.broker.name}`);
  if (links.journal.state === "failed") reasons.push("the journal cannot be written");
  return { isReady: reasons.length === 0, state: engine.state, reasons };
}
