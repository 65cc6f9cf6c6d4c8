/**
 * How a strategy that was started anew is brought back to where its book is.
 *
 * A strategy is brought back from its last stored state, or from its start when it has none, by its recorded inputs: it sees the bars since then
 * and all that became of its orders again, and must ask for exactly what it asked for then. The first decision that differs ends the attempt:
 * what it holds would not be what it decided on.
 *
 * @module
 */

import { formatIso, SandbarError, type TimeUs } from "../core/mod.ts";
import { INTENT_WIDTH } from "../protocols/mod.ts";
import { type SliceReport, StrategyFailure } from "../sandbox/mod.ts";
import type { LiveBook } from "./live_book.ts";
import type { LiveMarket } from "./live_market.ts";
import type { Seat } from "./seat.ts";

/** The most instants that a strategy is brought back by at a time. */
const CATCH_UP_STEPS = 4096;

/** A strategy and the book that it is brought back to. */
export interface CatchUp {
  readonly id: string;
  readonly seat: Seat;
  readonly book: LiveBook;
  readonly market: LiveMarket;
}

/** A strategy that fails at the very instant at which its session broke off: it would have failed then. */
export interface FailedAtLast {
  readonly failure: StrategyFailure;
}

/**
 * Brings a strategy to the last instant of its book.
 *
 * @returns What it asks for beyond what is recorded: its decision on an instant at which the session broke off; or that it fails there.
 * @throws {SandbarError} `strategy_changed` at the first decision that differs from the recorded one.
 * @throws {StrategyFailure} When it fails before that.
 */
export async function catchUp(
  { id, seat, book, market }: CatchUp,
): Promise<SliceReport | FailedAtLast> {
  const { mirrored, skipped, tellings, base } = book, last = market.steps - 1;
  const begun = base?.steps ?? 0;
  const check = new IntentCheck(book, id);
  const isDecided = book.intents.count > 0 &&
    book.intents.at(book.intents.count - 1, 0) > last * 2;
  let report = check.take(await seat.begin(base), begun), row = 0, told = 0;
  const tellAfter = async (step: number): Promise<void> => {
    for (; tellings[told]?.step === step; told++) {
      const telling = tellings[told]!;
      // What was due before it fired before it.
      while (seat.nextEventUs < telling.timeUs) {
        report = check.take(await seat.tick(seat.nextEventUs), step + 1);
      }
      report = check.take(await seat.tell(book, telling), step + 1);
      row = telling.end;
    }
  };
  await tellAfter(begun - 1);
  for (let from = begun; from < market.steps;) {
    const isUnseen = skipped.has(from), isLast = from === last;
    const toldAt = tellings[told]?.step ?? Infinity;
    let to = from + 1;
    // The last instant is shown alone: only there a failure can be news.
    while (
      to < last && to <= toldAt && to - from < CATCH_UP_STEPS && skipped.has(to) === isUnseen
    ) to++;
    const first = row, beforeTold = tellings[told]?.first ?? mirrored.count;
    while (row < beforeTold && mirrored.at(row, 0) < to) row++;
    const rows = mirrored.from(first, row);
    const past = { steps: to - from, to, rows, rowCount: row - first, isUnseen };
    try {
      report = check.take(await seat.replay(past), to);
    } catch (error) {
      if (isLast && !isUnseen && !isDecided && error instanceof StrategyFailure) {
        return { failure: error };
      }
      throw error;
    }
    await tellAfter(to - 1);
    from = to;
  }
  // What it did after the last bar, when something was due.
  for (let dueUs = check.nextUs; dueUs !== undefined; dueUs = check.nextUs) {
    report = check.take(await seat.tick(dueUs), market.steps, true);
  }
  return report;
}

/** Compares what a strategy asks for while it is brought back with what it asked for then. */
class IntentCheck {
  readonly #book: LiveBook;
  readonly #id: string;
  #at: number;

  constructor(book: LiveBook, id: string) {
    this.#book = book;
    this.#at = book.base?.intents ?? 0;
    this.#id = id;
  }

  /**
   * Takes a report of the instants before `steps`, and returns it without the rows that are recorded.
   *
   * @param isDue True for something that was due after them, of which there is a record.
   */
  take(report: SliceReport, steps: number, isDue = false): SliceReport {
    const { intents } = this.#book;
    let row = 0;
    for (; row < report.intentCount && this.#at < intents.count; row++, this.#at++) {
      for (let k = 0; k < INTENT_WIDTH; k++) {
        if (Object.is(report.intents[row * INTENT_WIDTH + k], intents.at(this.#at, k))) continue;
        throw this.#differs(report.intents[row * INTENT_WIDTH + 1]!);
      }
    }
    const left = report.intentCount - row, { engine } = this.#book;
    // What is beyond the record can only be of the very last instant: nothing was recorded after it.
    if (left > 0 && report.intents[row * INTENT_WIDTH]! <= engine.step * 2) {
      throw this.#differs(report.intents[row * INTENT_WIDTH + 1]!);
    }
    const isMissing = this.#at < intents.count &&
      (intents.at(this.#at, 0) < steps * 2 || (isDue && row === 0));
    if (isMissing) throw this.#differs(intents.at(this.#at, 1));
    return {
      ...report,
      intents: report.intents.subarray(row * INTENT_WIDTH),
      intentCount: left,
    };
  }

  /** Time of the first recorded row that was not asked for again, undefined when there is none. */
  get nextUs(): number | undefined {
    const { intents } = this.#book;
    return this.#at < intents.count ? intents.at(this.#at, 1) : undefined;
  }

  #differs(timeUs: number): SandbarError {
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
