/**
 * A live session: takes what happens one thing after the other, journals it, applies it to the books, shows it to the strategies and journals
 * what they ask for. Whatever changes the account goes through the journal; whatever leaves the process waits until its cause is durable.
 *
 * In an instant: timers that are due before it, each by its own event · the bars are journaled and applied · every strategy sees them and
 * decides, all at once · decisions are journaled and applied in the order of the strategies · those that failed are fenced, then restarted.
 *
 * @module
 */

import { SandbarError, type TimeUs } from "../core/mod.ts";
import { ReplayError } from "../engine/mod.ts";
import { type FeedEvent, JOURNAL_KIND } from "../protocols/mod.ts";
import { type SliceReport, StrategyFailure } from "../sandbox/mod.ts";
import { BookEvents } from "./book_events.ts";
import type { CommandAnswer, OperatorCommand } from "./control/controlled.ts";
import { encodeBars, encodeIntents, encodeJsonPayload } from "./records.ts";
import type { SessionParts } from "./session_parts.ts";
import { BAR_GRACE_US, SessionTimers } from "./session_timers.ts";
import { StateSaver } from "./state_saver.ts";
import type { StrategySeat } from "./strategy_seat.ts";
import { doneText, refusalOf } from "./operator_words.ts";
import type { TradingCore } from "./trading_core.ts";
import { Waker } from "./waker.ts";

/** Records that may be on their way to the disk before the session waits for it. */
const MAX_UNDURABLE = 20_000;

/** Why a session ended. */
export type SessionEnd = "end_of_feed" | "stopped";

/** A request of the operator on its way. */
interface Asked {
  readonly command: OperatorCommand;
  readonly answer: (answer: CommandAnswer) => void;
}

