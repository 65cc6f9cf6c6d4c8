/**
 * Floor 2: our own side of trading: orders, portfolio, risk. Pure.
 *
 * @module
 */

export * from "./portfolio/round_trips.ts";
