/**
 * Rows of the event catalogue about decisions, orders, positions and the account.
 *
 * @module
 */

import type { EventTypeRow } from "./event_row.ts";
import type { Severity } from "./severity.ts";

/** Decisions, orders and positions. */
export const TRADING_EVENTS = {
  CYCLE_START: {
    severity: "debug",
    alerts: false,
    means: "the timer of the engine ticked",
    says: "tick {tick}",
    fields: { tick: "number" },
  },
  CYCLE_END: {
    severity: "debug",
    alerts: false,
    means: "all that was due at a tick is done",
    says: "tick {tick} done in {durationUs} us",
    fields: { tick: "number", durationUs: "number" },
  },
  DECISION_MADE: {
    severity: "debug",
    alerts: false,
    means: "an intent of a strategy has its outcome",
    says: "{strategy}: {intent} {symbol}: {outcome} {reason}",
    fields: {
      strategy: "text",
      symbol: "text",
      intent: "text",
      outcome: "text",
      reason: "text?",
      measured: "number?",
      limit: "number?",
      clientId: "text?",
    },
  },
  TRADE_SUBMITTED: {
    severity: "info",
    alerts: false,
    means: "an order was handed to the broker",
    says: "{strategy}: {side} {quantity} {symbol} {orderType} sent as {clientId}",
    fields: {
      strategy: "text",
      symbol: "text",
      side: "text",
      quantity: "decimal",
      orderType: "text",
      limitPrice: "decimal?",
      stopPrice: "decimal?",
      clientId: "text",
    },
  },
  TRADE_FILLED: {
    severity: "info",
    alerts: true,
    means: "an execution was booked",
    says: "{strategy}: {side} {quantity} {symbol} at {price}, {remaining} to go",
    fields: {
      strategy: "text",
      symbol: "text",
      side: "text",
      quantity: "decimal",
      price: "decimal",
      commission: "decimal?",
      fee: "decimal?",
      remaining: "decimal",
      clientId: "text",
      executionId: "text",
    },
  },
  TRADE_CANCELLED: {
    severity: "info",
    alerts: false,
    means: "an order ended before it was filled: cancelled or expired",
    says: "{strategy}: {symbol} order {clientId} {state} after {filled} of {quantity} {reason}",
    fields: {
      strategy: "text",
      symbol: "text",
      state: "text",
      quantity: "decimal",
      filled: "decimal",
      reason: "text?",
      clientId: "text",
    },
  },
  TRADE_REJECTED: {
    severity: "warning",
    alerts: true,
    means: "the broker refused an order",
    says: "{strategy}: {side} {quantity} {symbol} rejected: {reason}",
    fields: {
      strategy: "text",
      symbol: "text",
      side: "text",
      quantity: "decimal",
      reason: "text",
      clientId: "text",
    },
  },
  POSITION_OPENED: {
    severity: "info",
    alerts: true,
    means: "a book holds a symbol that it did not hold before",
    says: "{strategy}: {quantity} {symbol} at {price}",
    fields: { strategy: "text", symbol: "text", quantity: "decimal", price: "decimal" },
  },
  POSITION_CLOSED: {
    severity: "info",
    raised: "warning",
    alerts: true,
    means: "a book holds nothing of a symbol any more; raised when it lost money",
    says: "{strategy}: {symbol} closed at {price}, profit {profit}",
    fields: { strategy: "text", symbol: "text", price: "decimal", profit: "decimal?" },
  },
} as const satisfies Record<string, EventTypeRow>;

/** Our books beside those of the broker, and orders that need a look. */
export const ACCOUNT_EVENTS = {
  RECONCILIATION_START: {
    severity: "info",
    alerts: false,
    means: "our books are being compared with the broker's",
    says: "{why}",
    fields: { why: "text" },
  },
  RECONCILIATION_END: {
    severity: "info",
    alerts: false,
    means: "the comparison is over",
    says: "{outcome}: {mismatches} differences, {corrections} corrected",
    fields: { outcome: "text", mismatches: "number", corrections: "number" },
  },
  RECONCILIATION_MISMATCH: {
    severity: "warning",
    raised: "error",
    alerts: true,
    means: "our books and the broker's differ; raised in strict mode",
    says: "{kind} {symbol}: ours {ours}, broker {theirs}",
    fields: { kind: "text", symbol: "text?", ours: "text", theirs: "text", action: "text" },
  },
  ORDER_UNKNOWN: orderTrouble("error", "an order has no answer and is being looked up"),
  ORDER_REVIVED: orderTrouble("error", "an order that was proved absent turned up after all"),
  FILL_BUSTED: orderTrouble("error", "an execution was broken or corrected by the venue"),
  ORDER_OVERFILL: orderTrouble("critical", "more was filled than was ordered"),
  ORDER_UNEXPECTED_REPORT: {
    severity: "warning",
    alerts: false,
    means: "a report did not fit the order's state: booked and asked about",
    says: "{symbol} order {clientId}: {message}",
    fields: { symbol: "text", clientId: "text", message: "text" },
  },
} as const satisfies Record<string, EventTypeRow>;

/** Something about an order that a person should look at. */
interface OrderTrouble {
  readonly severity: Severity;
  readonly alerts: true;
  readonly means: string;
  readonly says: string;
  readonly fields: {
    readonly strategy: "text";
    readonly symbol: "text";
    readonly clientId: "text";
    readonly message: "text";
  };
}

function orderTrouble(severity: Severity, means: string): OrderTrouble {
  return {
    severity,
    alerts: true,
    means,
    says: "{symbol} order {clientId}: {message}",
    fields: { strategy: "text", symbol: "text", clientId: "text", message: "text" },
  };
}
