/**
 * Floor 1: what is traded and what was seen of it: instruments, bars as columns, periods, corporate actions, the merge plan. Pure.
 *
 * @module
 */

export * from "./actions.ts";
export * from "./bar_checks.ts";
export * from "./bars.ts";
export * from "./depth_book.ts";
export * from "./instrument.ts";
export * from "./merge_plan.ts";
export * from "./period.ts";
export * from "./resample.ts";
