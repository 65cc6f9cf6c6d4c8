/**
 * The event bus: what happened, told to whoever listens, and the newest events kept for questions.
 *
 * Nothing that a listener does reaches the one who publishes: `publish` writes into a ring and into bounded queues and returns. Each
 * listener has a queue of its own and is called with what waits there, one call after the other; at the bound its oldest waiting event is
 * dropped and counted, and an error it throws is counted. Events are copied, cleaned of secrets and frozen once.
 *
 * @module
 */

import { invariant } from "../core/mod.ts";
import { EVENT_TYPES, type EventData, type EventType, type SandbarEvent } from "./event_types.ts";
import { Redactor } from "./redactor.ts";
import { isAtLeast, type Severity } from "./severity.ts";
import { Subscription, type SubscriptionOptions } from "./subscription.ts";

/** How a bus is made. */
export interface EventBusOptions {
  /** Events kept for questions; the oldest go first. Default 1,000. */
  readonly bufferSize?: number;
  /** Events that wait for a listener that names no bound of its own. Default 10,000. */
  readonly subscriberQueue?: number;
  /** Cleans every text. */
  readonly redactor?: Redactor;
}

/** What is said about an event beside its data. */
export interface EventOrigin {
  /** Engine time, microseconds UTC. */
  readonly timeUs: number;
  /** Part of the runtime that tells it. */
  readonly source: string;
  /** What belongs together has the same, for example the client id of an order. */
  readonly correlationId?: string | null;
  /** True for a case that matters more, of a type that has such. */
  readonly isRaised?: boolean;
}

/** Which events a question asks for; what is absent does not choose. */
export interface EventQuery {
  /** The newest this many. */
  readonly limit?: number;
  /** Those with a greater sequence. */
  readonly after?: number;
  readonly types?: readonly EventType[];
  /** Those that matter at least this much. */
  readonly least?: Severity;
}

/** Publishes, keeps and hands out events. */
export class EventBus {
  readonly #size: number;
  readonly #queue: number;
  readonly #redactor: Redactor;
  /** Event n stands at place (n - 1) modulo the size. */
  readonly #ring: SandbarEvent[] = [];
  readonly #subscriptions = new Set<Subscription>();
  #sequence = 0;

  constructor(options: EventBusOptions = {}) {
    this.#size = options.bufferSize ?? 1000;
    this.#queue = options.subscriberQueue ?? 10_000;
    this.#redactor = options.redactor ?? new Redactor();
    invariant(this.#size >= 1 && this.#queue >= 1, "a bus keeps at least one event");
  }

  /** Number of the newest event, 0 before the first. */
  get lastSequence(): number {
    return this.#sequence;
  }

  /** Publishes an event and returns its sequence. Never waits and never throws because of a listener. */
  publish<Type extends EventType>(type: Type, data: EventData<Type>, origin: EventOrigin): number {
    const row: { severity: Severity; raised?: Severity } = EVENT_TYPES[type];
    const event = Object.freeze({
      sequence: ++this.#sequence,
      type,
      severity: origin.isRaised === true ? row.raised ?? row.severity : row.severity,
      timeUs: origin.timeUs,
      source: origin.source,
      correlationId: origin.correlationId ?? null,
      data: this.#redactor.record(data),
    }) as unknown as SandbarEvent;
    this.#ring[(event.sequence - 1) % this.#size] = event;
    for (const subscription of this.#subscriptions) {
      if (subscription.wants(type)) subscription.offer(event);
    }
    return event.sequence;
  }

  /**
   * Calls `receive` with the events of some types, or of all, from now on, in order, several at once when several wait. Never within
   * `publish`. The next call waits for the promise of the last one.
   */
  subscribe(
    types: readonly EventType[] | "all",
    receive: (events: readonly SandbarEvent[]) => void | Promise<void>,
    options: SubscriptionOptions,
  ): Subscription {
    const subscription = new Subscription(types, receive, {
      name: options.name,
      queueSize: options.queueSize ?? this.#queue,
      onEnd: () => this.#subscriptions.delete(subscription),
    });
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Those who listen now, with what was delivered, dropped and failed. */
  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions];
  }

  /** Returns kept events that fit a question, the oldest first. */
  recent(query: EventQuery = {}): readonly SandbarEvent[] {
    const { limit = this.#size, after = 0, types, least } = query, found: SandbarEvent[] = [];
    const oldest = Math.max(after, this.#sequence - this.#size, 0);
    for (let sequence = this.#sequence; sequence > oldest && found.length < limit; sequence--) {
      const event = this.#ring[(sequence - 1) % this.#size]!;
      if (types !== undefined && !types.includes(event.type)) continue;
      if (least !== undefined && !isAtLeast(event.severity, least)) continue;
      found.push(event);
    }
    return found.reverse();
  }
}
