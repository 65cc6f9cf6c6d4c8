/**
 * Floor 1: what is traded and what was seen of it: instruments, bars as columns, periods, corporate actions, the merge plan. Pure.
 *
 * @module
 */

export * from "./bars.ts";
export * from "./instrument.ts";
export * from "./merge_plan.ts";
