/**
 * The strategies of a session: shown what happens, asked for their decisions, fenced when they fail, started anew while there are restarts left.
 *
 * Every strategy sees an instant at the same time; what they ask for is journaled and applied in their order. One that fails loses the right to
 * ask, its orders are settled, its process ends; the others have decided by then.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { ReplayError } from "../engine/mod.ts";
import type { EventOrigin } from "../observe/mod.ts";
import { INTENT_WIDTH, JOURNAL_KIND, VERB } from "../protocols/mod.ts";
import { type SavedChild, type SliceReport, StrategyFailure } from "../sandbox/mod.ts";
import { MAX_PAYLOAD_BYTES } from "../store/mod.ts";
import type { AccountLog } from "./account_log.ts";
import { encodeSaved } from "./book_base.ts";
import type { BookEvents } from "./book_events.ts";
import type { Seat } from "./seat.ts";
import type { Left, SessionParts } from "./session_parts.ts";

/** A strategy that failed, and whether it had not yet decided on the last instant, which it then does not get to see again. */
interface Failure {
  readonly k: number;
  readonly error: unknown;
  readonly isUnseen: boolean;
}

/** The strategies of one session. */
export class StrategyCrew {
  /** Where each strategy stands, beside what the core knows. */
  readonly seats: (Seat | null)[];
  readonly #parts: SessionParts;
  readonly #log: AccountLog;
  readonly #events: BookEvents;
  /** Step and hash of each book when its strategy last spoke and had the same; null before. */
  readonly agreed: ({ readonly step: number; readonly hash: number } | null)[];
  /** How many of its book's tellings each strategy has heard. */
  readonly #heard: number[];

  constructor(parts: SessionParts, log: AccountLog, events: BookEvents) {
    this.seats = parts.seats;
    this.#parts = parts;
    this.#log = log;
    this.#events = events;
    this.agreed = log.core.books.map(() => null);
    this.#heard = log.core.books.map((book) => book.tellings.length);
  }

  /** Takes up the instant at which the session broke off: what strategies ask for there, and which of them fail there. */
  async goOn(left: readonly (Left | null)[]): Promise<void> {
    const failures: Failure[] = [];
    left.forEach((it, k) => {
      if (it === null) return;
      if ("failure" in it) failures.push({ k, error: it.failure, isUnseen: true });
      else this.#takeOrNote(k, it, failures);
    });
    await this.#fenceAll(failures);
  }

  /** Shows all strategies the instant that was just walked, and takes their decisions. */
  async step(): Promise<void> {
    const failures: Failure[] = [], { books } = this.#log.core;
    const decisions = this.seats.map((seat, k) =>
      seat === null ? null : seat.step(books[k]!).catch((error: unknown) => {
        failures.push({ k, error, isUnseen: true });
        return null;
      })
    );
    for (let k = 0; k < decisions.length; k++) {
      const report = await decisions[k];
      if (report !== null && report !== undefined) this.#takeOrNote(k, report, failures);
    }
    await this.#fenceAll(failures);
  }

  /** Tells each strategy what has become of its orders between two instants, and takes what it asks for. */
  async tell(): Promise<void> {
    const { books } = this.#log.core;
    for (let k = 0; k < books.length; k++) {
      const { tellings } = books[k]!;
      while (this.seats[k] !== null && this.#heard[k]! < tellings.length) {
        const telling = tellings[this.#heard[k]!++]!;
        await this.#ask(k, (seat) => seat.tell(books[k]!, telling));
      }
    }
  }

  /** Fires what is due before a time, event by event, the earliest first. */
  async fireDue(beforeUs: number): Promise<void> {
    for (;;) {
      let first = -1, dueUs = beforeUs;
      this.seats.forEach((seat, k) => {
        if (seat === null || seat.nextEventUs >= dueUs) return;
        first = k;
        dueUs = seat.nextEventUs;
      });
      if (first === -1) return;
      // What was due while nobody looked fires late, never in the past.
      await this.#ask(first, (seat) => seat.tick(Math.max(dueUs, this.#log.core.nowUs)));
    }
  }

  /** Asks all strategies that offer it for their state, all at once, and stores what they give in their order. */
  async save(): Promise<void> {
    const failures: Failure[] = [];
    const asked = this.seats.map((seat, k) =>
      seat?.opened.saves !== true ? null : seat.save().catch((error: unknown) => {
        failures.push({ k, error, isUnseen: false });
        return null;
      })
    );
    for (let k = 0; k < asked.length; k++) {
      const child = await asked[k];
      if (child !== null && child !== undefined) this.#store(k, child);
    }
    await this.#fenceAll(failures);
  }

  /** Lets each strategy act after the last bar, and returns what it asks for, six numbers a row. */
  async finish(): Promise<number[][]> {
    const all: number[][] = [];
    for (let k = 0; k < this.seats.length; k++) {
      let rows: number[] = [];
      const seat = this.seats[k]!;
      if (seat !== null) {
        try {
          const report = await seat.stop();
          this.#parts.onReport?.(k, report);
          this.#refuseTooMany(report);
          rows = [...report.intents.subarray(0, report.intentCount * INTENT_WIDTH)];
        } catch (error) {
          await this.#fence(k, error, false);
        }
      }
      all.push(rows);
    }
    return all;
  }

  #store(strategy: number, child: SavedChild): void {
    const { core } = this.#log, { saveVersion } = this.seats[strategy]!.opened.terms;
    const { step } = core.books[strategy]!.engine;
    const payload = encodeSaved({ strategy, saveVersion, child }, step), { length } = payload;
    if (length > MAX_PAYLOAD_BYTES) {
      const message = `strategy ${core.ids[strategy]} and its book are ${length} bytes, and ` +
        `${MAX_PAYLOAD_BYTES} can be stored: a restart goes on from the state before`;
      this.#parts.bus.publish("WARNING", { code: "state_too_large", message }, this.#origin());
      return;
    }
    this.#log.commit(JOURNAL_KIND.saved, payload);
    // What was told before it is recorded no longer.
    this.#heard[strategy] = 0;
  }

