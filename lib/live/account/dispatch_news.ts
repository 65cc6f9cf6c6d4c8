/**
 * What a dispatcher tells beside the answers of its requests.
 *
 * @module
 */

import type { BrokerReport } from "../../protocols/mod.ts";

/** What is told of orders: the broker's reports, what look-ups found, and what no broker tells. */
export type DispatchReport =
  | BrokerReport
  /** No answer in time: the order is UNKNOWN and counts as open risk. */
  | { readonly kind: "unanswered"; readonly clientId: string; readonly timeUs: number }
  /** The broker proved not to have it, or it was not sent. */
  | {
    readonly kind: "absent";
    readonly clientId: string;
    readonly timeUs: number;
    readonly reason: string;
  };

/** What somebody should know. */
export interface DispatchEvent {
  /**
   * - `unresolved`: nobody knows what became of a request, and its deadline is past: its symbol takes no more risk until `resolved`.
   * - `revived`: an order that was proved absent works at the broker; it is cancelled.
   */
  readonly kind: "unresolved" | "resolved" | "revived";
  readonly clientId: string;
  readonly symbol: string;
}
