/**
 * Payloads of the journal's records: how bars, intents and everything said in JSON become bytes and come back. What is read from a store is
 * checked again: a record of another form is refused, never guessed at.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { type FeedBar, type FeedEvent, INTENT_WIDTH } from "../protocols/mod.ts";

/** Numbers of a bar: series, open time, close time, open, high, low, close, volume. */
const BAR_WIDTH = 8;
/** Numbers of a quote: series, time, bid, ask, and their sizes. */
const QUOTE_WIDTH = 6;
const encoder = new TextEncoder();

/** Returns the payload of a `bars` record. */
export function encodeBars(instant: readonly FeedBar[]): Uint8Array<ArrayBuffer> {
  const numbers = new Float64Array(instant.length * BAR_WIDTH);
  instant.forEach((bar, k) => {
    numbers.set(
      [bar.series, bar.timeUs, bar.closeUs, bar.open, bar.high, bar.low, bar.close, bar.volume],
      k * BAR_WIDTH,
    );
  });
  return new Uint8Array(numbers.buffer);
}

/** Returns the bars of a `bars` record. @throws {SandbarError} `journal_corrupt` when it is of another form. */
export function decodeBars(payload: Uint8Array<ArrayBuffer>): FeedBar[] {
  const numbers = floatsOf(payload, BAR_WIDTH, "bars"), bars: FeedBar[] = [];
  for (let at = 0; at < numbers.length; at += BAR_WIDTH) {
    const [series, timeUs, closeUs, open, high, low, close, volume] = numbers.subarray(
      at,
      at + BAR_WIDTH,
    ) as unknown as [number, number, number, number, number, number, number, number];
    bars.push({ series, timeUs, closeUs, open, high, low, close, volume });
  }
  return bars;
}

/** A quote of a feed. */
export type FeedQuote = Omit<FeedEvent & { readonly kind: "quote" }, "kind">;

/** Returns the payload of a `quote` record. */
export function encodeQuote(quote: FeedQuote): Uint8Array<ArrayBuffer> {
  const { series, timeUs, bid, ask, bidSize, askSize } = quote;
  return new Uint8Array(Float64Array.of(series, timeUs, bid, ask, bidSize, askSize).buffer);
}

/** Returns the quote of a `quote` record. @throws {SandbarError} `journal_corrupt` when it is of another form. */
export function decodeQuote(payload: Uint8Array<ArrayBuffer>): FeedQuote {
  const numbers = floatsOf(payload, QUOTE_WIDTH, "quote");
  if (numbers.length !== QUOTE_WIDTH) throw unreadable("quote");
  const [series, timeUs, bid, ask, bidSize, askSize] = numbers as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { series, timeUs, bid, ask, bidSize, askSize };
}

/** What a strategy asked for. */
export interface StrategyIntents {
  /** Number of the strategy in the session. */
  readonly strategy: number;
  /** Six numbers a row. */
  readonly rows: Float64Array;
  readonly count: number;
}

/** Returns the payload of an `intents` record. */
export function encodeIntents(
  strategy: number,
  rows: Float64Array,
  count: number,
): Uint8Array<ArrayBuffer> {
  const numbers = new Float64Array(1 + count * INTENT_WIDTH);
  numbers[0] = strategy;
  numbers.set(rows.subarray(0, count * INTENT_WIDTH), 1);
  return new Uint8Array(numbers.buffer);
}

/** Returns what an `intents` record says. @throws {SandbarError} `journal_corrupt` when it is of another form. */
export function decodeIntents(payload: Uint8Array<ArrayBuffer>): StrategyIntents {
  const numbers = floatsOf(payload, 1, "intents"), rows = numbers.subarray(1);
  if (numbers.length === 0 || rows.length % INTENT_WIDTH !== 0) throw unreadable("intents");
  return { strategy: numbers[0]!, rows, count: rows.length / INTENT_WIDTH };
}

/** Returns a payload of JSON. */
export function encodeJsonPayload(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value));
}

/** Returns what a JSON payload says. @throws {SandbarError} `journal_corrupt` when it is no JSON object. */
export function decodeJsonPayload(payload: Uint8Array<ArrayBuffer>): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
  }
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw unreadable("JSON");
}

function floatsOf(payload: Uint8Array<ArrayBuffer>, width: number, what: string): Float64Array {
  if (payload.length % (width * 8) !== 0) throw unreadable(what);
  // A copy: the bytes of a store need not begin at a multiple of eight.
  return new Float64Array(payload.slice().buffer);
}

function unreadable(what: string): SandbarError {
  return new SandbarError(
    "journal_corrupt",
    `Cannot read a record of the journal: its ${what} are not of a known form; run deno task doctor`,
  );
}