  async #ask(k: number, ask: (seat: Seat) => Promise<SliceReport>): Promise<void> {
    try {
      this.#take(k, await ask(this.seats[k]!));
    } catch (error) {
      await this.#fence(k, error, false);
    }
  }

  /** Journals and applies what a strategy asks for, or notes that this failed. */
  #takeOrNote(k: number, report: SliceReport, failures: Failure[]): void {
    const book = this.#log.core.books[k]!, before = book.intents.count;
    try {
      this.#take(k, report);
    } catch (error) {
      failures.push({ k, error, isUnseen: book.intents.count === before });
    }
  }

  /** Journals and applies what a strategy asks for. */
  #take(strategy: number, report: SliceReport): void {
    this.#parts.onReport?.(strategy, report);
    const { intents, intentCount } = report, book = this.#log.core.books[strategy]!;
    this.#refuseTooMany(report);
    if (intentCount > 0) {
      try {
        this.#log.commitIntents(strategy, intents, intentCount);
      } catch (error) {
        if (!(error instanceof ReplayError)) throw error;
        throw new StrategyFailure(
          "throw",
          `the strategy's process broke the rules: ${error.message}`,
        );
      }
      this.#events.tell();
    }
    if (report.bookHash !== book.engine.mirrorHash()) {
      throw new StrategyFailure(
        "throw",
        "its own book and the host's differ: what it would decide on is not true",
      );
    }
    this.agreed[strategy] = { step: book.engine.step, hash: report.bookHash };
  }

  /** A flood is a fault, found before anything of it is journaled: so none of it is ever sent. */
  #refuseTooMany({ intents, intentCount }: SliceReport): void {
    const { maxIntents } = this.#parts.rules;
    if (intentCount <= maxIntents) return;
    let asked = 0;
    for (let row = 0; row < intentCount; row++) {
      if (intents[row * INTENT_WIDTH + 2]! % 16 !== VERB.term) asked++;
    }
    if (asked <= maxIntents) return;
    throw new StrategyFailure(
      "quota",
      `it asked for ${asked} things in answer to one event, and sandbox.max_intents_per_event is ${maxIntents}`,
    );
  }

  async #fenceAll(failures: readonly Failure[]): Promise<void> {
    for (const { k, error, isUnseen } of failures) await this.#fence(k, error, isUnseen);
  }

  /**
   * Takes the right to ask from a strategy, settles its orders, ends its process, and starts it anew while there are restarts left.
   *
   * @param isUnseen Whether it failed before it had decided on the last instant, which it then does not get to see again.
   */
  async #fence(strategy: number, error: unknown, isUnseen: boolean): Promise<void> {
    if (!(error instanceof StrategyFailure) && !(error instanceof SandbarError)) throw error;
    const { rules, bus } = this.#parts, { core } = this.#log, seat = this.seats[strategy];
    const id = core.ids[strategy]!, standing = core.standings[strategy]!, { message } = error;
    const policy = rules.overrunPolicy;
    const verdict = error instanceof StrategyFailure ? error.kind : error.code;
    const quarantined = standing.restarts < rules.restartLimit
      ? ""
      : `it failed ${standing.restarts + 1} times, and sandbox.restart_limit is ` +
        `${rules.restartLimit}; the last time: ${message}`;
    // One record: a start that finds it goes on with the same decision.
    const told = { event: "fenced", isUnseen, policy, verdict, why: message, quarantined };
    this.#log.commitJson(JOURNAL_KIND.strategy, { strategy, ...told });
    // Not before: when the journal fails, its process is ended with the session's others.
    this.seats[strategy] = null;
    bus.publish("STRATEGY_OVERRUN", { strategy: id, verdict, message }, this.#origin());
    this.#events.tell();
    await seat?.[Symbol.asyncDispose]();
    if (quarantined !== "") return this.#tellQuarantined(id, quarantined);
    try {
      const { seat, left } = await this.#parts.reseat(strategy);
      this.seats[strategy] = seat;
      this.#heard[strategy] = core.books[strategy]!.tellings.length;
      const { sourceHash } = seat, { restarts } = standing;
      bus.publish("STRATEGY_STARTED", { strategy: id, sourceHash, restarts }, this.#origin());
      if ("failure" in left) throw left.failure;
      this.#take(strategy, left);
    } catch (again) {
      if (!(again instanceof SandbarError)) return await this.#fence(strategy, again, false);
      this.#log.commitJson(JOURNAL_KIND.strategy, {
        strategy,
        event: "quarantined",
        why: again.message,
      });
      this.#tellQuarantined(id, again.message);
    }
  }

  #tellQuarantined(strategy: string, why: string): void {
    this.#parts.bus.publish("STRATEGY_QUARANTINED", { strategy, why }, this.#origin());
  }

  #origin(): EventOrigin {
    return { timeUs: this.#log.core.nowUs, source: "strategies" };
  }
}
