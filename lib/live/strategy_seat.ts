/**
 * A strategy in its seat: the sealed child of a live session, fed instant by instant, asked for its decisions under a deadline, brought back
 * to where it was after a restart.
 *
 * A strategy without `save` is brought back by its recorded inputs: it sees all bars and all that became of its orders again, and must ask
 * for exactly what it asked for then. The first decision that differs ends the attempt: what it holds would not be what it decided on.
 *
 * @module
 */

import type { ParamValue } from "../config/mod.ts";
import { formatIso, type TimeUs } from "../core/mod.ts";
import { type OpenedStrategy, openStrategy, SliceWriter } from "../run/mod.ts";
import type { Rights, SealedRunSpec } from "../engine/mod.ts";
import {
  type ChildLimits,
  SealedChild,
  type SliceReport,
  type StrategySources,
} from "../sandbox/mod.ts";
import { type DecisionDifference, IntentCheck } from "./intent_check.ts";
import type { LiveBook, Telling } from "./live_book.ts";
import type { LiveMarket } from "./live_market.ts";

/** The most instants that a strategy is brought back by at a time. */
const CATCH_UP_STEPS = 4096;

/** What a seat is made for. */
export interface SeatOptions {
  readonly id: string;
  readonly sources: StrategySources;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly grant: (asked: Rights) => Rights;
  readonly seed: number;
  readonly sealed: SealedRunSpec;
  readonly limits: ChildLimits;
  /** For one decision, milliseconds. */
  readonly decisionMs: number;
  readonly market: LiveMarket;
}

/** How a strategy is brought back. */
export interface CatchUpOptions {
  /** The most instants that it sees at a time from one on. Default: 4,096. */
  readonly strideAt?: (step: number) => number;
  /** Called with how far it has come after each of these, in instants. */
  readonly onSteps?: (steps: number) => void;
  /** Told of the first decision that differs, before that is thrown. */
  readonly onDifference?: (difference: DecisionDifference) => void;
  /** Rows of the record that are of the end of a recorded feed, where the strategy is asked a last time. Default: none was. */
  readonly lastRows?: number;
}

/** A strategy that runs. */
export class StrategySeat implements AsyncDisposable {
  readonly opened: OpenedStrategy;
  /** When its next timer or session event is due, microseconds UTC. */
  nextEventUs = Infinity;
  readonly #options: SeatOptions;
  readonly #child: SealedChild;
  readonly #writer: SliceWriter;

  private constructor(options: SeatOptions, child: SealedChild, opened: OpenedStrategy) {
    this.#options = options;
    this.#child = child;
    this.opened = opened;
    this.#writer = new SliceWriter(options.market);
  }

  /**
   * Starts a child and puts the strategy into it.
   *
   * @throws {StrategyFailure} When the strategy is refused or fails.
   */
  static async open(options: SeatOptions): Promise<StrategySeat> {
    const child = SealedChild.start(options.limits);
    try {
      const { sealed, sources, params, grant, seed, market } = options;
      const opened = await openStrategy(child, {
        sealed,
        sessions: market.sessions,
        seed,
        sources,
        params,
        grant,
      });
      return new StrategySeat(options, child, opened);
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw error;
    }
  }

  get osLimits(): boolean {
    return this.#child.osLimits;
  }

  /** Whether its process has a network of its own, in which there is nothing. */
  get networkIsolated(): boolean {
    return this.#child.networkIsolated;
  }

