/**
 * Floor 3: the simulated exchange: how bars fill orders, and what a fill costs. Pure.
 *
 * @module
 */

export { BROKER_SCHEDULES, type CommissionSchedule } from "./commission.ts";
export * from "./costs.ts";
export type { ExecutionBooks } from "./execution.ts";
export * from "./financing.ts";
export type { LevelTrades } from "./level_trades.ts";
export * from "./matching_rules.ts";
export * from "./presets.ts";
export { toTicks } from "./price_ticks.ts";
export { settlementLagSessions } from "./regulatory_fees.ts";
export type { Slippage } from "./slippage.ts";
export type { SessionEdges } from "./session_edges.ts";
export * from "./venue.ts";
