/**
 * Orders on their way out, each exactly once.
 *
 * @module
 */

export * from "./dispatch_news.ts";
export * from "./dispatcher.ts";
export {
  type DispatchAnswer,
  type DispatchRecord,
  type DispatchRequest,
  openRequests,
  type UnansweredRequest,
} from "./dispatch_records.ts";
export { foundReports, replacedReport } from "./found_reports.ts";
