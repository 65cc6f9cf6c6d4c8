/**
 * What a broker told while nobody listened, from its records: after a start and after each reconnection. Only reads.
 *
 * @module
 */

import type { Broker, BrokerOrder, BrokerReport, Execution } from "../../../protocols/mod.ts";
import { walkOrder } from "../dispatch/mod.ts";

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
  const walk = async (order: BrokerOrder | null): Promise<void> => {
    if (order === null) return;
    const own = executions.filter(({ clientId }) => clientId === order.clientId);
    const lastUs = own.reduce((last, { timeUs }) => Math.max(last, timeUs), nowUs);
    own.forEach(({ executionId }) => told.add(executionId));
    const walked = await walkOrder(broker, order, own, lastUs);
    reports.push(...walked.reports);
    await walk(walked.next);
  };
  for (const clientId of working) await walk(await broker.orderByClientId(clientId));
  // Of orders that have ended by our books.
  const late = (execution: Execution): BrokerReport => ({
    kind: "fill",
    execution,
    completes: false,
  });
  reports.push(...executions.filter(({ executionId }) => !told.has(executionId)).map(late));
  return reports;
}
