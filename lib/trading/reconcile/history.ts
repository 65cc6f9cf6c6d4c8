/**
 * Past reconciliations, the newest first.
 *
 * @module
 */

import type { ReconcilePlan } from "./plan.ts";

/** Returns the history with one more reconciliation; the oldest beyond the limit are forgotten. */
export function withReconciliation(
  history: readonly ReconcilePlan[],
  plan: ReconcilePlan,
  limit: number,
): readonly ReconcilePlan[] {
  return [plan, ...history].slice(0, limit);
}
