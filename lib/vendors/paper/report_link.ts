/**
 * The link to the exchange's stream of reports: kept open, watched by a heartbeat, opened again after every loss, and caught up from the number
 * of the last report, so that none is lost and none is told twice.
 *
 * @module
 */

import { Random, SandbarError } from "../../core/mod.ts";
import type { BrokerReport, Clock, LinkState } from "../../protocols/mod.ts";
import type { ReportMessage } from "./wire.ts";

/** How a link behaves. All times in milliseconds. */
export interface LinkRules {
  /** How often the link is asked whether it lives, and how long it may take to say so. */
  readonly heartbeatMs: number;
  readonly heartbeatDeadlineMs: number;
  /** The wait before the second attempt to reconnect doubles up to the last; each is shortened by chance by up to a half. */
  readonly reconnectInitialMs: number;
  readonly reconnectMaxMs: number;
  /** Root of that chance. */
  readonly seed: number;
}

/** What a link tells. */
export interface LinkListener {
  onReport(report: BrokerReport, number: number): void;
  onLink(state: LinkState): void;
}

/** A stream that is kept. */
export class ReportLink implements AsyncDisposable {
  readonly #url: string;
  readonly #clock: Clock;
  readonly #rules: LinkRules;
  readonly #listener: LinkListener;
  readonly #chance: Random;
  readonly #closed = new AbortController();
  #last: number | undefined;
  #run: Promise<void> = Promise.resolve();
  #isConnected = false;
  /** Sockets that are not closed to the last; a peer that says nothing may take its time. */
  readonly #closing = new Set<Promise<void>>();

  /** @param last Number of the last report that is known; undefined: whatever is the last when the link opens. */
  constructor(
    url: string,
    clock: Clock,
    rules: LinkRules,
    listener: LinkListener,
    last: number | undefined,
  ) {
    this.#url = url.replace(/^http/, "ws").replace(/\/+$/, "") + "/v1/reports";
    this.#clock = clock;
    this.#rules = rules;
    this.#listener = listener;
    this.#chance = new Random(rules.seed);
    this.#last = last;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Number of the last report that was told, 0 before the first. */
  get last(): number {
    return this.#last ?? 0;
  }

  /**
   * Opens the link and keeps it from then on.
   *
   * @throws {SandbarError} `broker_connection` when it cannot be opened now.
   */
  async open(): Promise<void> {
    const first = Promise.withResolvers<void>();
    this.#run = this.#keep(first);
    await first.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.#run;
    await Promise.all(this.#closing);
  }

  async #keep(first: PromiseWithResolvers<void>): Promise<void> {
    const { signal } = this.#closed;
    let hasConnected = false, attempt = 0;
    while (!signal.aborted) {
      const from = this.#last === undefined ? "" : `?from=${this.#last + 1}`;
      const session = new LinkSession(this.#url + from, (message) => {
        this.#hear(session, message);
        if (this.#isConnected && !hasConnected) {
          hasConnected = true;
          first.resolve();
        }
        if (this.#isConnected) attempt = 0;
      });
      const end = (): void => session.end();
      signal.addEventListener("abort", end);
      this.#closing.add(session.ended);
      session.ended.then(() => this.#closing.delete(session.ended));
      await this.#watch(session);
      signal.removeEventListener("abort", end);
      this.#tell("disconnected");
      if (!hasConnected) break;
      await this.#clock.sleep(this.#waitMs(attempt++) * 1000, { signal }).catch(() => undefined);
    }
    first.reject(
      new SandbarError(
        "broker_connection",
        `Cannot connect to the paper exchange at ${this.#url}: it does not answer. Start one ` +
          "with `deno task simulate paper`, or correct its address",
        { retryable: true },
      ),
    );
  }

  #hear(session: LinkSession, message: ReportMessage): void {
    if ("pong" in message) session.pong = message.pong;
    else if ("number" in message) this.#take(message.number, message.report);
    else {
      this.#last ??= message.last;
      session.catchUpTo = message.last;
    }
    // Connected is told when everything that was missed has been.
    if (this.#last !== undefined && this.#last >= session.catchUpTo) this.#tell("connected");
  }

  /** A report that is known already is passed over; the stream has them in order. */
  #take(number: number, report: BrokerReport): void {
    if (this.#last !== undefined && number <= this.#last) return;
    this.#last = number;
    this.#listener.onReport(report, number);
  }

  /** Asks whether the link lives, and ends the session when it does not say so in time. Resolves when the session is of no use. */
  async #watch(session: LinkSession): Promise<void> {
    const { heartbeatMs, heartbeatDeadlineMs } = this.#rules, { signal } = session;
    const wait = (ms: number): Promise<void> => this.#clock.sleep(ms * 1000, { signal });
    try {
      await wait(heartbeatDeadlineMs);
      if (session.catchUpTo === Infinity) return session.end();
      for (let ping = 1;; ping++) {
        await wait(heartbeatMs);
        session.ping(ping);
        await wait(heartbeatDeadlineMs);
        if (session.pong !== ping) return session.end();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #waitMs(attempt: number): number {
    const { reconnectInitialMs, reconnectMaxMs } = this.#rules;
    const longest = Math.min(reconnectMaxMs, reconnectInitialMs * 2 ** Math.min(attempt, 20));
    return Math.ceil(longest * (1 - this.#chance.next() / 2));
  }

  #tell(state: LinkState): void {
    const isConnected = state === "connected";
    if (this.#isConnected === isConnected) return;
    this.#isConnected = isConnected;
    this.#listener.onLink(state);
  }
}

/** One WebSocket from its opening to its end. */
class LinkSession {
  /** Number up to which the exchange told at the opening; Infinity before it did. */
  catchUpTo = Infinity;
  pong = 0;
  readonly #socket: WebSocket;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<void>();

  constructor(url: string, onMessage: (message: ReportMessage) => void) {
    this.#socket = new WebSocket(url);
    this.#socket.onmessage = ({ data }): void => {
      if (!this.signal.aborted) onMessage(JSON.parse(String(data)) as ReportMessage);
    };
    this.#socket.onerror = (): void => this.end();
    this.#socket.onclose = (): void => {
      this.#over.abort();
      this.#ended.resolve();
    };
  }

  /** Aborted as soon as the session is of no use. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Resolves when its socket is closed. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  ping(number: number): void {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ ping: number }));
    }
  }

  end(): void {
    this.#over.abort();
    this.#socket.close();
  }
}
