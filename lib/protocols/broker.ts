/**
 * The broker: takes orders, tells what became of them, and says what the account holds. Paper, Alpaca and Interactive Brokers stand behind
 * it. One contract suite runs against every implementation.
 *
 * - Prices, quantities and money are decimal text at this edge (`"12.5"`, `"450.123456"`), never floating point; quantities are without sign.
 * - An order is named by our client id, which is fixed before it is sent: sending it twice is one order.
 * - Refusals are values. Nothing is decided from the wording of a message. A request without an answer is `unresolved`: it is looked up by
 *   its client id and never sent again.
 * - What is executed is told by reports alone, never by the answer to a request.
 *
 * @module
 */

/** Decimal text without exponent, for example `"12.5"`. */
export type Decimal = string;

/** Words of an order, as the broker protocol names them. */
export type OrderSide = "buy" | "sell";
export type BrokerOrderType =
  | "market"
  | "limit"
  | "stop"
  | "stop_limit"
  | "trailing_stop"
  | "if_touched";
export type BrokerTimeInForce = "day" | "gtc" | "gtd" | "ioc" | "fok" | "opg" | "cls";

/** An order as it is sent. */
export interface OrderRequest {
  /** At most 32 characters `[A-Za-z0-9-]`. */
  readonly clientId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** Shares, above 0. */
  readonly quantity: Decimal;
  readonly type: BrokerOrderType;
  readonly timeInForce: BrokerTimeInForce;
  readonly limitPrice?: Decimal;
  readonly stopPrice?: Decimal;
  /** Distance of a trailing stop, in money or in percent of the price. */
  readonly trailAmount?: Decimal;
  readonly trailPercent?: Decimal;
  /** End of a good-till-date order, microseconds UTC. */
  readonly goodTillUs?: number;
  readonly reduceOnly?: boolean;
  readonly postOnly?: boolean;
  readonly allOrNone?: boolean;
}

/** New terms of an order that works: absent ones stay. */
export interface ReplaceRequest {
  /** The order that is replaced. */
  readonly clientId: string;
  /** Client id of the order that takes its place. */
  readonly newClientId: string;
  /** Shares in all, what is filled included. */
  readonly quantity?: Decimal;
  readonly limitPrice?: Decimal;
  readonly stopPrice?: Decimal;
}

/** Why a request was refused: a closed set, mapped from each vendor's codes. */
export type RefusalCode =
  | "invalid_order"
  | "order_rejected"
  | "insufficient_funds"
  | "not_shortable"
  | "no_quote"
  | "rate_limited"
  | "invalid_transition"
  | "unknown_order"
  | "account_blocked"
  | "broker_unknown_venue"
  /** The link is down: nothing was sent. */
  | "not_connected";

/** What became of a request. */
export type RequestResult =
  /** The broker has it. */
  | { readonly outcome: "confirmed"; readonly brokerId: string }
  /** The broker does not want it, and has nothing of it. */
  | { readonly outcome: "refused"; readonly code: RefusalCode; readonly message: string }
  /** No answer, or one that does not tell: to be looked up by client id. */
  | { readonly outcome: "unresolved"; readonly message: string };

/** State of an order at the broker: a closed set, onto which every word of every vendor is mapped. */
export type BrokerOrderStatus =
  | "pending"
  | "accepted"
  | "partially_filled"
  | "filled"
  | "cancelled"
  | "rejected"
  | "expired"
  | "replaced"
  | "suspended"
  | "unknown";

/** An order as the broker shows it. */
export interface BrokerOrder {
  /** Empty for an order that was not made through this protocol. */
  readonly clientId: string;
  readonly brokerId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** Shares in all, and filled: with what was filled of the orders that it replaced. */
  readonly quantity: Decimal;
  readonly filledQuantity: Decimal;
  readonly averagePrice: Decimal | null;
  readonly type: BrokerOrderType;
  readonly timeInForce: BrokerTimeInForce;
  readonly limitPrice: Decimal | null;
  readonly stopPrice: Decimal | null;
  readonly status: BrokerOrderStatus;
  readonly createdUs: number;
  /** Client id of the order that took its place, null without one. */
  readonly replacedBy: string | null;
}

/** One execution. */
export interface Execution {
  /** Names this execution for ever: told twice, it is one. */
  readonly executionId: string;
  readonly clientId: string;
  readonly brokerId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: Decimal;
  readonly price: Decimal;
  /** The broker's charge; null when it is told later. */
  readonly commission: Decimal | null;
  /** The regulator's charge; null when it is told later. */
  readonly fee: Decimal | null;
  readonly timeUs: number;
}

