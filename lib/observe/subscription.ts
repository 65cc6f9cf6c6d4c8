/**
 * One listener of the event bus with its own bounded queue.
 *
 * @module
 */

import type { EventType, SandbarEvent } from "./event_types.ts";

/** Most events of one call: between two calls others get their turn. */
const MAX_BATCH = 256;

/** How a listener subscribes. */
export interface SubscriptionOptions {
  /** Who listens, for people. */
  readonly name: string;
  /** Events that may wait. */
  readonly queueSize?: number;
}

/** A listener, until `unsubscribe`. */
export class Subscription {
  readonly name: string;
  /** Events that were handed over, that were dropped because the queue was full, and that were in a call that threw. */
  delivered = 0;
  dropped = 0;
  failed = 0;
  /** What the last failing call threw. */
  lastError: unknown = undefined;
  readonly #types: ReadonlySet<EventType> | "all";
  readonly #receive: (events: readonly SandbarEvent[]) => void | Promise<void>;
  readonly #queueSize: number;
  readonly #onEnd: () => void;
  readonly #queue: SandbarEvent[] = [];
  #draining: Promise<void> | null = null;
  #isEnded = false;

  constructor(
    types: readonly EventType[] | "all",
    receive: (events: readonly SandbarEvent[]) => void | Promise<void>,
    options: Required<SubscriptionOptions> & { readonly onEnd: () => void },
  ) {
    this.name = options.name;
    this.#types = types === "all" ? types : new Set(types);
    this.#receive = receive;
    this.#queueSize = options.queueSize;
    this.#onEnd = options.onEnd;
  }

  /** Events that wait. */
  get waiting(): number {
    return this.#queue.length;
  }

  wants(type: EventType): boolean {
    return this.#types === "all" || this.#types.has(type);
  }

  /** Puts an event into the queue. */
  offer(event: SandbarEvent): void {
    if (this.#queue.length >= this.#queueSize) {
      this.#queue.shift();
      this.dropped++;
    }
    this.#queue.push(event);
    this.#draining ??= this.#drain();
  }

  /** Stops listening; what waits is not handed over any more. */
  unsubscribe(): void {
    this.#isEnded = true;
    this.#queue.length = 0;
    this.#onEnd();
  }

  /** Resolves when nothing waits. */
  async whenIdle(): Promise<void> {
    while (this.#draining !== null) await this.#draining;
  }

  async #drain(): Promise<void> {
    // The one who publishes goes on first.
    await Promise.resolve();
    while (this.#queue.length > 0 && !this.#isEnded) {
      const events = this.#queue.splice(0, MAX_BATCH);
      try {
        await this.#receive(events);
        this.delivered += events.length;
      } catch (error) {
        this.failed += events.length;
        this.lastError = error;
      }
    }
    this.#draining = null;
  }
}