  /** SHA-256 of the strategy's sources. */
  get sourceHash(): string {
    return this.#options.sources.sha256;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Returns what the strategy asks for before the first bar. */
  async begin(): Promise<SliceReport> {
    return await this.tick(this.#options.market.startUs);
  }

  /** Lets the strategy act on what is due at or before a time at which there are no bars. */
  async tick(timeUs: number): Promise<SliceReport> {
    this.#child.sendTick(timeUs);
    return await this.#report(() => `at ${formatIso(timeUs as TimeUs)}`, this.#options.decisionMs);
  }

  /** Shows the strategy the instant that was just walked, and returns what it asks for. */
  async step(book: LiveBook): Promise<SliceReport> {
    const { rows, count } = book.lastMirrored(), slice = this.#writer.next(1, rows, count);
    const { nowUs } = book.engine;
    await this.#child.sendSlice(slice.header, slice.body);
    return await this.#report(
      () => `at the bar of ${formatIso(nowUs as TimeUs)}`,
      this.#options.decisionMs,
    );
  }

  /** Tells the strategy what has become of its orders between two bars, and returns what it asks for. */
  async tell(book: LiveBook, telling: Telling): Promise<SliceReport> {
    const { first, end, timeUs } = telling;
    this.#child.sendTold(timeUs, book.mirrored.from(first, end));
    return await this.#report(() => `at ${formatIso(timeUs as TimeUs)}`, this.#options.decisionMs);
  }

  /** Lets the strategy act after the last bar. */
  async stop(): Promise<SliceReport> {
    this.#child.sendStop();
    return await this.#report(() => "in onStop", this.#options.decisionMs);
  }

  /**
   * Brings the strategy to the last instant of its book.
   *
   * @returns What it asks for beyond what is recorded: its decision on an instant at which the session broke off.
   * @throws {SandbarError} `strategy_changed` at the first decision that differs from the recorded one.
   */
  async catchUp(book: LiveBook, options: CatchUpOptions = {}): Promise<SliceReport> {
    const { strideAt = () => CATCH_UP_STEPS, onSteps, onDifference, lastRows } = options;
    const { market, id } = this.#options, { mirrored, skipped, tellings } = book;
    const check = new IntentCheck(book, { id, lastRows: lastRows ?? 0, onDifference });
    let last = check.take(await this.begin(), 0), row = 0, told = 0;
    const tellAfter = async (step: number): Promise<void> => {
      for (; tellings[told]?.step === step; told++) {
        const telling = tellings[told]!;
        // What was due before it fired before it.
        while (this.nextEventUs < telling.timeUs) {
          last = check.take(await this.tick(this.nextEventUs), step + 1);
        }
        last = check.take(await this.tell(book, telling), step + 1);
        row = telling.end;
      }
    };
    await tellAfter(-1);
    for (let from = 0; from < market.steps;) {
      const isUnseen = skipped.has(from), until = tellings[told]?.step ?? Infinity;
      const stride = strideAt(from);
      let to = from + 1;
      while (
        to < market.steps && to <= until && to - from < stride &&
        skipped.has(to) === isUnseen
      ) to++;
      const first = row, beforeTold = tellings[told]?.first ?? mirrored.count, steps = to;
      while (row < beforeTold && mirrored.at(row, 0) < to) row++;
      const slice = this.#writer.next(to - from, mirrored.from(first, row), row - first);
      await this.#child.sendSlice(slice.header, slice.body, isUnseen);
      const where = (): string => `being brought back to bar ${steps}`;
      last = check.take(await this.#report(where, this.#options.limits.stallMs), to);
      await tellAfter(to - 1);
      from = to;
      onSteps?.(to);
    }
    // What it did after the last bar, when something was due.
    for (let dueUs = check.nextUs; dueUs !== undefined; dueUs = check.nextUs) {
      last = check.take(await this.tick(dueUs), Infinity);
    }
    return lastRows === undefined ? last : check.takeLast(await this.stop());
  }

  /** Kills the child and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  async #report(where: () => string, deadlineMs: number): Promise<SliceReport> {
    const { id } = this.#options;
    const report = await this.#child.report(
      () => `strategy ${id} did not decide within ${deadlineMs} ms ${where()} and was stopped`,
      where,
      deadlineMs,
    );
    this.nextEventUs = report.nextEventUs >= 0 ? report.nextEventUs : Infinity;
    return report;
  }
}
