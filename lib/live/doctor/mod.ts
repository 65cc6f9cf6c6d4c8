/**
 * Looking at an account without trading it, and moving it.
 *
 * @module
 */

export type { Checkup, Problem, RightsText, StrategyCheck } from "./checkup.ts";
export { examine, type ExamineOptions } from "./examine.ts";
export * from "./move_account.ts";