/** What a broker tells of its own accord, in the order in which it told it. Late, repeated and reordered ones come; none is an error. */
export type BrokerReport =
  | {
    readonly kind:
      | "acknowledged"
      | "rejected"
      | "cancelled"
      | "expired"
      | "suspended"
      | "resumed"
      | "cancel_refused"
      | "replace_refused";
    readonly clientId: string;
    readonly brokerId: string;
    readonly timeUs: number;
    /** For people; empty without one. */
    readonly reason: string;
  }
  | {
    readonly kind: "replaced";
    readonly clientId: string;
    readonly newClientId: string;
    readonly brokerId: string;
    readonly newBrokerId: string;
    readonly quantity: Decimal;
    readonly limitPrice: Decimal | null;
    readonly stopPrice: Decimal | null;
    readonly timeUs: number;
  }
  | { readonly kind: "fill"; readonly execution: Execution; readonly completes: boolean }
  | {
    /** A trade was broken (`bust`) or changed; the new values are those of `execution`, of quantity "0" for a bust. */
    readonly kind: "corrected";
    readonly executionId: string;
    readonly execution: Execution;
  }
  | {
    /** The charges of an execution, told after it. */
    readonly kind: "charged";
    readonly executionId: string;
    readonly commission: Decimal;
    readonly fee: Decimal;
  };

/** A position at the broker. */
export interface BrokerPosition {
  readonly symbol: string;
  /** Shares, with a minus sign when short. */
  readonly quantity: Decimal;
  readonly averagePrice: Decimal;
}

/** The account as the broker shows it. */
export interface BrokerAccount {
  /** Time of the broker when it answered, microseconds UTC: executions and orders have times of the same clock. */
  readonly timeUs: number;
  readonly accountId: string;
  readonly kind: "paper" | "live";
  readonly currency: "USD";
  /** May be negative. */
  readonly cash: Decimal;
  readonly equity: Decimal;
  readonly buyingPower: Decimal;
  readonly isBlocked: boolean;
  readonly canShort: boolean;
}

/** What an implementation can do: what it cannot, our own book does for it, or the order is refused before it is sent. */
export interface BrokerCapabilities {
  readonly name: string;
  readonly orderTypes: readonly BrokerOrderType[];
  readonly timesInForce: readonly BrokerTimeInForce[];
  readonly fractional: boolean;
  readonly short: boolean;
  readonly replace: boolean;
}

/** State of the link. */
export type LinkState = "connected" | "disconnected";

/**
 * A broker. Reads are safe to repeat; requests are never repeated by an implementation.
 *
 * - `submit`, `cancel` and `replace` never throw. Each hands its request to the system before its first `await`, so that what its caller has
 *   checked in the same tick still holds. While the link is down they are refused as `not_connected`.
 * - Reads throw a {@linkcode SandbarError} `broker_connection` (`retryable`) when there is no answer, and `broker_protocol` for one that is none.
 * - After a lost link an implementation reconnects by itself. What happened meanwhile is told as reports, before listeners hear `connected`.
 */
export interface Broker extends AsyncDisposable {
  readonly capabilities: BrokerCapabilities;
  /**
   * Opens the link and subscribes to reports.
   *
   * @throws {SandbarError} `broker_connection`, `broker_auth`, `account_mismatch`.
   */
  connect(): Promise<void>;
  submit(order: OrderRequest): Promise<RequestResult>;
  cancel(clientId: string): Promise<RequestResult>;
  replace(request: ReplaceRequest): Promise<RequestResult>;
  /** The order with a client id, null when the broker has none. An order that was sent just now may show only at a later look. */
  orderByClientId(clientId: string): Promise<BrokerOrder | null>;
  openOrders(): Promise<readonly BrokerOrder[]>;
  /** Executions at or after a time, oldest first, all pages. */
  executionsSince(timeUs: number): Promise<readonly Execution[]>;
  positions(): Promise<readonly BrokerPosition[]>;
  account(): Promise<BrokerAccount>;
  /** The broker's own time, microseconds UTC. */
  clock(): Promise<number>;
  /**
   * Calls `listener` for each report, in order, until the returned function is called. Nothing is told before `connect`, nor of what happened
   * before the first one: whoever starts asks for that.
   */
  onReport(listener: (report: BrokerReport) => void): () => void;
  onLink(listener: (state: LinkState) => void): () => void;
}
