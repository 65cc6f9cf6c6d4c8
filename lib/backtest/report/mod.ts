/**
 * The report of a backtest: one HTML file that holds everything it needs.
 *
 * @module
 */

export * from "./render_report.ts";
