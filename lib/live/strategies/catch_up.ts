/**
 * How a strategy that was started anew is brought back to where its book is.
 *
 * A strategy is brought back from its last stored state, or from its start when it has none, by its recorded inputs: it sees the bars since then
 * and all that became of its orders again, and must ask for exactly what it asked for then. The first decision that differs ends the attempt:
 * what it holds would not be what it decided on.
 *
 * @module
 */

import { type SliceReport, StrategyFailure } from "../../sandbox/mod.ts";
import { type DecisionDifference, IntentCheck } from "./intent_check.ts";
import type { LiveBook } from "../account/live_book.ts";
import type { LiveMarket } from "../account/live_market.ts";
import type { Seat } from "./seat.ts";

/** The most instants that a strategy is brought back by at a time. */
const CATCH_UP_STEPS = 4096;

/** A strategy and the book that it is brought back to. */
export interface CatchUp {
  readonly id: string;
  readonly seat: Seat;
  readonly book: LiveBook;
  readonly market: LiveMarket;
  /** The most instants that it sees at a time from one on. Default: 4,096. */
  readonly strideAt?: (step: number) => number;
  /** Called with how far it has come after each of these, in instants. */
  readonly onSteps?: (steps: number) => void;
  /** Told of the first decision that differs, before that is thrown. */
  readonly onDifference?: (difference: DecisionDifference) => void;
  /** Recorded rows of the end of a recorded feed, where the strategy is asked a last time. Default: it was not. */
  readonly lastRows?: number;
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
export async function catchUp(options: CatchUp): Promise<SliceReport | FailedAtLast> {
  const { id, seat, book, market, strideAt, onSteps, onDifference, lastRows } = options;
  const { mirrored, skipped, tellings, base } = book, last = market.steps - 1;
  const begun = base?.steps ?? 0;
  const check = new IntentCheck(book, { id, lastRows: lastRows ?? 0, onDifference });
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
    const stride = strideAt?.(from) ?? CATCH_UP_STEPS;
    let to = from + 1;
    // The last instant is shown alone: only there a failure can be news.
    while (
      to < last && to <= toldAt && to - from < stride && skipped.has(to) === isUnseen
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
    onSteps?.(to);
  }
  // What it did after the last bar, when something was due.
  for (let dueUs = check.nextUs; dueUs !== undefined; dueUs = check.nextUs) {
    report = check.take(await seat.tick(dueUs), market.steps, true);
  }
  return lastRows === undefined ? report : check.takeLast(await seat.stop());
}
