/**
 * What only a host with a broker needs of this room. It is no part of `mod.ts`, so that the sealed child does not carry it.
 *
 * @module
 */

export * from "./orders/client_id.ts";
export { type OrderVerdict, orderVerdict } from "./reconcile/order_verdicts.ts";
export * from "./reconcile/history.ts";
export * from "./reconcile/plan.ts";
export * from "./reconcile/plan_reconciliation.ts";
export * from "./reconcile/sides.ts";
