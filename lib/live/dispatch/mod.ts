/**
 * Orders on their way out, each exactly once.
 *
 * @module
 */

export * from "./dispatcher.ts";
export {
  type DispatchAnswer,
  type DispatchRecord,
  type DispatchRequest,
  openRequests,
} from "./dispatch_records.ts";
