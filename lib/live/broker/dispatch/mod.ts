/**
 * Orders on their way out, each exactly once.
 *
 * @module
 */

export * from "./dispatcher.ts";
export { CLOCK_MARGIN_US, walkOrder } from "./found_reports.ts";
