/**
 * The broker's side of a reconciliation, read in the order in which nothing can slip through: what the account holds first, its orders next,
 * executions last. A trade that falls between two answers is then among the executions.
 *
 * @module
 */

import { parseDecimal, SandbarError } from "../../../core/mod.ts";
import type { Broker, BrokerOrder, Execution } from "../../../protocols/mod.ts";
import type { NoAnswer, RecentFill, TheirOrder, TheirSide } from "../../../trading/host_door.ts";

/** What the broker is asked for. */
export interface BrokerSideRequest {
  /** Client ids of our orders that work or ended since the last reconciliation: looked up when they are not among the open ones. */
  readonly clientIds: Iterable<string>;
  /** Executions from this time on are compared with ours, microseconds UTC of the broker. */
  readonly sinceUs: number;
  /** Whether an execution is booked. */
  readonly isBooked: (executionId: string) => boolean;
}

/** Returns what the broker shows, or that one of its calls had no answer: half a side is none. */
export async function readBrokerSide(
  broker: Broker,
  request: BrokerSideRequest,
): Promise<TheirSide | NoAnswer> {
  try {
    const account = await broker.account(), positions = await broker.positions();
    const orders = new Map(
      (await broker.openOrders()).map((order) => [order.clientId || order.brokerId, order]),
    );
    for (const clientId of request.clientIds) {
      if (orders.has(clientId)) continue;
      const order = await broker.orderByClientId(clientId);
      if (order !== null) orders.set(clientId, order);
    }
    const executions = await broker.executionsSince(request.sinceUs);
    return {
      timeUs: account.timeUs,
      accountId: account.accountId,
      kind: account.kind,
      isBlocked: account.isBlocked,
      cash: microsOf(account.cash),
      positions: positions.map(({ symbol, quantity, averagePrice }) => ({
        symbol,
        quantity: microsOf(quantity),
        averagePrice: microsOf(averagePrice),
      })),
      orders: [...orders.values()].map(orderOf),
      unbookedFills: executions.filter(({ executionId }) => !request.isBooked(executionId))
        .map(fillOf),
    };
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    return { noAnswer: true, message: error.message };
  }
}

function orderOf(order: BrokerOrder): TheirOrder {
  const { clientId, brokerId, symbol, status, side, quantity, filledQuantity } = order;
  return {
    clientId,
    brokerId,
    symbol,
    status,
    quantity: signed(side, quantity),
    filled: signed(side, filledQuantity),
    replacedBy: order.replacedBy ?? "",
  };
}

function fillOf({ symbol, side, quantity, timeUs }: Execution): RecentFill {
  return { symbol, quantity: signed(side, quantity), timeUs };
}

function signed(side: "buy" | "sell", text: string): number {
  const micros = microsOf(text);
  return side === "buy" || micros === 0 ? micros : -micros;
}

/** Millionths of decimal text; what is finer is cut off, far below any tolerance. */
function microsOf(text: string): number {
  return parseDecimal(text.replace(/(\.\d{6})\d+$/, "$1"), 6);
}
