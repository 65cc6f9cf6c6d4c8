/**
 * Floor 6: what every run is made from, whether it looks back or trades: the market over loaded series, the engine's spec, the terms of a
 * strategy in its sealed child, the hashes.
 *
 * @module
 */

export * from "./finer_bars.ts";
export * from "./hashes.ts";
export * from "./open_strategy.ts";
export * from "./prepare_market.ts";
export * from "./run_inputs.ts";
export * from "./slices.ts";
export * from "./strategy_terms.ts";
