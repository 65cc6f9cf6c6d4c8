/**
 * Floor 3: the simulated exchange: how bars fill orders, and what a fill costs. Pure.
 *
 * @module
 */

export * from "./costs.ts";
export * from "./execution.ts";
export * from "./matching_rules.ts";
export * from "./financing.ts";
export { settlementLagSessions } from "./regulatory_fees.ts";
export { toTicks } from "./price_ticks.ts";
export * from "./simulated_venue.ts";