/** A running session. */
export class LiveSession {
  readonly core: TradingCore;
  /** Where each strategy stands, beside what the core knows. */
  readonly seats: (StrategySeat | null)[];
  lastFeedUs: number | null = null;
  readonly #parts: SessionParts;
  readonly #events: BookEvents;
  readonly #asked: Asked[] = [];
  readonly #waker = new Waker();
  #stopping: string | null = null;
  readonly #timers: SessionTimers;
  readonly #saver: StateSaver;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.core = parts.core;
    this.seats = parts.seats;
    this.#events = new BookEvents(parts.core, parts.bus);
    this.#saver = new StateSaver({
      core: parts.core,
      seats: parts.seats,
      bus: parts.bus,
      maxReplayEvents: parts.rules.maxReplayEvents,
      isSnapshotDue: parts.isSnapshotDue,
      commit: (kind, payload) => void this.#commit(kind, payload),
      fence: (strategy, error) => this.#fence(strategy, error, false),
    });
    this.#timers = new SessionTimers({
      clock: parts.clock,
      bus: parts.bus,
      rules: parts.rules,
      nowUs: () => this.core.nowUs,
      onDue: () => this.#waker.wake(),
      onTick: (tick) => this.#tick(tick),
    });
  }

  /**
   * Runs until the feed ends or the session is stopped.
   *
   * @param left What strategies ask for at the instant at which an earlier session broke off, or before the first bar.
   * @param signal Aborting stops in order.
   */
  async run(left: readonly (SliceReport | null)[], signal: AbortSignal): Promise<SessionEnd> {
    const { feed, journal } = this.#parts;
    const onAbort = (): void => this.stop("interrupted");
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const closing = new AbortController(), timers = this.#timers.run(closing.signal);
    let next: Promise<FeedEvent> | null = null;
    try {
      left.forEach((report, k) => {
        if (report !== null) this.#take(k, report);
      });
      // What was ordered before the start, such as by a HALT file, holds before anything happens.
      await this.#obey();
      this.#parts.onChange?.();
      while (this.#stopping === null) {
        this.#timers.planDue(this.seats);
        next ??= feed.next(closing.signal);
        const event = await this.#waker.unlessWoken(next);
        if (event === undefined) {
          await this.#obey();
          await this.#fireDueNow();
        } else {
          next = null;
          this.lastFeedUs = event.timeUs;
          if (event.kind === "end") return await this.#end();
          if (event.kind === "bars") await this.#bars(event);
          if (event.kind === "fault") this.#events.tellFault(event.fault, event.timeUs);
        }
        await this.#saver.look();
        this.#parts.onChange?.();
        if (journal.lastSequence - journal.durableSequence > MAX_UNDURABLE) {
          await journal.whenDurable(journal.lastSequence - MAX_UNDURABLE / 2);
        }
      }
      await this.#stop(this.#stopping);
      return "stopped";
    } finally {
      signal.removeEventListener("abort", onAbort);
      closing.abort();
      await timers;
      await next?.catch(() => undefined);
      this.#refuseAsked();
    }
  }

  /** Ends the session after the event that is being worked on. */
  stop(why: string): void {
    this.#stopping ??= why;
    this.#waker.wake();
  }

  /** Does what the operator orders, between two events. Resolves when it is durable and done. */
  command(command: OperatorCommand): Promise<CommandAnswer> {
    const { promise, resolve } = Promise.withResolvers<CommandAnswer>();
    this.#asked.push({ command, answer: resolve });
    this.#waker.wake();
    return promise;
  }

  /** Journals and applies what changes the account. Returns the record's number. */
  #commit(kind: number, payload: Uint8Array<ArrayBuffer>): number {
    const sequence = this.#parts.journal.append(kind, this.core.nowUs, payload);
    this.core.apply({ kind, payload });
    return sequence;
  }

  async #bars(event: FeedEvent & { readonly kind: "bars" }): Promise<void> {
    await this.#fireDue(event.timeUs);
    this.#hold(event.timeUs);
    this.#commit(JOURNAL_KIND.bars, encodeBars(event.bars));
    this.#events.tell();
    const failures: { k: number; error: unknown; isUnseen: boolean }[] = [];
    const decisions = this.seats.map((seat, k) =>
      seat === null ? null : seat.step(this.core.books[k]!).catch((error: unknown) => {
        failures.push({ k, error, isUnseen: true });
        return null;
      })
    );
    for (let k = 0; k < decisions.length; k++) {
      const report = await decisions[k], before = this.core.books[k]!.intents.count;
      if (report === null || report === undefined) continue;
      try {
        this.#take(k, report);
      } catch (error) {
        failures.push({ k, error, isUnseen: this.core.books[k]!.intents.count === before });
      }
    }
    for (const { k, error, isUnseen } of failures) await this.#fence(k, error, isUnseen);
  }

  /**
   * Holds the books back while bars come late by more than one of them, after a sleep or a gap: what is decided on an old price may reduce, and
   * adds nothing.
   */
  #hold(barUs: number): void {
    const { clock, rules } = this.#parts;
    if (!rules.isRealTime) return;
    const isLate = clock.now() - barUs > rules.periodUs;
    if (isLate === this.core.isDegraded) return;
    const kind = isLate ? "degrade" : "restore",
      why = isLate ? "bars are late" : "bars are in time";
    this.#commit(JOURNAL_KIND.command, encodeJsonPayload({ kind, who: "clock", why }));
    const [before, after] = isLate
      ? ["ready", "degraded"] as const
      : ["degraded", "ready"] as const;
    this.#parts.bus.publish("ENGINE_STATE", { before, after, why }, this.#origin());
  }

  #tick(tick: number): void {
    const { maxCycles } = this.#parts.rules;
    for (const { engine } of this.core.books) engine.ledger.checkBalance();
    if (tick === maxCycles) this.stop(`engine.max_cycles: ${tick}`);
  }

  /** In real time, fires what has been due for so long that no bar of that time comes any more. */
  async #fireDueNow(): Promise<void> {
    const { clock, rules } = this.#parts;
    if (rules.isRealTime) await this.#fireDue(clock.now() - BAR_GRACE_US + 1);
  }

  /** Fires what is due before a time, event by event, the earliest first. */
  async #fireDue(beforeUs: number): Promise<void> {
    for (;;) {
      let first = -1, dueUs = beforeUs;
      this.seats.forEach((seat, k) => {
        if (seat === null || seat.nextEventUs >= dueUs) return;
        first = k;
        dueUs = seat.nextEventUs;
      });
      if (first === -1) return;
      try {
        // What was due while nobody looked fires late, never in the past.
        this.#take(first, await this.seats[first]!.tick(Math.max(dueUs, this.core.nowUs)));
      } catch (error) {
        await this.#fence(first, error, false);
      }
    }
  }

  /** Journals and applies what a strategy asks for. */
  #take(strategy: number, report: SliceReport): void {
    this.#parts.onReport?.(strategy, report);
    const { intents, intentCount } = report, book = this.core.books[strategy]!;
    if (intentCount > 0) {
      try {
        // Applied before it is journaled: rows that cannot be applied are no part of the account's history.
        book.apply(intents, intentCount);
      } catch (error) {
        if (!(error instanceof ReplayError)) throw error;
        throw new StrategyFailure(
          "throw",
          `the strategy's process broke the rules: ${error.message}`,
        );
      }
      this.#parts.journal.append(
        JOURNAL_KIND.intents,
        this.core.nowUs,
        encodeIntents(strategy, intents, intentCount),
      );
      this.#events.tell();
    }
    if (report.bookHash !== book.engine.mirrorHash()) {
      throw new StrategyFailure(
        "throw",
        "its own book and the host's differ: what it would decide on is not true",
      );
    }
  }

  /**
   * Takes the right to ask from a strategy, settles its orders, ends its process, and starts it anew while there are restarts left.
   *
   * @param isUnseen Whether it failed before it had decided on the last instant, which it then does not get to see again.
   */
  async #fence(strategy: number, error: unknown, isUnseen: boolean): Promise<void> {
    if (!(error instanceof StrategyFailure) && !(error instanceof SandbarError)) throw error;
    const { rules, bus } = this.#parts, seat = this.seats[strategy], id = this.core.ids[strategy]!;
    this.seats[strategy] = null;
    const policy = rules.overrunPolicy, { message } = error;
    const verdict = error instanceof StrategyFailure ? error.kind : error.code;
    this.#strategyRecord(strategy, {
      event: "fenced",
      isUnseen,
      policy,
      verdict,
      why: message,
    });
    bus.publish("STRATEGY_OVERRUN", { strategy: id, verdict, message }, this.#origin());
    this.#events.tell();
    await seat?.[Symbol.asyncDispose]();
    const standing = this.core.standings[strategy]!;
    if (standing.restarts >= rules.restartLimit) {
      const why = `it failed ${standing.restarts + 1} times, and sandbox.restart_limit is ` +
        `${rules.restartLimit}; the last time: ${message}`;
      return this.#quarantine(strategy, why);
    }
    this.#strategyRecord(strategy, { event: "restarted" });
    try {
      const { seat, left } = await this.#parts.reseat(strategy);
      this.seats[strategy] = seat;
      bus.publish("STRATEGY_STARTED", {
        strategy: id,
        sourceHash: seat.sourceHash,
        restarts: standing.restarts,
      }, this.#origin());
      this.#take(strategy, left);
    } catch (again) {
      if (again instanceof SandbarError) return this.#quarantine(strategy, again.message);
      await this.#fence(strategy, again, false);
    }
  }

  #quarantine(strategy: number, why: string): void {
    this.#strategyRecord(strategy, { event: "quarantined", why });
    const id = this.core.ids[strategy]!;
    this.#parts.bus.publish("STRATEGY_QUARANTINED", { strategy: id, why }, this.#origin());
  }

  #strategyRecord(strategy: number, told: Readonly<Record<string, unknown>>): void {
    this.#commit(JOURNAL_KIND.strategy, encodeJsonPayload({ strategy, ...told }));
  }

  /** Does what the operator has ordered so far. */
  async #obey(): Promise<void> {
    for (let asked = this.#asked.shift(); asked !== undefined; asked = this.#asked.shift()) {
      const { kind, who, why, rearm } = asked.command, { journal, bus } = this.#parts;
      const before = this.core.state;
      const refusal = refusalOf(this.core, asked.command);
      if (refusal !== null) {
        bus.publish(
          "OPERATOR_COMMAND",
          { command: kind, who, why, outcome: "refused:" },
          this.#origin(),
        );
        asked.answer({
          outcome: "refused",
          refusal: "invalid",
          message: refusal,
          sequence: null,
          state: before,
        });
        continue;
      }
      const sequence = this.#commit(
        JOURNAL_KIND.command,
        encodeJsonPayload({ kind, who, why, ...(rearm === true ? { rearm } : {}) }),
      );
      await journal.whenDurable(sequence);
      this.#events.tell();
      this.#events.tellCommand(asked.command, before);
      if (kind === "stop") this.stop(`by ${who}: ${why}`);
      asked.answer({
        outcome: "done",
        message: doneText(asked.command),
        sequence,
        state: this.core.state,
      });
    }
  }

  /** Closes the books at the end of a recorded feed, as a backtest does. */
  async #end(): Promise<SessionEnd> {
    const { journal } = this.#parts, intents: number[][] = [];
    for (let k = 0; k < this.seats.length; k++) {
      const seat = this.seats[k]!;
      let rows: number[] = [];
      if (seat !== null) {
        try {
          const report = await seat.stop();
          this.#parts.onReport?.(k, report);
          rows = [...report.intents.subarray(0, report.intentCount * 6)];
        } catch (error) {
          await this.#fence(k, error, false);
        }
      }
      intents.push(rows);
    }
    this.#commit(JOURNAL_KIND.stop, encodeJsonPayload({ reason: "end_of_feed", intents }));
    this.#events.tell();
    await journal.whenDurable(journal.lastSequence);
    this.#parts.bus.publish("ENGINE_STOP", { why: "the feed has ended" }, this.#origin());
    this.#parts.onChange?.();
    return "end_of_feed";
  }

  /** An orderly stop: the next start goes on from here. */
  async #stop(why: string): Promise<void> {
    const { journal, bus, rules } = this.#parts;
    await this.#saver.save();
    const told = { reason: "stopped", why, orders: rules.ordersOnStop };
    this.#commit(JOURNAL_KIND.stop, encodeJsonPayload(told));
    this.#events.tell();
    await journal.whenDurable(journal.lastSequence);
    bus.publish("ENGINE_STOP", { why }, this.#origin());
    this.#parts.onChange?.();
  }

  #refuseAsked(): void {
    for (const { answer } of this.#asked.splice(0)) {
      answer({
        outcome: "refused",
        refusal: "unavailable",
        message: "the session is ending",
        sequence: null,
        state: this.core.state,
      });
    }
  }

  #origin(): { readonly timeUs: TimeUs; readonly source: string } {
    return { timeUs: this.core.nowUs as TimeUs, source: "session" };
  }
}
