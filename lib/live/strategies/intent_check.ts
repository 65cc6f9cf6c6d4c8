/**
 * Compares what a strategy asks for while it is shown its recorded inputs again with what it asked for then, request by request.
 *
 * @module
 */

import { formatIso, SandbarError, type TimeUs } from "../../core/mod.ts";
import { INTENT_WIDTH } from "../../protocols/mod.ts";
import type { SliceReport } from "../../sandbox/mod.ts";
import type { LiveBook } from "../account/live_book.ts";

/** The first decision that differs. Rows of six numbers, see `lib/protocols/intents.ts`; none when nothing was asked for. */
export interface DecisionDifference {
  readonly timeUs: number;
  /** Instant * 2 + phase: where in the run both decisions were made. */
  readonly position: number;
  readonly recorded: Float64Array;
  readonly asked: Float64Array;
}

/** Follows one strategy. */
export class IntentCheck {
  readonly #book: LiveBook;
  readonly #id: string;
  readonly #onDifference: ((difference: DecisionDifference) => void) | undefined;
  #at: number;
  /** First recorded row of the report that is being taken. */
  #from = 0;
  /** Rows that are compared. */
  #end: number;

  /** @param lastRows Recorded rows of the end of a recorded feed, which {@linkcode takeLast} compares. */
  constructor(
    book: LiveBook,
    { id, lastRows, onDifference }: {
      readonly id: string;
      readonly lastRows: number;
      readonly onDifference?: ((difference: DecisionDifference) => void) | undefined;
    },
  ) {
    this.#book = book;
    this.#at = book.base?.intents ?? 0;
    this.#id = id;
    this.#onDifference = onDifference;
    this.#end = book.intents.count - lastRows;
  }

  /** Time of the first recorded row that was not asked for again yet, undefined when there is none. */
  get nextUs(): number | undefined {
    return this.#at < this.#end ? this.#book.intents.at(this.#at, 1) : undefined;
  }

  /**
   * Takes a report of the instants before `steps`, and returns it without the rows that are recorded.
   *
   * @param isDue True for something that was due after them, of which there is a record.
   * @throws {SandbarError} `strategy_changed` at the first row that differs, is missing, or is one more.
   */
  take(report: SliceReport, steps: number, isDue = false): SliceReport {
    const { intents, engine } = this.#book;
    let row = 0;
    this.#from = this.#at;
    for (; row < report.intentCount && this.#at < this.#end; row++, this.#at++) {
      for (let k = 0; k < INTENT_WIDTH; k++) {
        if (Object.is(report.intents[row * INTENT_WIDTH + k], intents.at(this.#at, k))) continue;
        const asked = report.intents[row * INTENT_WIDTH]!;
        throw this.#differs(Math.min(asked, intents.at(this.#at, 0)), report);
      }
    }
    const left = report.intentCount - row, beyond = report.intents[row * INTENT_WIDTH]!;
    // What is beyond the record can only be of the very last instant: nothing was recorded after it.
    if (left > 0 && beyond <= engine.step * 2) throw this.#differs(beyond, report);
    const isMissing = this.#at < this.#end &&
      (intents.at(this.#at, 0) < steps * 2 || (isDue && row === 0));
    if (isMissing) throw this.#differs(intents.at(this.#at, 0), report);
    return {
      ...report,
      intents: report.intents.subarray(row * INTENT_WIDTH),
      intentCount: left,
    };
  }

  /** As {@linkcode take}, of the end of the record: there is nothing beyond it. */
  takeLast(report: SliceReport): SliceReport {
    this.#end = this.#book.intents.count;
    const rest = this.take(report, Infinity);
    if (rest.intentCount > 0) throw this.#differs(rest.intents[0]!, report);
    if (this.#at < this.#end) throw this.#differs(this.#book.intents.at(this.#at, 0), report);
    return rest;
  }

  /** Returns the error of a decision, told with all that was asked for in it. */
  #differs(position: number, { intents: rows, intentCount }: SliceReport): SandbarError {
    const { intents } = this.#book;
    const recorded = rowsAt(intents.from(this.#from, this.#end), this.#end - this.#from, position);
    const asked = rowsAt(rows, intentCount, position);
    const timeUs = (asked.length > 0 ? asked : recorded)[1]!;
    this.#onDifference?.({ timeUs, position, recorded, asked });
    return new SandbarError(
      "strategy_changed",
      `Cannot bring strategy ${this.#id} back: at ${
        formatIso(timeUs as TimeUs)
      } it asks for something else than it did then, so it depends on more than its bars and orders ` +
        "(or its file has changed); start it with --upgrade keep or --upgrade flatten",
      { context: { strategy: this.#id, timeUs } },
    );
  }
}

/** Returns the rows of one place in the run, which follow each other. */
function rowsAt(rows: Float64Array, count: number, position: number): Float64Array {
  let first = 0;
  while (first < count && rows[first * INTENT_WIDTH] !== position) first++;
  let end = first;
  while (end < count && rows[end * INTENT_WIDTH] === position) end++;
  return rows.slice(first * INTENT_WIDTH, end * INTENT_WIDTH);
}
