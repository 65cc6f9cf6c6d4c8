/**
 * A strategy on an engine: calls its handlers at the right moments and hands it views of its own book and of the past.
 *
 * The same code runs in the sealed child (over slices as they come) and wherever a trusted strategy is run in process.
 *
 * @module
 */

import { KEY, put, roundHalfEven, type StateTape } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import { PHASE } from "../protocols/mod.ts";
import {
  Bar,
  Data,
  type DataPort,
  type HandlerTable,
  type Indicator,
  type Json,
  pointBar,
  readHandlers,
  Slice,
  type Spec,
  type StrategyParts,
  Trade,
} from "../strategy/engine_door.ts";
import { BookView } from "./book_view.ts";
import { Engine, type EngineListener, type EngineSpec } from "./engine.ts";
import { finished } from "./finished.ts";
import { IndicatorBoard } from "./indicator_board.ts";
import { jsonText } from "./json_text.ts";
import { Notes } from "./notes.ts";
import { SessionEvents } from "./session_events.ts";
import { slicePort } from "./slice_port.ts";
import { HISTORY_ORDERS, spill, SPILL_STEPS, type Told } from "./spill.ts";
import { TimerQueue } from "./timers.ts";

const TypeErrorOf = TypeError, RangeErrorOf = RangeError;
const freeze = Object.freeze as <T>(value: T) => T;

/** The most timer and session events between two bars; more is a runaway. */
export const MAX_EVENTS_BETWEEN_BARS = 10_000;

/** What a run needs beside the strategy. */
export interface StrategyRunOptions {
  readonly spec: EngineSpec;
  readonly series: readonly Bars[];
  /** Merge plan entries, null for one series. */
  readonly plan: Uint16Array | null;
  /** Bar size, for example `1d`. */
  readonly period: string;
  /** Every how many bars a plotted value is kept, 0 for never. */
  readonly plotStride: number;
  /** Microseconds UTC before the first bar. */
  readonly startUs: number;
  /** Ended orders that a strategy can ask for, at least 1. Default {@linkcode HISTORY_ORDERS}. */
  readonly history?: number;
}

/** One run of one strategy. */
export class StrategyRun implements DataPort, EngineListener {
  readonly engine: Engine;
  readonly book: BookView;
  readonly board: IndicatorBoard;
  readonly notes: Notes = new Notes();
  readonly #series: readonly Bars[];
  readonly #symbols: readonly string[];
  readonly #timers = new TimerQueue();
  readonly #sessions: SessionEvents;
  readonly #trade: Trade;
  readonly #slice: Slice;
  readonly #bar: Bar;
  #handlers: HandlerTable | null = null;
  readonly #told: Told = { fills: 0, ends: 0 };
  #following = -1;
  #running = false;
  readonly #history: number;

  constructor(options: StrategyRunOptions) {
    const { spec, series } = options, count = series.length;
    const symbols: string[] = [], sessions: EngineSpec["sessions"][number][] = [];
    for (let s = 0; s < count; s++) {
      put(symbols, s, series[s]!.symbol);
      put(sessions, s, spec.sessions[spec.sessionsOf[s]!]!);
    }
    this.#series = series;
    this.#history = options.history ?? HISTORY_ORDERS;
    this.#symbols = freeze(symbols);
    this.engine = new Engine(spec, series, options.plan, null);
    this.engine.listener = this;
    this.engine.moveTo(options.startUs);
    this.book = new BookView(
      this.engine,
      this.#symbols,
      spec.matching.weightSizing === "decision",
      this.#history,
    );
    this.board = new IndicatorBoard(series, sessions, options.period, options.plotStride);
    // Session events follow the first symbol's exchange.
    this.#sessions = new SessionEvents(sessions[0]!);
    this.#trade = freeze(new Trade(KEY, this.book));
    this.#bar = freeze(new Bar(KEY, series[0]!, this.board.cursorOf(0)));
    const barOf = { __proto__: null } as unknown as Record<string, Bar>;
    const seriesOf = { __proto__: null } as unknown as Record<string, number>;
    for (let s = 0; s < count; s++) {
      barOf[symbols[s]!] = freeze(new Bar(KEY, series[s]!, this.board.cursorOf(s)));
      seriesOf[symbols[s]!] = s;
    }
    this.#slice = freeze(new Slice(KEY, slicePort(this.engine, this.#symbols, seriesOf, barOf)));
  }

