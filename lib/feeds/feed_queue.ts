/**
 * Between a source that pushes and the one who asks for the next event: a queue with a bound. When it is read too slowly, quotes give way to
 * later quotes of their series, at the later place, and nothing else is left out in silence: what no longer fits is refused, counted, and told
 * by a fault where it would have come.
 *
 * @module
 */

import { invariant } from "../core/mod.ts";
import type { FeedEvent, FeedFault } from "../protocols/mod.ts";

interface Link {
  event: FeedEvent;
  /** Counts towards the bound. */
  readonly isKept: boolean;
  before: Link | undefined;
  after: Link | undefined;
}

type Overflow = FeedFault & { readonly kind: "overflow" };

/** What a queue has done so far. */
export interface FeedQueueCounts {
  /** Quotes that gave way to a later one. */
  readonly merged: number;
  /** Bars and faults refused. */
  readonly refused: number;
}

/** Events on their way to one reader. */
export class FeedQueue {
  readonly #capacity: number;
  readonly #quotes = new Map<number, Link>();
  #first: Link | undefined;
  #last: Link | undefined;
  /** The fault that tells of refused events, while it waits and nothing has been accepted after it. */
  #overflow: { fault: Overflow; readonly node: Link } | undefined;
  #size = 0;
  #kept = 0;
  #merged = 0;
  #refused = 0;
  #failure: unknown;
  #hasFailed = false;
  #wake: (() => void) | undefined;

  /** @param capacity The most events other than quotes that may wait; of quotes there is one a series. One more is refused. */
  constructor(capacity: number) {
    invariant(Number.isInteger(capacity) && capacity >= 1, `a queue for ${capacity} events`);
    this.#capacity = capacity;
  }

  /** Number of events that wait. */
  get size(): number {
    return this.#size;
  }

  /** What was merged and refused. */
  counts(): FeedQueueCounts {
    return { merged: this.#merged, refused: this.#refused };
  }

  /**
   * Adds an event. Returns false when it was refused because the queue is full: the source had better stop and fetch again later, from where
   * the fault `overflow` will say. The end of a feed is never refused.
   */
  push(event: FeedEvent): boolean {
    if (event.kind === "quote") this.#pushQuote(event);
    else if (this.#kept >= this.#capacity && event.kind !== "end") return this.#refuse(event);
    else {
      this.#append(event, true);
      this.#overflow = undefined;
    }
    this.#wake?.();
    return true;
  }

  /** Makes `next` reject with an error once what waits has been read. */
  fail(error: unknown): void {
    this.#failure = error;
    this.#hasFailed = true;
    this.#wake?.();
  }

  /**
   * Resolves with the first event, as soon as there is one. One call at a time.
   *
   * @throws {DOMException} `AbortError` when the signal is aborted.
   * @throws {unknown} What the source failed with.
   */
  async next(signal: AbortSignal): Promise<FeedEvent> {
    invariant(
      this.#wake === undefined,
      "a queue was asked for an event while it was asked for one",
    );
    while (this.#first === undefined || signal.aborted) {
      if (signal.aborted) throw new DOMException("the wait for an event was ended", "AbortError");
      if (this.#hasFailed) throw this.#failure;
      await this.#woken(signal);
    }
    return this.#take(this.#first);
  }

  #woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wake = undefined;
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#wake = wake;
      signal.addEventListener("abort", wake);
    });
  }

  #pushQuote(event: FeedEvent & { kind: "quote" }): void {
    const waiting = this.#quotes.get(event.series);
    if (waiting !== undefined) {
      this.#merged++;
      this.#unlink(waiting);
    }
    // At the end, not in the place of the old one: events are in order of time.
    this.#quotes.set(event.series, this.#append(event, false));
  }

  #refuse(event: FeedEvent): false {
    const bars = event.kind === "bars" ? event.bars.length : 1, { timeUs } = event;
    const before = this.#overflow?.fault ??
      { kind: "overflow", refused: 0, fromUs: timeUs, toUs: timeUs };
    const fault: Overflow = { ...before, refused: before.refused + bars, toUs: timeUs };
    const told: FeedEvent = { kind: "fault", timeUs: fault.fromUs, fault };
    if (this.#overflow === undefined) this.#overflow = { fault, node: this.#append(told, false) };
    else {
      this.#overflow.fault = fault;
      this.#overflow.node.event = told;
    }
    this.#refused += bars;
    return false;
  }

  #append(event: FeedEvent, isKept: boolean): Link {
    const node: Link = { event, isKept, before: this.#last, after: undefined };
    this.#size++;
    if (isKept) this.#kept++;
    if (this.#last === undefined) this.#first = node;
    else this.#last.after = node;
    this.#last = node;
    return node;
  }

  #unlink({ before, after, isKept }: Link): void {
    this.#size--;
    if (isKept) this.#kept--;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
  }

  #take(node: Link): FeedEvent {
    this.#unlink(node);
    if (node.event.kind === "quote") this.#quotes.delete(node.event.series);
    if (node === this.#overflow?.node) this.#overflow = undefined;
    return node.event;
  }
}
