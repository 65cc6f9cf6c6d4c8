/**
 * A live session: takes what happens one thing after the other, journals it, applies it to the books, shows it to the strategies and journals
 * what they ask for. Whatever changes the account goes through the journal; whatever leaves the process waits until its cause is durable.
 *
 * In an instant: what the broker reported before it · timers that are due before it, each by its own event · the bars are journaled and applied ·
 * every strategy sees them and decides, all at once · decisions are journaled and applied in the order of the strategies · those that failed
 * are fenced, then restarted · what the books wish goes to the broker.
 *
 * @module
 */

import type { EventOrigin } from "../observe/mod.ts";
import { type FeedEvent, JOURNAL_KIND } from "../protocols/mod.ts";
import { AccountLog } from "./account_log.ts";
import { BookEvents } from "./book_events.ts";
import { BrokerTurn } from "./broker_turn.ts";
import { Comparisons } from "./comparisons.ts";
import type { CommandAnswer, LinkView, OperatorCommand } from "./control/controlled.ts";
import { doneText, refusalOf } from "./operator_answers.ts";
import { encodeBars, encodeQuote } from "./records.ts";
import { InputWatch } from "./input_watch.ts";
import type { Seat } from "./seat.ts";
import type { Left, SessionParts } from "./session_parts.ts";
import { BAR_GRACE_US, SessionTimers } from "./session_timers.ts";
import { StrategyCrew } from "./strategy_crew.ts";
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
  lastFeedUs: number | null = null;
  readonly #parts: SessionParts;
  readonly #log: AccountLog;
  readonly #events: BookEvents;
  readonly #crew: StrategyCrew;
  readonly #watch: InputWatch;
  readonly #broker: BrokerTurn | null;
  /** Where the venue is inside, the books are compared with themselves. */
  readonly #comparisons: Comparisons;
  readonly #asked: Asked[] = [];
  readonly #waker = new Waker();
  readonly #timers: SessionTimers;
  #stopping: string | null = null;
  #failure: unknown;

  constructor(parts: SessionParts) {
    const { core, journal, bus, broker, clock, rules } = parts;
    this.#parts = parts;
    this.core = core;
    this.#log = journal instanceof AccountLog ? journal : new AccountLog(core, journal);
    this.#events = new BookEvents(core, bus);
    this.#crew = new StrategyCrew(parts, this.#log, this.#events);
    this.#watch = new InputWatch({ ...parts, log: this.#log, crew: this.#crew });
    this.#comparisons = new Comparisons({ core, bus, clock, rules, agreed: this.#crew.agreed });
    this.#broker = broker === null
      ? null
      : new BrokerTurn({ side: broker, log: this.#log, crew: this.#crew, bus, rules, clock });
    this.#timers = new SessionTimers({
      clock,
      bus,
      rules,
      nowUs: () => core.nowUs,
      onDue: () => this.#waker.wake(),
      onTick: (tick) => this.#tick(tick),
    });
  }

  /** Where each strategy stands, beside what the core knows. */
  get seats(): readonly (Seat | null)[] {
    return this.#crew.seats;
  }

  /** The link to the broker, null where the venue is inside. */
  get broker(): LinkView | null {
    return this.#parts.broker?.link() ?? null;
  }

  /**
   * Runs until the feed ends or the session is stopped.
   *
   * @param left What strategies ask for at the instant at which an earlier session broke off, or before the first bar.
   * @param signal Aborting stops in order.
   * @throws What made it impossible to go on: the journal, the lease, the broker.
   */
  async run(left: readonly (Left | null)[], signal: AbortSignal): Promise<SessionEnd> {
    const { feed } = this.#parts;
    const onAbort = (): void => this.stop("interrupted");
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    const closing = new AbortController(), timers = this.#timers.run(closing.signal);
    let next: Promise<FeedEvent> | null = null;
    try {
      await this.#crew.goOn(left);
      // What was ordered before the start, such as by a HALT file, holds before anything happens.
      await this.#obey();
      await this.#broker?.take();
      this.#parts.onChange?.();
      while (this.#stopping === null) {
        this.#timers.planDue(this.seats);
        if (next === null) await this.#answered();
        next ??= feed.next(closing.signal);
        const event = await this.#waker.unlessWoken(next);
        if (event === undefined) await this.#lookAround();
        else {
          next = null;
          this.lastFeedUs = event.timeUs;
          if (event.kind === "end") return await this.#end();
          await this.#broker?.take();
          if (event.kind === "bars") await this.#bars(event);
          if (event.kind === "quote") await this.#quote(event);
          if (event.kind === "fault") this.#events.tellFault(event.fault, event.timeUs);
        }
        await this.#watch.look();
        this.#parts.onChange?.();
        await this.#keepUp();
      }
      if (this.#failure !== undefined) throw this.#failure;
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

  /** Ends the session because it cannot go on. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.stop("it cannot go on");
  }

  /** Tells that something waits beside the feed. */
  wake(): void {
    this.#waker.wake();
  }

  /** Does what the operator orders, between two events. Resolves when it is durable and done. */
  command(command: OperatorCommand): Promise<CommandAnswer> {
    const { promise, resolve } = Promise.withResolvers<CommandAnswer>();
    this.#asked.push({ command, answer: resolve });
    this.#waker.wake();
    return promise;
  }

  /** Where a market stands still until it is asked, an order must be there before the bar that comes after it. */
  async #answered(): Promise<void> {
    if (!this.#parts.rules.isInStep) return;
    while (this.#broker?.isWaiting === true && this.#stopping === null) {
      await this.#waker.woken();
      await this.#lookAround();
    }
  }

  /** Whatever is to be done beside the feed. */
  async #lookAround(): Promise<void> {
    await this.#obey();
    await this.#broker?.take();
    const { clock, rules } = this.#parts;
    // In real time, what has been due for so long that no bar of that time comes any more.
    if (rules.isRealTime) await this.#crew.fireDue(clock.now() - BAR_GRACE_US + 1);
    this.#broker?.send();
  }

  async #bars(event: FeedEvent & { readonly kind: "bars" }): Promise<void> {
    await this.#crew.fireDue(event.timeUs);
    this.#hold(event.timeUs);
    this.#log.commit(JOURNAL_KIND.bars, encodeBars(event.bars));
    this.#events.tell();
    await this.#crew.step();
    this.#broker?.send();
  }

  async #quote(event: FeedEvent & { readonly kind: "quote" }): Promise<void> {
    // Nothing looks at quotes where bars price everything.
    if (this.core.books.every(({ engine }) => engine.quotes === null)) return;
    await this.#crew.fireDue(event.timeUs);
    this.#log.commit(JOURNAL_KIND.quote, encodeQuote(event));
    this.#events.tell();
    await this.#crew.tell();
    this.#broker?.send();
  }

  /** Lets the disk keep up. */
  async #keepUp(): Promise<void> {
    const { lastSequence, durableSequence } = this.#log;
    if (lastSequence - durableSequence <= MAX_UNDURABLE) return;
    await this.#log.whenDurable(lastSequence - MAX_UNDURABLE / 2);
  }

  /**
   * Holds the books back while bars come late by more than one of them, after a sleep or a gap: what is decided on an old price may reduce, and
   * adds nothing.
   */
  #hold(barUs: number): void {
    const { clock, rules, bus } = this.#parts;
    if (!rules.isRealTime) return;
    const isLate = clock.now() - barUs > rules.periodUs;
    if (isLate === this.core.isHeldBy("bars")) return;
    const kind = isLate ? "degrade" : "restore";
    const why = isLate ? "bars are late" : "bars are in time";
    this.#log.commitJson(JOURNAL_KIND.command, { kind, cause: "bars", who: "clock", why });
    const [before, after] = isLate ? ["ready", "degraded"] : ["degraded", "ready"];
    bus.publish("ENGINE_STATE", { before: before!, after: after!, why }, this.#origin());
  }

  #tick(tick: number): void {
    const { maxCycles } = this.#parts.rules;
    for (const { engine } of this.core.books) engine.ledger.checkBalance();
    if (this.#broker === null) this.#comparisons.tick();
    else this.#broker.tick(tick);
    if (tick === maxCycles) this.stop(`engine.max_cycles: ${tick}`);
    this.#waker.wake();
  }

  /** Does what the operator has ordered so far. */
  async #obey(): Promise<void> {
    for (let asked = this.#asked.shift(); asked !== undefined; asked = this.#asked.shift()) {
      const { command, answer } = asked, { kind, who, why } = command, before = this.core.state;
      const refusal = refusalOf(command, this.core);
      if (refusal !== null) {
        const outcome = { command: kind, who, why, outcome: "refused:" };
        this.#parts.bus.publish("OPERATOR_COMMAND", outcome, this.#origin());
        answer({
          outcome: "refused",
          refusal: "invalid",
          message: refusal,
          sequence: null,
          state: before,
        });
        continue;
      }
      const sequence = this.#log.commitJson(JOURNAL_KIND.command, command);
      await this.#log.whenDurable(sequence);
      this.#events.tell();
      this.#events.tellCommand(command, before);
      const message = kind === "reconcile"
        ? await (this.#broker ?? this.#comparisons).reconcile(`${who}: ${why}`)
        : doneText(command);
      this.#broker?.send();
      if (kind === "stop") this.stop(`by ${who}: ${why}`);
      answer({ outcome: "done", message, sequence, state: this.core.state });
    }
  }

  /** Closes the books at the end of a recorded feed, as a backtest does; at a broker they stay open. */
  async #end(): Promise<SessionEnd> {
    const why = "the feed has ended";
    if (this.#broker !== null) {
      await this.#broker.take();
      await this.#stop(why);
      return "end_of_feed";
    }
    const intents = await this.#crew.finish();
    await this.#close({ reason: "end_of_feed", intents }, why);
    return "end_of_feed";
  }

  /** An orderly stop: the next start goes on from here. */
  async #stop(why: string): Promise<void> {
    const orders = this.#parts.rules.ordersOnStop;
    await this.#crew.save();
    await this.#close({ reason: "stopped", why, orders }, why);
  }

  async #close(told: Readonly<Record<string, unknown>>, why: string): Promise<void> {
    this.#log.commitJson(JOURNAL_KIND.stop, told);
    this.#events.tell();
    this.#broker?.send();
    await this.#broker?.settle();
    await this.#log.whenDurable(this.#log.lastSequence);
    this.#parts.bus.publish("ENGINE_STOP", { why }, this.#origin());
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

  #origin(): EventOrigin {
    return { timeUs: this.core.nowUs, source: "session" };
  }
}
