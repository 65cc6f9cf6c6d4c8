/**
 * The decision log: one JSON line for each outcome of what strategies asked, one file a session date, which restarts within the session go
 * on with. A sink of the bus like the log of a run.
 *
 * @module
 */

import type { EventBus } from "./event_bus.ts";
import type { EventType, SandbarEvent } from "./event_types.ts";
import { JsonLinesFile, type LineCounts } from "./json_lines_file.ts";
import { eventLine } from "./json_lines_log.ts";
import type { Subscription } from "./subscription.ts";

/** Types of events that are outcomes, by level: all of them, refusals and trades, none. */
export const DECISION_TYPES: {
  readonly [Level in "INFO" | "WARNING" | "ERROR"]: readonly EventType[];
} = {
  INFO: [
    "DECISION_MADE",
    "RISK_REFUSED",
    "TRADE_SUBMITTED",
    "TRADE_FILLED",
    "TRADE_CANCELLED",
    "TRADE_REJECTED",
  ],
  WARNING: ["RISK_REFUSED", "TRADE_FILLED", "TRADE_REJECTED"],
  ERROR: [],
};

/** What a decision log keeps, and where. */
export interface DecisionLogOptions {
  readonly bus: EventBus;
  /** Folder of the files, absolute. */
  readonly folder: string;
  readonly level: keyof typeof DECISION_TYPES;
  /** Returns the session date of an engine time, for example `2024-01-05`. */
  readonly sessionDateOf: (timeUs: number) => string;
}

/** Keeps the outcomes of a bus until it is closed. */
export class DecisionLog implements AsyncDisposable {
  readonly #folder: string;
  readonly #sessionDateOf: (timeUs: number) => string;
  readonly #subscription: Subscription;
  #date = "";
  #file: JsonLinesFile | null = null;
  #before: LineCounts = { written: 0, failed: 0, leftOut: 0 };

  constructor(options: DecisionLogOptions) {
    this.#folder = options.folder;
    this.#sessionDateOf = options.sessionDateOf;
    this.#subscription = options.bus.subscribe(
      DECISION_TYPES[options.level],
      (events) => this.#keep(events),
      { name: "decision log" },
    );
  }

  /** What became of the outcomes. */
  get counts(): LineCounts & { readonly dropped: number } {
    return { ...this.#counts(), dropped: this.#subscription.dropped };
  }

  /** Writes what waits and closes the file. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subscription.whenIdle();
    this.#subscription.unsubscribe();
    this.#file?.close();
  }

  async #keep(events: readonly SandbarEvent[]): Promise<void> {
    for (let from = 0, to = 0; from < events.length; from = to) {
      const date = this.#sessionDateOf(events[from]!.timeUs);
      while (to < events.length && this.#sessionDateOf(events[to]!.timeUs) === date) to++;
      await this.#fileOf(date).write(events.slice(from, to).map(eventLine));
    }
  }

  #fileOf(date: string): JsonLinesFile {
    if (this.#file !== null && this.#date === date) return this.#file;
    this.#before = this.#counts();
    this.#file?.close();
    this.#date = date;
    this.#file = new JsonLinesFile(`${this.#folder}/${date}`, { isNew: false });
    return this.#file;
  }

  #counts(): LineCounts {
    const before = this.#before, now = this.#file?.counts;
    return {
      written: before.written + (now?.written ?? 0),
      failed: before.failed + (now?.failed ?? 0),
      leftOut: before.leftOut + (now?.leftOut ?? 0),
    };
  }
}
