/**
 * A strategy in its seat, as a session sees it: it is told what happens and says what it asks for. `strategy_seat.ts` is one in a sealed child
 * process.
 *
 * @module
 */

import type { OpenedStrategy } from "../../run/mod.ts";
import type { SavedChild, SliceReport } from "../../sandbox/mod.ts";
import type { BookBase } from "../account/book_base.ts";
import type { LiveBook, Telling } from "../account/live_book.ts";

/** Instants that the host's book has walked before. */
export interface PastInstants {
  /** How many, from the first that the seat has not been shown. */
  readonly steps: number;
  /** Number of the instant after them, for messages. */
  readonly to: number;
  /** Rows of the host's book that count at these instants, twelve numbers a row, and how many. */
  readonly rows: Float64Array;
  readonly rowCount: number;
  /** True for instants that only its book and its indicators see: it is told of what was due before them, not of them. */
  readonly isUnseen: boolean;
}

/** A strategy that runs. What it throws when the strategy fails is a `StrategyFailure`; the seat is of no use then. */
export interface Seat extends AsyncDisposable {
  /** What the strategy says of itself. */
  readonly opened: OpenedStrategy;
  /** SHA-256 of the strategy's sources. */
  readonly sourceHash: string;
  /** False where the operating system's limits could not be set around it. */
  readonly osLimits: boolean;
  /** Whether its process has a network of its own, in which there is nothing. */
  readonly networkIsolated: boolean;
  /** When its next timer or session event is due, microseconds UTC; Infinity when none is. */
  readonly nextEventUs: number;
  /** Starts the strategy, or takes it back to a base; returns what it asks for. Before anything else. */
  begin(from: BookBase | null): Promise<SliceReport>;
  /** Asks the strategy for its state; only of one that saves it. */
  save(): Promise<SavedChild>;
  /** Lets the strategy act on what is due at or before a time at which there are no bars. */
  tick(timeUs: number): Promise<SliceReport>;
  /** Shows the strategy the instant that was just walked, and returns what it asks for. */
  step(book: LiveBook): Promise<SliceReport>;
  /** Tells it what has become of its orders between two instants, and returns what it asks for. */
  tell(book: LiveBook, telling: Telling): Promise<SliceReport>;
  /** Shows it earlier instants again, and returns what it asks for in all of them. */
  replay(past: PastInstants): Promise<SliceReport>;
  /** Lets the strategy act after the last bar. */
  stop(): Promise<SliceReport>;
}
