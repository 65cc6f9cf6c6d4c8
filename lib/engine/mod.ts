/**
 * Floor 4: the engine: a book in its venue, driven over columns; the strategy's run on it; the replay of intents. Pure.
 *
 * @module
 */

export * from "./copy_state.ts";
export * from "./corporate_actions.ts";
export * from "./corrections.ts";
export * from "./engine.ts";
export { Halts } from "./halts.ts";
export * from "./host_orders.ts";
export * from "./mirror_source.ts";
export { MAX_LOG_LINES, MAX_MARKS } from "./notes.ts";
export * from "./plot_rows.ts";
export * from "./replay.ts";
export * from "./report_orders.ts";
export { ALL_RIGHTS, type Rights } from "./rights.ts";
export * from "./session_clock.ts";
export * from "./shadow_gate.ts";
export * from "./strategy_run.ts";
export type { ResumeHead, SealedDescription, SealedRunSpec, TapeHead } from "./sealed_entry.ts";
