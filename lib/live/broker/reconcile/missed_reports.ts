/**
 * What a broker told while nobody listened, from its records: after a start and after each reconnection. Only reads.
 *
 * @module
 */

import type { Broker, BrokerReport, Execution } from "../../../protocols/mod.ts";
import { foundReports, replacedReport } from "../dispatch/mod.ts";

/** What the broker is asked for. */
export interface MissedRequest {
  /** Client ids of our orders that work by our books, oldest first. */
  readonly working: readonly string[];
  /** Whether a client id is ours. */
  readonly isOurs: (clientId: string) => boolean;
  /** Executions from this time on, microseconds UTC of the broker. */
  readonly sinceUs: number;
  /** Our time, microseconds UTC. */
  readonly nowUs: number;
}

/**
 * Returns the reports that lead our orders to where they stand at the broker; some of them may be known. Orders that were never received tell
 * nothing here: whoever sent them looks for them.
 *
 * @throws {SandbarError} `broker_connection`, `broker_protocol`: nothing is known then.
 */
export async function missedReports(
  broker: Broker,
  { working, isOurs, sinceUs, nowUs }: MissedRequest,
): Promise<BrokerReport[]> {
  const reports: BrokerReport[] = [], told = new Set<string>();
  const executions = (await broker.executionsSince(sinceUs)).filter(({ clientId }) =>
    isOurs(clientId)
  );
  const walk = async (clientId: string): Promise<void> => {
    const order = await broker.orderByClientId(clientId);
    if (order === null) return;
    const own = executions.filter((execution) => execution.clientId === clientId);
    const lastUs = own.reduce((last, { timeUs }) => Math.max(last, timeUs), nowUs);
    own.forEach(({ executionId }) => told.add(executionId));
    reports.push(...foundReports(order, own, lastUs));
    const next = order.replacedBy === null ? null : await broker.orderByClientId(order.replacedBy);
    if (next === null) return;
    reports.push(replacedReport(clientId, order.brokerId, next, lastUs));
    await walk(next.clientId);
  };
  for (const clientId of working) await walk(clientId);
  // Of orders that have ended by our books.
  const late = (execution: Execution): BrokerReport => ({
    kind: "fill",
    execution,
    completes: false,
  });
  reports.push(...executions.filter(({ executionId }) => !told.has(executionId)).map(late));
  return reports;
}
