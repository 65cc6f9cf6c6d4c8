/**
 * Floor 2: our own side of trading: orders, portfolio, risk. Pure.
 *
 * @module
 */

export * from "./portfolio/correct_fill.ts";
export * from "./portfolio/round_trips.ts";
export * from "./portfolio/split_units.ts";
export * from "./orders/columns.ts";
export * from "./orders/fill_table.ts";
export * from "./orders/lifecycle.ts";
export * from "./orders/linked_orders.ts";
export * from "./orders/order_book.ts";
export * from "./orders/order_ids.ts";
export * from "./orders/order_table.ts";
export * from "./orders/remote_requests.ts";
export * from "./orders/row_map.ts";
export * from "./orders/working_orders.ts";
export * from "./portfolio/account.ts";
export * from "./portfolio/buying_power.ts";
export * from "./portfolio/ledger.ts";
export * from "./portfolio/margin.ts";
export * from "./portfolio/settlement.ts";
export * from "./risk/engine_state.ts";
export * from "./risk/kill_switch.ts";
export * from "./risk/quote_book.ts";
export * from "./risk/quote_rules.ts";
export * from "./risk/refusal_log.ts";
export * from "./risk/risk_control.ts";
export * from "./risk/risk_gate.ts";
export * from "./risk/risk_limits.ts";
export * from "./risk/risk_rules.ts";
export * from "./risk/shared_rules.ts";
export * from "./risk/worst_case.ts";
