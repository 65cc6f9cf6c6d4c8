/**
 * The events of a bus as server-sent events: the newest of the past first, then each as it comes. A reader that does not keep up loses the
 * oldest that wait for it, which the gap in the ids shows; it holds up nobody.
 *
 * @module
 */

import {
  type EventBus,
  eventText,
  type SandbarEvent,
  type Subscription,
} from "../../observe/mod.ts";

/** Events of the past that a reader gets at most. */
export const REPLAYED_EVENTS = 50;

/** Events that may wait for a reader. */
const QUEUE = 1000;

/** One reader's stream. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  #subscription: Subscription | null = null;
  /** Lets the next events be written. */
  #goOn: () => void = () => {};
  readonly #onEnd: () => void;

  /**
   * @param after Sequence of the last event that the reader knows, 0 for none.
   * @param onEnd Called once when the reader has gone or the stream was closed.
   */
  constructor(bus: EventBus, after: number, onEnd: () => void) {
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        this.#controller = controller;
        // An empty comment: the reader sees that the stream stands.
        const past = bus.recent({ after, limit: REPLAYED_EVENTS });
        controller.enqueue(new TextEncoder().encode(`:\n\n${past.map(frameOf).join("")}`));
        this.#subscription = bus.subscribe("all", (events) => this.#send(events), {
          name: "event stream",
          queueSize: QUEUE,
        });
      },
      pull: () => this.#goOn(),
      cancel: () => this.#end(),
    }, { highWaterMark: 1 });
  }

  /** Ends the stream. */
  close(): void {
    if (this.#controller === null) return;
    this.#controller.close();
    this.#end();
  }

  async #send(events: readonly SandbarEvent[]): Promise<void> {
    const controller = this.#controller;
    if (controller === null) return;
    controller.enqueue(new TextEncoder().encode(events.map(frameOf).join("")));
    if ((controller.desiredSize ?? 0) > 0) return;
    await new Promise<void>((resolve) => this.#goOn = resolve);
  }

  #end(): void {
    this.#controller = null;
    this.#subscription?.unsubscribe();
    this.#goOn();
    this.#onEnd();
  }
}

function frameOf(event: SandbarEvent): string {
  const { sequence, type } = event;
  const data = JSON.stringify({ ...event, text: eventText(event) });
  return `id: ${sequence}\nevent: ${type}\ndata: ${data}\n\n`;
}
