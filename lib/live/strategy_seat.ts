/**
 * A strategy in its seat: the sealed child of a live session, fed instant by instant, asked for its decisions under a deadline, brought back
 * to where it was after a restart.
 *
 * A strategy is brought back from its last stored state, or from its start when it has none, by its recorded inputs: it sees the bars since then
 * and all that became of its orders again, and must ask for exactly what it asked for then. The first decision that differs ends the attempt:
 * what it holds would not be what it decided on.
 *
 * @module
 */

import type { ParamValue } from "../config/mod.ts";
import { formatIso, SandbarError, type TimeUs } from "../core/mod.ts";
import { INTENT_WIDTH } from "../protocols/mod.ts";
import { type OpenedStrategy, openStrategy, SliceWriter } from "../run/mod.ts";
import type { Rights, SealedRunSpec } from "../engine/mod.ts";
import {
  type ChildLimits,
  encodeChildState,
  type SavedChild,
  SealedChild,
  type SliceReport,
  type StrategySources,
} from "../sandbox/mod.ts";
import type { BookBase } from "./book_base.ts";
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
  /** The most that it may save, bytes of JSON. */
  readonly maxStateBytes: number;
  readonly market: LiveMarket;
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
        starts: false,
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

  /** SHA-256 of the strategy's sources. */
  get sourceHash(): string {
    return this.#options.sources.sha256;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Asks the strategy for its state. @throws {StrategyFailure} When it fails, is late or returns too much. */
  async save(): Promise<SavedChild> {
    const { maxStateBytes, decisionMs } = this.#options;
    return await this.#child.save(maxStateBytes, decisionMs);
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
  async catchUp(book: LiveBook): Promise<SliceReport> {
    const { market } = this.#options, { mirrored, skipped, tellings } = book;
    const { base } = book, begun = base?.steps ?? 0;
    const check = new IntentCheck(book, this.#options.id);
    const first = base === null ? await this.#start() : await this.#resume(base);
    let last = check.take(first, begun), row = 0, told = 0;
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
    await tellAfter(begun - 1);
    for (let from = begun; from < market.steps;) {
      const isUnseen = skipped.has(from), until = tellings[told]?.step ?? Infinity;
      let to = from + 1;
      while (
        to < market.steps && to <= until && to - from < CATCH_UP_STEPS &&
        skipped.has(to) === isUnseen
      ) to++;
      const rowFrom = row, beforeTold = tellings[told]?.first ?? mirrored.count, steps = to;
      while (row < beforeTold && mirrored.at(row, 0) < to) row++;
      const slice = this.#writer.next(to - from, mirrored.from(rowFrom, row), row - rowFrom);
      await this.#child.sendSlice(slice.header, slice.body, isUnseen ? "unseen" : "slice");
      const where = (): string => `being brought back to bar ${steps}`;
      last = check.take(await this.#report(where, this.#options.limits.stallMs), to);
      await tellAfter(to - 1);
      from = to;
    }
    // What it did after the last bar, when something was due.
    for (let dueUs = check.nextUs; dueUs !== undefined; dueUs = check.nextUs) {
      last = check.take(await this.tick(dueUs), Infinity);
    }
    return last;
  }

  /** Kills the child and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  /** Returns what the strategy asks for before its first bar. */
  async #start(): Promise<SliceReport> {
    this.#child.sendStart();
    return await this.#report(() => "at its start", this.#options.decisionMs);
  }

  /** Brings the strategy to a base: the indicators by bars alone, then its book, its timers and its own state. */
  async #resume({ child, isNew, steps }: BookBase): Promise<SliceReport> {
    for (let from = 0; from < steps; from += CATCH_UP_STEPS) {
      const slice = this.#writer.next(Math.min(steps - from, CATCH_UP_STEPS));
      await this.#child.sendSlice(slice.header, slice.body, "warm");
    }
    this.#child.sendState(encodeChildState(child, isNew));
    const report = await this.#report(() => "taking its state back", this.#options.limits.stallMs);
    return child.state === null ? await this.#start() : report;
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

  /** Takes a report of the instants before `steps`, and returns it without the rows that are recorded. */
  take(report: SliceReport, steps: number): SliceReport {
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
      (intents.at(this.#at, 0) < steps * 2 || (steps === Infinity && row === 0));
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
