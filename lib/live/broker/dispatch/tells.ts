/**
 * What the broker's reports say of a request that waits for its answer.
 *
 * @module
 */

import type { BrokerReport } from "../../../protocols/mod.ts";
import type { DispatchRequest } from "../../account/dispatch_records.ts";

/** Whether a report of the broker tells what became of a request. */
export function tells(report: BrokerReport, { request }: DispatchRequest): boolean {
  switch (report.kind) {
    case "cancelled":
    case "rejected":
    case "expired":
    case "replaced":
      return true;
    case "fill":
      return request === "submit" || report.completes;
    case "acknowledged":
    case "suspended":
    case "resumed":
      return request === "submit";
    case "cancel_refused":
      return request !== "replace";
    case "replace_refused":
      return request !== "cancel";
    case "corrected":
    case "charged":
      return false;
  }
}

/** Client id of the order that a report is about, empty where it names only an execution. */
export function clientIdIn(report: BrokerReport): string {
  switch (report.kind) {
    case "fill":
    case "corrected":
      return report.execution.clientId;
    case "charged":
      return "";
    default:
      return report.clientId;
  }
}
