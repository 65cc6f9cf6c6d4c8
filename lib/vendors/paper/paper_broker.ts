/**
 * The paper broker: the simulated venue in a process of its own, behind the broker protocol. What a strategy does here it does at a real broker.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import {
  type Broker,
  type BrokerAccount,
  type BrokerCapabilities,
  type BrokerOrder,
  type BrokerPosition,
  type BrokerReport,
  type Clock,
  type Execution,
  type LinkState,
  type OrderRequest,
  type ReplaceRequest,
  type RequestResult,
} from "../../protocols/mod.ts";
import { ORDER_TYPE_NAMES, TIME_IN_FORCE_NAMES } from "../../trading/mod.ts";
import { type Answer, ExchangeHttp } from "./http.ts";
import { type LinkRules, ReportLink } from "./report_link.ts";
import type { ExecutionPage } from "./wire.ts";

/** How a paper broker is reached. */
export interface PaperBrokerOptions extends Partial<LinkRules> {
  /** For example `http://127.0.0.1:7311`. */
  readonly url: string;
  readonly clock: Clock;
  /** The account that may be traded; absent: whichever is there. */
  readonly accountId?: string;
  /** How long an answer may take, milliseconds. Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** Number of the last report that is known: what came after it is told on connecting. */
  readonly lastReport?: number;
}

const DEFAULT_LINK: LinkRules = {
  heartbeatMs: 10_000,
  heartbeatDeadlineMs: 3_000,
  reconnectInitialMs: 1_000,
  reconnectMaxMs: 60_000,
  seed: 1,
};

/** A client of a paper exchange. */
export class PaperBroker implements Broker {
  readonly capabilities: BrokerCapabilities = {
    name: "paper",
    orderTypes: ORDER_TYPE_NAMES,
    timesInForce: TIME_IN_FORCE_NAMES,
    fractional: true,
    short: true,
    replace: true,
  };
  readonly #accountId: string | undefined;
  readonly #http: ExchangeHttp;
  readonly #link: ReportLink;
  readonly #reportListeners = new Set<(report: BrokerReport) => void>();
  readonly #linkListeners = new Set<(state: LinkState) => void>();
  /** Who waits until reports are told, and up to which number. */
  readonly #waiting = new Set<{ readonly number: number; readonly go: () => void }>();

  constructor(options: PaperBrokerOptions) {
    const { url, clock, accountId, requestTimeoutMs = 10_000, lastReport, ...link } = options;
    this.#accountId = accountId;
    this.#http = new ExchangeHttp(url, clock, requestTimeoutMs);
    this.#link = new ReportLink(url, clock, { ...DEFAULT_LINK, ...link }, {
      onReport: (report, number) => {
        for (const listener of [...this.#reportListeners]) listener(report);
        for (const each of [...this.#waiting]) if (each.number <= number) each.go();
      },
      onLink: (state) => {
        for (const listener of [...this.#linkListeners]) listener(state);
      },
    }, lastReport);
  }

  /** Number of the last report that was told: where a restarted client goes on. */
  get lastReport(): number {
    return this.#link.last;
  }

  async connect(): Promise<void> {
    const { accountId } = await this.account();
    if (this.#accountId !== undefined && accountId !== this.#accountId) {
      throw new SandbarError(
        "account_mismatch",
        `The paper exchange at ${this.#http.url} has the account ${accountId}, and the run may ` +
          `trade ${this.#accountId}: correct account_id or the address`,
      );
    }
    await this.#link.open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
    await this.#link[Symbol.asyncDispose]();
  }

  submit(order: OrderRequest): Promise<RequestResult> {
    return this.#request("POST", "/v1/orders", order);
  }

  cancel(clientId: string): Promise<RequestResult> {
    return this.#request("DELETE", `/v1/orders/${encodeURIComponent(clientId)}`);
  }

  replace(request: ReplaceRequest): Promise<RequestResult> {
    const id = encodeURIComponent(request.clientId);
    return this.#request("POST", `/v1/orders/${id}/replace`, request);
  }

  async orderByClientId(clientId: string): Promise<BrokerOrder | null> {
    const path = `/v1/orders/${encodeURIComponent(clientId)}`;
    return await this.#http.read<BrokerOrder>(path) ?? null;
  }

  openOrders(): Promise<readonly BrokerOrder[]> {
    return this.#read("/v1/orders");
  }

  async executionsSince(timeUs: number): Promise<readonly Execution[]> {
    const executions: Execution[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: ExecutionPage = await this.#read(`/v1/executions?since=${timeUs}&after=${after}`);
      executions.push(...page.executions);
      after = page.next;
    }
    return executions;
  }

  positions(): Promise<readonly BrokerPosition[]> {
    return this.#read("/v1/positions");
  }

  account(): Promise<BrokerAccount> {
    return this.#read("/v1/account");
  }

  async clock(): Promise<number> {
    return (await this.#read<{ readonly timeUs: number }>("/v1/clock")).timeUs;
  }

  onReport(listener: (report: BrokerReport) => void): () => void {
    this.#reportListeners.add(listener);
    return () => void this.#reportListeners.delete(listener);
  }

  onLink(listener: (state: LinkState) => void): () => void {
    this.#linkListeners.add(listener);
    return () => void this.#linkListeners.delete(listener);
  }

  /**
   * Resolves when the report with a number, and all before it, have been told: what an instant brought comes before its bars.
   *
   * @throws {DOMException} `AbortError` when the signal is aborted.
   */
  async reportsUntil(number: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#link.last >= number) return;
    const told = Promise.withResolvers<void>();
    const entry = { number, go: told.resolve };
    const abort = (): void => told.reject(signal.reason);
    this.#waiting.add(entry);
    signal.addEventListener("abort", abort);
    try {
      await told.promise;
    } finally {
      this.#waiting.delete(entry);
      signal.removeEventListener("abort", abort);
    }
  }

  async #request(method: string, path: string, body?: unknown): Promise<RequestResult> {
    if (!this.#link.isConnected) {
      return {
        outcome: "refused",
        code: "not_connected",
        message: `the link to the paper exchange at ${this.#http.url} is down`,
      };
    }
    return resultOf(await this.#http.ask(method, path, body));
  }

  async #read<T>(path: string): Promise<T> {
    const body = await this.#http.read<T>(path);
    if (body !== undefined) return body;
    throw new SandbarError(
      "broker_protocol",
      `${this.#http.url} is no paper exchange: it knows no ${path}`,
    );
  }
}

/** What an answer says of a request. Only a result of the protocol, or a status that excludes one, tells what became of it. */
function resultOf(answer: Answer): RequestResult {
  const { status, body } = answer;
  if (status === 0) return { outcome: "unresolved", message: String(body) };
  if (status === 429) {
    return { outcome: "refused", code: "rate_limited", message: "too many requests" };
  }
  const result = body as Partial<RequestResult> | string;
  if (typeof result === "object" && result !== null) {
    if (status === 200 && result.outcome === "confirmed") return result as RequestResult;
    if (status === 422 && result.outcome === "refused") return result as RequestResult;
    if (status === 400) {
      return { outcome: "refused", code: "invalid_order", message: JSON.stringify(body) };
    }
  }
  return { outcome: "unresolved", message: `the exchange answered ${status}` };
}
