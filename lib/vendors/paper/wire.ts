/**
 * What the paper exchange and its clients say to each other: paths and messages. Bodies are JSON; orders, reports, positions and the rest are
 * those of the broker protocol.
 *
 * | request | answer |
 * |---|---|
 * | `POST /v1/orders` an order | {@linkcode RequestResult}: 200 confirmed, 422 refused |
 * | `DELETE /v1/orders/ID`, `POST /v1/orders/ID/replace` | the same |
 * | `GET /v1/orders/ID` | the order, 404 when there is none |
 * | `GET /v1/orders` | open orders |
 * | `GET /v1/executions?since=US&after=N` | {@linkcode ExecutionPage} |
 * | `GET /v1/positions`, `/v1/account`, `/v1/clock`, `/v1/market`, `/v1/ledger` | what they say |
 * | `POST /v1/instants/N` | {@linkcode Instant}: the Nth, which happens now if it has not yet |
 * | `POST /v1/faults` | a {@linkcode FaultCommand} |
 * | WebSocket `/v1/reports?from=N` | {@linkcode ReportMessage}: the reports from number N on, without one from now on |
 *
 * @module
 */

import type { BrokerReport, Execution, FeedBar } from "../../protocols/mod.ts";
import type { Fault } from "./simulator/faults.ts";

/** A page of executions, oldest first. */
export interface ExecutionPage {
  readonly executions: readonly Execution[];
  /** What to ask `after` for the next page, null on the last one. */
  readonly next: number | null;
}

/** Executions of a page. */
export const PAGE_SIZE = 500;

/** The market of an exchange. */
export interface MarketMessage {
  readonly symbols: readonly string[];
  readonly period: string;
  readonly instants: number;
  readonly isSynthetic: boolean;
}

/** An instant of the market. */
export type Instant =
  | {
    readonly kind: "bars";
    readonly timeUs: number;
    readonly bars: readonly FeedBar[];
    /** Number of the last report that this instant brought. */
    readonly reports: number;
  }
  | { readonly kind: "end"; readonly timeUs: number; readonly reports: number };

/** What a client says on the stream of reports. */
export interface Ping {
  readonly ping: number;
}

/** What the exchange says on the stream of reports. */
export type ReportMessage =
  /** First of all: the number of the last report there is. */
  | { readonly last: number }
  | { readonly number: number; readonly report: BrokerReport }
  | { readonly pong: number };

/** What a test or a user makes the exchange do wrong. */
export type FaultCommand =
  | { readonly arm: Fault }
  /** Closes every stream of reports. */
  | { readonly disconnect: true }
  /** Streams stay open and say nothing; true until told otherwise. */
  | { readonly halfDead: boolean }
  /** No request is answered but with 503, and no stream opens. */
  | { readonly down: boolean }
  | { readonly clockOffsetUs: number }
  | { readonly blocked: boolean }
  /** Breaks a trade (quantity "0") or restates it. */
  | {
    readonly restate: {
      readonly executionId: string;
      readonly quantity: string;
      readonly price: string;
    };
  };
