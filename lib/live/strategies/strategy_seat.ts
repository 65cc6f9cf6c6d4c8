/**
 * A strategy in its seat: the sealed child of a live session, fed instant by instant, asked for its decisions under a deadline.
 *
 * @module
 */

import type { ParamValue } from "../../config/mod.ts";
import { formatIso, type TimeUs } from "../../core/mod.ts";
import { type OpenedStrategy, openStrategy, SliceWriter } from "../../run/mod.ts";
import type { Rights, SealedRunSpec } from "../../engine/mod.ts";
import {
  type ChildLimits,
  encodeChildState,
  type SavedChild,
  SealedChild,
  type SliceReport,
  type StrategySources,
} from "../../sandbox/mod.ts";
import type { BookBase } from "../account/book_base.ts";
import type { LiveBook, Telling } from "../account/live_book.ts";
import type { LiveMarket } from "../account/live_market.ts";
import type { PastInstants, Seat } from "./seat.ts";

/** The most instants that indicators are brought back by at a time. */
const WARM_STEPS = 4096;

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
export class StrategySeat implements Seat {
  readonly opened: OpenedStrategy;
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

  get networkIsolated(): boolean {
    return this.#child.networkIsolated;
  }

  get sourceHash(): string {
    return this.#options.sources.sha256;
  }

  get pid(): number {
    return this.#child.pid;
  }

  async begin(from: BookBase | null): Promise<SliceReport> {
    const resumed = from === null ? null : await this.#resume(from);
    if (resumed !== null && from!.child.state !== null) return resumed;
    this.#child.sendStart();
    return await this.#report(() => "at its start", this.#options.decisionMs);
  }

  async save(): Promise<SavedChild> {
    const { maxStateBytes, limits } = this.#options;
    // Not the time for a decision: how long it takes follows from the size of the book.
    return await this.#child.save(maxStateBytes, limits.stallMs);
  }

  async tick(timeUs: number): Promise<SliceReport> {
    this.#child.sendTick(timeUs);
    return await this.#report(() => `at ${formatIso(timeUs as TimeUs)}`, this.#options.decisionMs);
  }

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

  async stop(): Promise<SliceReport> {
    this.#child.sendStop();
    return await this.#report(() => "in onStop", this.#options.decisionMs);
  }

  async replay({ steps, to, rows, rowCount, isUnseen }: PastInstants): Promise<SliceReport> {
    const slice = this.#writer.next(steps, rows, rowCount);
    await this.#child.sendSlice(slice.header, slice.body, isUnseen ? "unseen" : "slice");
    return await this.#report(
      () => `being brought back to bar ${to}`,
      this.#options.limits.stallMs,
    );
  }

  /** Kills the child and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  /** The indicators by bars alone, then book, timers and the strategy's own state. */
  async #resume({ child, isNew, steps }: BookBase): Promise<SliceReport> {
    for (let from = 0; from < steps; from += WARM_STEPS) {
      const slice = this.#writer.next(Math.min(steps - from, WARM_STEPS));
      await this.#child.sendSlice(slice.header, slice.body, "warm");
    }
    this.#child.sendState(encodeChildState(child, isNew));
    return await this.#report(() => "taking its state back", this.#options.limits.stallMs);
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
