/**
 * What a look-up found, as the reports that would have told it: late ones of the stream say the same again, and that is no error.
 *
 * @module
 */

import type { Broker, BrokerOrder, BrokerReport, Execution } from "../../../protocols/mod.ts";

/**
 * Returns the reports that lead to an order's state at the broker: that it is there, what it traded, how it ended.
 *
 * @param executions Those of the order, oldest first.
 */
function foundReports(
  order: BrokerOrder,
  executions: readonly Execution[],
  timeUs: number,
): BrokerReport[] {
  const { clientId, brokerId, status } = order, reason = "found by its client id";
  const plain = { clientId, brokerId, timeUs, reason };
  const reports: BrokerReport[] = [];
  if (status !== "rejected") reports.push({ kind: "acknowledged", ...plain });
  executions.forEach((execution, k) => {
    const completes = status === "filled" && k === executions.length - 1;
    reports.push({ kind: "fill", execution, completes });
  });
  switch (status) {
    case "cancelled":
    case "rejected":
    case "expired":
    case "suspended":
      reports.push({ kind: status, ...plain });
      break;
    case "pending":
    case "accepted":
    case "partially_filled":
    case "filled":
    case "unknown":
    // Told by whoever knows the order that took its place.
    case "replaced":
  }
  return reports;
}

/** Returns the report that an order was replaced by another one. */
export function replacedReport(
  clientId: string,
  brokerId: string,
  next: BrokerOrder,
  timeUs: number,
): BrokerReport {
  return {
    kind: "replaced",
    clientId,
    newClientId: next.clientId,
    brokerId,
    newBrokerId: next.brokerId,
    quantity: next.quantity,
    limitPrice: next.limitPrice,
    stopPrice: next.stopPrice,
    timeUs,
  };
}

/**
 * Returns the reports that lead an order to its state at the broker, and the order that took its place, null for none.
 *
 * @param executions Those of the order, oldest first.
 * @throws {SandbarError} `broker_connection`, `broker_protocol`.
 */
export async function walkOrder(
  broker: Broker,
  order: BrokerOrder,
  executions: readonly Execution[],
  timeUs: number,
): Promise<{ readonly reports: readonly BrokerReport[]; readonly next: BrokerOrder | null }> {
  const reports = foundReports(order, executions, timeUs);
  const next = order.replacedBy === null ? null : await broker.orderByClientId(order.replacedBy);
  if (next !== null) reports.push(replacedReport(order.clientId, order.brokerId, next, timeUs));
  return { reports, next };
}

/** How far before its record a request's executions are looked for: clocks differ. */
export const CLOCK_MARGIN_US = 60_000_000;

/** True for an order that can trade no more. */
export function isOver({ status }: BrokerOrder): boolean {
  switch (status) {
    case "filled":
    case "cancelled":
    case "rejected":
    case "expired":
    case "replaced":
      return true;
    case "pending":
    case "accepted":
    case "partially_filled":
    case "suspended":
    case "unknown":
      return false;
  }
}
