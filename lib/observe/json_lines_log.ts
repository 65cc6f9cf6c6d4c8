/**
 * The log of a run: one JSON line an event, in a new file each run. It listens to the bus with a queue of its own, so that neither a slow
 * nor a full disk delays anybody; what could not be kept is counted.
 *
 * @module
 */

import { formatIso, type TimeUs } from "../core/mod.ts";
import type { EventBus } from "./event_bus.ts";
import type { SandbarEvent } from "./event_types.ts";
import { JsonLinesFile, type LineCounts } from "./json_lines_file.ts";
import { isAtLeast, type Severity } from "./severity.ts";
import type { Subscription } from "./subscription.ts";

/** What a log keeps, and where. */
export interface JsonLinesLogOptions {
  readonly bus: EventBus;
  /** Folder of the logs, absolute. */
  readonly folder: string;
  /** Name of the run, which the file gets. */
  readonly run: string;
  /** Default `info`. */
  readonly least?: Severity;
  /** Largest size of the file, bytes. Default 256 MiB. */
  readonly maxBytes?: number;
}

/** Keeps the events of a bus until it is closed. */
export class JsonLinesLog implements AsyncDisposable {
  readonly #file: JsonLinesFile;
  readonly #least: Severity;
  readonly #subscription: Subscription;

  constructor(options: JsonLinesLogOptions) {
    this.#least = options.least ?? "info";
    this.#file = new JsonLinesFile(`${options.folder}/${options.run}`, {
      isNew: true,
      ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
    });
    this.#subscription = options.bus.subscribe("all", (events) => this.#keep(events), {
      name: "log",
    });
  }

  /** The file; known for sure after the first event. */
  get path(): string {
    return this.#file.path;
  }

  /** What became of the events. */
  get counts(): LineCounts & { readonly dropped: number } {
    return { ...this.#file.counts, dropped: this.#subscription.dropped };
  }

  /** What the last failing write threw. */
  get lastError(): unknown {
    return this.#file.lastError;
  }

  /** Writes what waits and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subscription.whenIdle();
    this.#subscription.unsubscribe();
    this.#file.close();
  }

  async #keep(events: readonly SandbarEvent[]): Promise<void> {
    const kept = events.filter(({ severity }) => isAtLeast(severity, this.#least));
    if (kept.length > 0) await this.#file.write(kept.map(eventLine));
  }
}

/** Returns an event as it stands in a log: with its time for people in front. */
export function eventLine(event: SandbarEvent): Readonly<Record<string, unknown>> {
  return { time: formatIso(event.timeUs as TimeUs), ...event };
}