  /** Everything that a strategy holds, for the realm to harden: the views and their prototypes. */
  held(): readonly object[] {
    return [this.#trade, this.#slice, this.#bar, this.book.position(0)];
  }

  /**
   * Runs the strategy's setup.
   *
   * @param params Values of its parameters.
   * @param hardened Called with the context before the strategy sees it.
   */
  setup(parts: StrategyParts, params: unknown, hardened: (object: object) => void): void {
    const data = freeze(new Data(KEY, this));
    const log = (text: string): void => this.notes.log(this.engine.nowUs, text);
    const mark = (label: string): void => this.notes.mark(this.engine.nowUs, label);
    const context = { __proto__: null, params, data, log, mark };
    hardened(data);
    hardened(context);
    this.board.setOpen(true);
    const handlers = (parts.setup as (context: unknown) => unknown)(context);
    this.board.setOpen(false);
    this.#handlers = readHandlers(handlers);
    if (this.#handlers.onSession !== undefined) this.#sessions.find(this.engine.nowUs);
  }

  /** Before the first bar. */
  start(): void {
    const onStart = this.#handlers!.onStart;
    if (onStart === undefined) return;
    this.#enter(PHASE.between);
    finished(onStart(this.#trade), "onStart");
    this.#leave();
  }

  /** Walks `steps` instants, whose bars are there. */
  run(steps: number): void {
    if (this.#running) throw new TypeErrorOf("the engine is not re-entrant");
    this.#running = true;
    // Between two handlers only the engine's own code runs: the book stays open.
    this.book.open(PHASE.after);
    for (let left = steps; left > 0; left -= SPILL_STEPS) {
      const taken = left < SPILL_STEPS ? left : SPILL_STEPS;
      if (this.#series.length === 1) this.#runSingle(taken);
      else this.#runSeveral(taken);
      if (!this.#listens()) this.#skipTold();
      spill(this.engine, this.#history, this.#told);
    }
    this.book.close();
    this.#running = false;
  }

  #runSingle(steps: number): void {
    const handlers = this.#handlers!, engine = this.engine, board = this.board, trade = this.#trade;
    const { onBar, onBars } = handlers, bar = this.#bar, listens = this.#listens();
    for (let k = 0; k < steps; k++) {
      if (this.nextEventUs() < Infinity) this.#between(engine.peek());
      engine.advance();
      board.advance(0);
      if (listens) this.#report();
      if (onBar !== undefined) {
        const result: unknown = onBar(bar, trade);
        if (result !== undefined) finished(result, "onBar");
      } else if (onBars !== undefined) {
        finished(onBars(this.#slice, trade), "onBars");
      }
    }
  }

  #runSeveral(steps: number): void {
    const handlers = this.#handlers!, engine = this.engine, board = this.board, trade = this.#trade;
    const { onBar, onBars } = handlers, bar = this.#bar, listens = this.#listens();
    const touched = engine.touched;
    for (let k = 0; k < steps; k++) {
      if (this.nextEventUs() < Infinity) this.#between(engine.peek());
      engine.advance();
      const count = engine.touchedCount;
      for (let i = 0; i < count; i++) board.advance(touched[i]!);
      if (listens) {
        this.#followNone();
        this.#report();
      }
      if (onBar !== undefined) {
        for (let i = 0; i < count; i++) {
          this.#follow(touched[i]!);
          finished(onBar(bar, trade), "onBar");
        }
      } else if (onBars !== undefined) {
        this.#followNone();
        finished(onBars(this.#slice, trade), "onBars");
      }
    }
  }

  /** Walks instants on which the strategy could not decide: it is told of nothing but what was due before each, which it sees again. */
  pass(steps: number): void {
    const engine = this.engine, board = this.board;
    for (let k = 0; k < steps; k++) {
      if (this.nextEventUs() < Infinity) this.#between(engine.peek());
      engine.advance();
      if (this.#series.length === 1) board.advance(0);
      else for (let i = 0; i < engine.touchedCount; i++) board.advance(engine.touched[i]!);
    }
    this.#skipTold();
  }

  #skipTold(): void {
    this.#told.fills = this.engine.fills.length;
    this.#told.ends = this.engine.orders.ended.length;
  }

  /** Takes all that has become of the book so far for told, and the sessions until now for over. */
  skip(): void {
    this.pass(0);
    if (this.#handlers!.onSession !== undefined) this.#sessions.find(this.engine.nowUs);
  }

  /** Writes to a tape, or takes back from one, what the run is beside its book, its indicators and the strategy's own state. */
  carry(tape: StateTape): void {
    tape.part("strategy run", 1);
    this.#told.fills = tape.number(this.#told.fills);
    this.#told.ends = tape.number(this.#told.ends);
    this.#timers.carry(tape);
    this.#sessions.carry(tape);
    this.notes.carry(tape);
  }

  /** True when the strategy saves its state. */
  get saves(): boolean {
    return this.#handlers!.save !== undefined;
  }

  /** Returns the state that the strategy wants to go on from, as JSON. @throws {TypeError} When it holds something else. */
  saveText(): string {
    const { save } = this.#handlers!;
    return jsonText(save!());
  }

  /** Gives a saved state back to the strategy. */
  load(state: unknown): void {
    const { load } = this.#handlers!;
    finished(load!(state as Json), "load");
  }

  /** Fires what is due at or before a time at which there are no bars (live). */
  tick(timeUs: number): void {
    if (this.#running) throw new TypeErrorOf("the engine is not re-entrant");
    this.#between(timeUs + 1);
  }

  /** Takes what the host's book has learnt between two bars, and tells the strategy of it (live). */
  told(timeUs: number): void {
    if (this.#running) throw new TypeErrorOf("the engine is not re-entrant");
    const { engine } = this;
    engine.moveTo(timeUs > engine.nowUs ? timeUs : engine.nowUs);
    engine.mirror!.match(engine.step);
    engine.settle();
    if (!this.#listens()) return;
    this.#enter(PHASE.between);
    this.#report();
    this.#leave();
  }

  #listens(): boolean {
    return this.#handlers!.onFill !== undefined || this.#handlers!.onOrder !== undefined;
  }

  /** When the next timer or session event is due, Infinity when none is. */
  nextEventUs(): number {
    return this.#timers.nextDueUs < this.#sessions.nextUs
      ? this.#timers.nextDueUs
      : this.#sessions.nextUs;
  }

  /** After the last bar. */
  stop(): void {
    // What is due at the very close of the last bar, a session's closing above all.
    this.#between(this.engine.nowUs + 1);
    const onStop = this.#handlers!.onStop;
    if (onStop !== undefined) {
      this.#enter(PHASE.after);
      finished(onStop(this.#trade), "onStop");
      this.#leave();
    }
    this.engine.finish();
  }

  onSplit(s: number, row: number, numerator: number, denominator: number): void {
    this.board.restate(s, row, numerator, denominator);
  }

  symbols(): readonly string[] {
    return this.#symbols;
  }

  bar(period: string, symbol: string): Bar {
    return this.board.bar(period, symbol);
  }

  now(): number {
    return this.engine.nowUs;
  }

  indicator(period: string, spec: Spec<string>): Indicator {
    return this.board.indicator(period, spec);
  }

  window(period: string, symbol: string, field: string, length: number): Float64Array {
    return this.board.window(period, symbol, field, length);
  }

  checkPeriod(period: string): void {
    this.board.checkPeriod(period);
  }

  timer(name: string, dueUs: number, everyUs: number): number {
    if (dueUs < this.engine.nowUs) throw new RangeErrorOf('timer "' + name + '" is due before now');
    // A third of a minute is no whole number of microseconds.
    return this.#timers.add(name, roundHalfEven(dueUs), roundHalfEven(everyUs));
  }

  cancelTimer(id: number): boolean {
    return this.#timers.cancel(id);
  }

  #enter(phase: number): void {
    if (this.#series.length > 1) this.#followNone();
    this.book.open(phase);
  }

  #leave(): void {
    if (this.#running) this.book.open(PHASE.after);
    else this.book.close();
  }

  #follow(s: number): void {
    if (this.#following === s) return;
    this.#following = s;
    this.board.follow(s);
    pointBar(this.#bar, this.#series[s]!, this.board.cursorOf(s));
  }

  #followNone(): void {
    if (this.#following === -2) return;
    this.#following = -2;
    this.board.followNone();
  }

  /** Fires what is due between the last instant and the next one. */
  #between(nextUs: number): void {
    const { onTimer, onSession } = this.#handlers!;
    for (let events = 0;; events++) {
      const timerUs = this.#timers.nextDueUs, sessionUs = this.#sessions.nextUs;
      // The close of a bar comes first: what is due at that very instant fires after it.
      if (timerUs >= nextUs && sessionUs >= nextUs) return;
      if (events === MAX_EVENTS_BETWEEN_BARS) {
        throw new RangeErrorOf(
          "quota: more than " + MAX_EVENTS_BETWEEN_BARS + " timer events between two bars",
        );
      }
      const dueUs = timerUs < sessionUs ? timerUs : sessionUs;
      this.engine.moveTo(dueUs > this.engine.nowUs ? dueUs : this.engine.nowUs);
      this.#enter(PHASE.between);
      if (timerUs < sessionUs) {
        const timer = freeze(this.#timers.take());
        if (onTimer !== undefined) finished(onTimer(timer, this.#trade), "onTimer");
      } else {
        const kind = this.#sessions.isOpen ? "close" : "open";
        this.#sessions.next();
        finished(onSession!(freeze({ kind, time: sessionUs }), this.#trade), "onSession");
      }
      this.#leave();
    }
  }

  /** Tells the strategy of its fills and ended orders since the last time. */
  #report(): void {
    const { onFill, onOrder } = this.#handlers!, book = this.book, trade = this.#trade;
    const { fills, orders: { ended } } = this.engine, told = this.#told;
    while (told.fills < fills.length) {
      const row = told.fills++;
      if (onFill !== undefined) finished(onFill(book.fillAt(row), trade), "onFill");
    }
    while (told.ends < ended.length) {
      const row = ended.row(told.ends++);
      if (onOrder !== undefined) finished(onOrder(book.orderAt(row), trade), "onOrder");
    }
  }
}
