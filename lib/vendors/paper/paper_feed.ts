/**
 * The bars of a paper exchange as a feed. The exchange gives each instant by its number, so that a lost answer costs nothing: the same instant is
 * asked for again.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import type { Clock, Feed, FeedEvent } from "../../protocols/mod.ts";
import { ExchangeHttp } from "./http.ts";
import type { PaperBroker } from "./paper_broker.ts";
import type { Instant, MarketMessage } from "./wire.ts";

/** What a paper feed is made from. */
export interface PaperFeedOptions {
  readonly url: string;
  readonly clock: Clock;
  /** The client whose reports of an instant come before its bars, as in a backtest. */
  readonly broker: PaperBroker;
  /** The symbols of the run, in its order: those of the exchange. */
  readonly symbols: readonly string[];
  readonly period: string;
  /** Instants that are known already. Default 0. */
  readonly after?: number;
  /** How long an instant may take to come, milliseconds. Default an hour: the exchange may go at its own speed. */
  readonly timeoutMs?: number;
}

/** Attempts to get an instant before the feed gives up, and the wait between them. */
const ATTEMPTS = 10;
const WAIT_US = 1_000_000;

/** A feed over an exchange. */
export class PaperFeed implements Feed {
  readonly name = "paper";
  readonly isSynthetic: boolean;
  readonly #http: ExchangeHttp;
  readonly #clock: Clock;
  readonly #broker: PaperBroker;
  #taken: number;

  private constructor(options: PaperFeedOptions, http: ExchangeHttp, isSynthetic: boolean) {
    this.#http = http;
    this.#clock = options.clock;
    this.#broker = options.broker;
    this.#taken = options.after ?? 0;
    this.isSynthetic = isSynthetic;
  }

  /**
   * Opens the feed.
   *
   * @throws {SandbarError} `broker_connection`; `usage` when the exchange has other symbols or another period than the run.
   */
  static async open(options: PaperFeedOptions): Promise<PaperFeed> {
    const { url, clock, symbols, period, timeoutMs = 3_600_000 } = options;
    const http = new ExchangeHttp(url, clock, timeoutMs);
    try {
      const market = await http.read<MarketMessage>("/v1/market");
      if (market === undefined || market.symbols.join() !== symbols.join()) {
        throw mismatch(url, "the symbols", market?.symbols.join(), symbols.join());
      }
      if (market.period !== period) throw mismatch(url, "the period", market.period, period);
      return new PaperFeed(options, http, market.isSynthetic);
    } catch (error) {
      http[Symbol.dispose]();
      throw error;
    }
  }

  /** Instants that were taken. */
  get taken(): number {
    return this.#taken;
  }

  async next(signal: AbortSignal): Promise<FeedEvent> {
    const { reports, ...event } = await this.#instant(this.#taken + 1, signal);
    await this.#broker.reportsUntil(reports, signal);
    if (event.kind === "bars") this.#taken++;
    return event;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]();
    return Promise.resolve();
  }

  async #instant(number: number, signal: AbortSignal): Promise<Instant> {
    for (let attempt = 1;; attempt++) {
      signal.throwIfAborted();
      try {
        const instant = await this.#http.read<Instant>(`/v1/instants/${number}`, "POST", signal);
        if (instant !== undefined) return instant;
        throw new SandbarError("broker_protocol", `${this.#http.url} has no instants`);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SandbarError) || !error.retryable || attempt === ATTEMPTS) {
          throw error;
        }
        await this.#clock.sleep(WAIT_US, { signal });
      }
    }
  }
}

function mismatch(
  url: string,
  what: string,
  there: string | undefined,
  here: string,
): SandbarError {
  return new SandbarError(
    "usage",
    `Cannot take bars from the paper exchange at ${url}: ${what} there ${
      what === "the period" ? "is" : "are"
    } ${
      there ?? "not told"
    }, and the run has ${here}; start it with the same --symbols and --period`,
  );
}
