/**
 * What a reconciliation corrects of an order, as the report that did not arrive.
 *
 * @module
 */

import type { Correction } from "../../trading/host_door.ts";
import type { DispatchReport } from "./dispatch_news.ts";

/** Returns the report that a correction of an order stands for. */
export function reportOf(
  correction: Correction & { readonly kind: "order" },
  timeUs: number,
): DispatchReport {
  const { clientId, report } = correction, base = { clientId, timeUs, reason: "reconciled" };
  switch (report) {
    case "absent":
      return { kind: "absent", ...base };
    case "rejected":
    case "cancelled":
    case "expired":
    case "suspended":
    case "resumed":
    case "cancel_refused":
    case "replace_refused":
      return { kind: report, brokerId: "", ...base };
    default:
      // What was filled is told by executions alone: until they come the order is known to work.
      return { kind: "acknowledged", brokerId: "", ...base };
  }
}
