/**
 * Requests to the paper exchange, each sent once and with a deadline.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import type { Clock } from "../../protocols/mod.ts";

/** An answer; with status 0 there is none, or one that is no JSON, and the body says what went wrong. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A client of one exchange. */
export class ExchangeHttp implements Disposable {
  readonly url: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #closed = new AbortController();

  /** @param timeoutMs How long an answer may take. */
  constructor(url: string, clock: Clock, timeoutMs: number) {
    this.url = url.replace(/\/+$/, "");
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Ends every request that waits; each is without an answer then. */
  [Symbol.dispose](): void {
    this.#closed.abort();
  }

  /** Sends a request, before its first `await`, and never again. */
  async ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
    const answered = new AbortController(), late = new AbortController();
    const either = [late.signal, this.#closed.signal, ...(signal === undefined ? [] : [signal])];
    const sent = fetch(this.url + path, {
      method,
      signal: AbortSignal.any(either),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    this.#clock.sleep(this.#timeoutMs * 1000, { signal: answered.signal })
      .then(() => late.abort(), () => undefined);
    try {
      const response = await sent, text = await response.text();
      const isJson = response.headers.get("content-type")?.startsWith("application/json");
      return { status: response.status, body: isJson === true ? JSON.parse(text) : text };
    } catch (error) {
      const body = late.signal.aborted
        ? `no answer within ${this.#timeoutMs} ms`
        : error instanceof Error
        ? error.message
        : String(error);
      return { status: 0, body };
    } finally {
      answered.abort();
    }
  }

  /**
   * Reads something; undefined for a 404.
   *
   * @throws {SandbarError} `broker_connection` without an answer or while the exchange is overloaded, `broker_protocol` for any other status.
   */
  async read<T>(path: string, method = "GET", signal?: AbortSignal): Promise<T | undefined> {
    const answer = await this.ask(method, path, undefined, signal);
    if (answer.status === 200 && typeof answer.body !== "string") {
      return answer.body as T;
    }
    if (answer.status === 404) return undefined;
    const isBusy = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    const found = answer.status === 0
      ? String(answer.body)
      : `it answered ${answer.status}, ${JSON.stringify(answer.body)}`;
    throw new SandbarError(
      isBusy ? "broker_connection" : "broker_protocol",
      `Cannot read ${path} of the paper exchange at ${this.url}: ${found}`,
      { retryable: isBusy },
    );
  }
}
