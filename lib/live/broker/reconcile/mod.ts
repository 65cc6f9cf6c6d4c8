/**
 * The broker's side of a reconciliation; the plan itself is in `trading`.
 *
 * @module
 */

export * from "./missed_reports.ts";
export * from "./our_side.ts";
export * from "./read_broker_side.ts";
