/**
 * Orders on their way out, each exactly once.
 *
 * @module
 */

export * from "./dispatcher.ts";
export { foundReports, replacedReport } from "./found_reports.ts";
