/**
 * What the broker knows of a request that was not answered. Only reads, so that nothing can be done twice.
 *
 * @module
 */

import type { Broker, BrokerOrder, BrokerReport, Execution } from "../../../protocols/mod.ts";
import type { DispatchRequest } from "../../account/dispatch_records.ts";
import { CLOCK_MARGIN_US, isOver, replacedReport, walkOrder } from "./found_reports.ts";

/** What a look-up tells. */
export type Look =
  /** What became of it, as reports. */
  | { readonly kind: "found"; readonly reports: readonly BrokerReport[] }
  /** No trace of it: of the order, of the cancel, of the order that should take another's place. Twice is a proof. */
  | { readonly kind: "no_trace" };

/**
 * Looks a request up.
 *
 * @param sentUs Engine time at which it was sent.
 * @param nowUs Engine time of the reports.
 * @throws {SandbarError} `broker_connection`, `broker_protocol`: nothing is known then.
 */
export async function lookUp(
  broker: Broker,
  request: DispatchRequest,
  sentUs: number,
  nowUs: number,
): Promise<Look> {
  const order = await broker.orderByClientId(request.clientId);
  const executionsOf = async (clientId: string): Promise<readonly Execution[]> =>
    (await broker.executionsSince(sentUs - CLOCK_MARGIN_US)).filter((each) =>
      each.clientId === clientId
    );
  const told = async (found: BrokerOrder): Promise<readonly BrokerReport[]> =>
    (await walkOrder(broker, found, await executionsOf(found.clientId), nowUs)).reports;
  switch (request.request) {
    case "submit": {
      if (order !== null) return { kind: "found", reports: await told(order) };
      // An order that the broker does not show may have traded all the same.
      const executions = await executionsOf(request.clientId);
      if (executions.length === 0) return { kind: "no_trace" };
      return {
        kind: "found",
        reports: executions.map((execution) => ({ kind: "fill", execution, completes: false })),
      };
    }
    case "cancel":
      return order !== null && isOver(order)
        ? { kind: "found", reports: await told(order) }
        : { kind: "no_trace" };
    case "replace": {
      const next = await broker.orderByClientId(request.replace.newClientId);
      if (next !== null) {
        const report = replacedReport(request.clientId, order?.brokerId ?? "", next, nowUs);
        return { kind: "found", reports: [report, ...await told(next)] };
      }
      return order !== null && isOver(order)
        ? { kind: "found", reports: await told(order) }
        : { kind: "no_trace" };
    }
  }
}
