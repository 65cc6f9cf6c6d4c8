/**
 * The engine: one synchronous, deterministic state machine for a book. It walks the instants of the merge plan; each instant it applies
 * corporate actions, lets the venue fill what rests, marks the positions, ends what has expired, and then takes the intents made at
 * that instant.
 *
 * Host and sealed child run this same code over the same columns: the child to answer the strategy, the host to compute what is
 * reported. No I/O, no clock, no chance, no `await`.
 *
 * @module
 */

import { invariant, type SavedState, StateTape } from "../core/mod.ts";
import * as market from "../market/mod.ts";
import type { Bars } from "../market/mod.ts";
import {
  DEFAULT_ACCOUNT,
  FillTable,
  Ledger,
  LinkedOrders,
  OrderBook,
  type OrderTable,
  QuoteBook,
  RiskControl,
  type RowMap,
} from "../trading/mod.ts";
import * as venue from "../venue/mod.ts";
import type { Venue } from "../venue/mod.ts";
import { AccountNights } from "./account_nights.ts";
import { venueOf } from "./book_venue.ts";
import { hashOfBook, hashOfMirror } from "./book_hash.ts";
import { ActionLog, CorporateActions, type EngineListener } from "./corporate_actions.ts";
import type { EngineSpec } from "./engine_spec.ts";
import { expireAll, expireDue } from "./expiries.ts";
import { Halts } from "./halts.ts";
import { MarginCalls } from "./margin_calls.ts";
import { MarketEvents } from "./market_events.ts";
import { OrderDesk } from "./order_desk.ts";
import { MirrorVenue } from "./mirror_venue.ts";
import * as riskWatch from "./risk_watch.ts";
import { clocksOf } from "./session_clock.ts";

const { LAST_OF_INSTANT } = market;
const { toTicks } = venue;
const { judgeCloses, judgeOpens } = riskWatch;

export type { EngineListener } from "./corporate_actions.ts";
export type { EngineSpec } from "./engine_spec.ts";

const F64 = Float64Array, I32 = Int32Array, RangeErrorOf = RangeError;

/** One book in its venue. */
export class Engine {
  readonly series: readonly Bars[];
  readonly book: OrderBook;
  readonly orders: OrderTable;
  readonly linked: LinkedOrders;
  readonly fills: FillTable = new FillTable();
  readonly ledger: Ledger;
  readonly risk: RiskControl;
  readonly actionLog: ActionLog;
  readonly halts: Halts;
  /** Halts, quotes and depth between two bars. */
  readonly events: MarketEvents;
  /** The quotes of an engine whose fill model is `quote`, null in any other. */
  readonly quotes: QuoteBook | null;
  /** Row of each series: its last bar seen, -1 before the first. */
  readonly rows: Int32Array;
  /** Series with a bar at this instant: the first `touchedCount` entries. */
  readonly touched: Int32Array;
  touchedCount = 1;
  /** Number of the instant, -1 before the first. */
  step = -1;
  /** Engine time, microseconds UTC. */
  nowUs = 0;
  /** Steps at whose end a position was held. */
  exposedSteps = 0;
  listener: EngineListener | null = null;
  /** Takes the rows of the host's book, null in a book that is not a mirror. */
  readonly mirror: MirrorVenue | null;
  /** False where a book elsewhere follows this one, or is followed: its rows are named by both. */
  readonly isOnlyHere: boolean;

  readonly #spec: EngineSpec;
  readonly #venue: Venue;
  /** Tells venue and listener. */
  readonly #splits: EngineListener;
  readonly #plan: Uint16Array | null;
  readonly #closeTimes: Float64Array;
  readonly #equity: Float64Array | null;
  readonly #desk: OrderDesk;
  readonly #actions: CorporateActions;
  readonly #nights: AccountNights;
  /** Watches the maintenance margin, null in a cash account. */
  readonly #marginCalls: MarginCalls | null;
  #planAt = 0;
  /** When a corporate action or the end of a night is due. */
  #nextDueUs: number;
  /** True when bars have passed since the positions were last marked. */
  #isStale = false;

  /**
   * @param plan Merge plan entries, null for a single series.
   * @param equity Receives the equity in micro-units after each step, null for none.
   */
  constructor(
    spec: EngineSpec,
    series: readonly Bars[],
    plan: Uint16Array | null,
    equity: Float64Array | null,
  ) {
    const count = spec.instruments.length, lots = new F64(count);
    const account = spec.account ?? DEFAULT_ACCOUNT;
    invariant(
      series.length === count && (plan !== null || count === 1),
      "series, instruments and plan disagree",
    );
    this.#spec = spec;
    this.series = series;
    this.#plan = plan;
    this.#closeTimes = series[0]!.closeTime;
    this.#equity = equity;
    this.rows = new I32(count);
    this.touched = new I32(count);
    for (let s = 0; s < count; s++) {
      this.rows[s] = -1;
      lots[s] = spec.instruments[s]!.lot;
    }
    this.ledger = new Ledger(spec.initialCash, spec.instruments, account);
    this.book = new OrderBook(count, spec.execution === "reported" && spec.mirror !== "copy");
    this.orders = this.book.table;
    this.linked = new LinkedOrders(this.book);
    this.actionLog = new ActionLog(spec.actions);
    this.#actions = new CorporateActions(this);
    this.halts = new Halts(spec.actions, count);
    this.quotes = spec.matching.fillModel === "quote" && spec.mirror !== "copy"
      ? new QuoteBook(count, this.halts, spec.matching.quoteAgeMaxMs)
      : null;
    this.risk = new RiskControl(
      spec.risk ?? null,
      this,
      spec.instruments,
      spec.sessions[spec.sessionsOf[0]!]!,
      this.quotes,
    );
    const sessions = clocksOf(spec.sessions, spec.sessionsOf);
    this.#nights = new AccountNights(this.ledger, account, this.actionLog, sessions);
    this.mirror = spec.mirror === "copy" ? new MirrorVenue(this, spec.instruments) : null;
    const isRemote = this.book.remote !== null;
    this.isOnlyHere = spec.mirror === undefined && !isRemote;
    this.#marginCalls = this.ledger.margin === null || this.mirror !== null || isRemote
      ? null
      : new MarginCalls(this, lots);
    this.#venue = venueOf(this, spec, lots);
    this.events = new MarketEvents(this, this.#venue, lots);
    this.#splits = {
      onSplit: (s, row, numerator, denominator) => {
        this.#venue.split(s, series[s]!, row, numerator, denominator);
        if (this.listener !== null) this.listener.onSplit(s, row, numerator, denominator);
      },
    };
    this.#desk = new OrderDesk({
      book: this.book,
      linked: this.linked,
      instruments: spec.instruments,
      sessions,
      rights: spec.rights,
      risk: this.risk,
      delisted: this.#actions.delisted,
      ignoresLate: spec.mirror === "original",
    });
    this.#nextDueUs = -Infinity;
  }

  /** Walks to the next instant: bars, fills, marks, expiries. The caller then takes the intents of this instant. */
  advance(): void {
    const step = ++this.step,
      nowUs = this.#plan === null ? this.#next(step) : this.#gather(this.#plan);
    this.nowUs = nowUs;
    if (this.risk.isOn) this.risk.begin(nowUs);
    if (nowUs >= this.#nextDueUs) this.#applyDue(nowUs);
    if (this.risk.isOn) judgeOpens(this);
    if (this.book.working.count > 0) {
      // Symbols without a bar at this instant stand at their last close; the others are marked at their open.
      if (this.#plan !== null) this.settle();
      if (this.events.areUsed && this.mirror === null) this.events.match();
      else this.#venue.match(step, this.series, this.rows, this.touched, this.touchedCount);
      // At a broker orders expire when it says so.
      if (this.book.working.count > 0 && this.book.remote === null) expireDue(this, this.#desk);
    } else if (this.mirror !== null && this.mirror.isDue) {
      this.#venue.match(step, this.series, this.rows, this.touched, this.touchedCount);
    }
    if (this.ledger.openPositions > 0) {
      this.#isStale = true;
      this.exposedSteps++;
      if (this.#marginCalls !== null) {
        this.settle();
        this.#marginCalls.check(nowUs);
      }
    }
    if (this.risk.isOn) judgeCloses(this, nowUs);
    if (this.#equity !== null) this.#equity[step] = this.equity();
  }

  /** Equity at the last closes, micro-units. */
  equity(): number {
    if (this.#isStale) this.settle();
    return this.ledger.equity();
  }

  /** Marks every position at its last price. Done when somebody looks, not at every bar. */
  settle(): void {
    const ledger = this.ledger;
    this.#isStale = false;
    for (let s = 0; s < ledger.seriesCount; s++) {
      const price = ledger.position[s] === 0 ? 0 : this.lastPrice(s);
      if (price !== 0) ledger.setMark(s, price);
    }
  }

  /** Last price of a series in ticks: the middle of a quote that is good and recent, else the last close; 0 before the first. */
  lastPrice(s: number): number {
    const row = this.rows[s]!, mid = this.quotes === null ? 0 : this.quotes.midOf(s, this.nowUs);
    return mid !== 0 ? mid : row < 0 ? 0 : toTicks(this.series[s]!.close[row]!);
  }

  /** Moves the only series to its next bar, whose row is the step's number, and returns the bar's close time. */
  #next(step: number): number {
    this.rows[0] = step;
    return this.#closeTimes[step]!;
  }

  /** Reads the next instant from the merge plan and returns its time. */
  #gather(plan: Uint16Array): number {
    const rows = this.rows, touched = this.touched;
    let count = 0;
    for (;;) {
      const entry = plan[this.#planAt++]!, s = entry & 0x7fff;
      rows[s]! += 1;
      touched[count++] = s;
      if ((entry & LAST_OF_INSTANT) !== 0) break;
    }
    this.touchedCount = count;
    const first = touched[0]!;
    return this.series[first]!.closeTime[rows[first]!]!;
  }

  /** Returns the time of the next instant; its bars must be there. */
  peek(): number {
    const s = this.#plan === null ? 0 : this.#plan[this.#planAt]! & 0x7fff;
    return this.series[s]!.closeTime[this.rows[s]! + 1]!;
  }

  /** Sets the time of an event between two bars. Nothing else changes: a replay learns only of those in which something was asked for. */
  moveTo(timeUs: number): void {
    this.nowUs = timeUs;
  }

  /** Takes a quote between two bars, and matches what it reaches (see `MarketEvents.quote`). */
  quote(
    s: number,
    bid: number,
    ask: number,
    bidSize: number,
    askSize: number,
    timeUs: number,
  ): number {
    return this.events.quote(s, bid, ask, bidSize, askSize, timeUs);
  }

  /** Smallest step of a quantity of a series, units. */
  lotOf(s: number): number {
    return this.#spec.instruments[s]!.lot;
  }

  /** Sets a term of the request that follows (see `OrderDesk.term`). */
  term(kind: number, value: number): void {
    this.#desk.term(kind, value);
  }

  /** Takes a request at this instant and returns the id of its order (see `OrderDesk.request`). */
  request(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
  ): number {
    return this.orders.idOf(
      this.#desk.request(verb, s, type, timeInForce, flags, quantity, limit, stop, this.nowUs),
    );
  }

  /** Lets the orders leave that have no place in a map; only between two instants (see `spill.ts`). */
  renumber(map: RowMap): void {
    this.risk.gate.renumber(map);
    this.fills.renumber(map);
    this.linked.renumber(map);
    this.book.renumber(map);
    this.#venue.renumber(map);
    this.#desk.renumber(map);
  }

  /** Ends the run: what still works expires, because there is no later bar. */
  finish(): void {
    expireAll(this, this.#desk);
    this.settle();
    this.#actions.finish(this.step, this.nowUs);
    this.ledger.checkBalance();
  }

  /**
   * Returns the state between two instants as plain data: with the same spec and bars, `restore` goes on from it as if nothing had been.
   * The bars, the equity column and the listener's state are not in it.
   */
  snapshot(): SavedState {
    const tape = new StateTape();
    this.carry(tape);
    return tape.saved();
  }

  /**
   * Takes a state back, in an engine that was just made from the same spec.
   *
   * @throws {RangeError} When the state is of another version or of another shape; the engine is of no use then.
   */
  restore(state: SavedState): void {
    const tape = new StateTape(state);
    this.carry(tape);
    tape.end();
  }

  /** Writes the state to a tape, or takes it back from one; that of a copy with the copy's own risk and venue. */
  carry(tape: StateTape, copy?: { readonly risk: RiskControl; readonly venue: Venue }): void {
    const count = this.ledger.seriesCount;
    tape.part("engine", 1);
    if (tape.number(count) !== count) {
      throw new RangeErrorOf("cannot restore a state: it is of another number of symbols");
    }
    this.step = tape.number(this.step);
    this.nowUs = tape.number(this.nowUs);
    this.exposedSteps = tape.number(this.exposedSteps);
    this.touchedCount = tape.number(this.touchedCount);
    tape.entries(this.rows, count);
    tape.entries(this.touched, count);
    this.#planAt = tape.number(this.#planAt);
    this.#nextDueUs = tape.number(this.#nextDueUs);
    this.#isStale = tape.flag(this.#isStale);
    this.book.carry(tape, copy !== undefined);
    this.linked.carry(tape);
    this.fills.carry(tape);
    this.ledger.carry(tape);
    this.actionLog.carry(tape);
    this.#actions.carry(tape);
    this.halts.carry(tape);
    if (this.quotes !== null && copy === undefined) this.quotes.carry(tape);
    this.#nights.carry(tape);
    (copy ?? this).risk.carry(tape);
    (copy === undefined ? this.#venue : copy.venue).carry(tape);
    this.#desk.carry(tape);
  }

  /** Returns a hash of the book: what host and child must agree on after every slice. */
  bookHash(): number {
    if (this.#isStale) this.settle();
    return hashOfBook(this);
  }

  /** Returns a hash of what a mirror of this book has too. */
  mirrorHash(): number {
    if (this.#isStale) this.settle();
    return hashOfMirror(this);
  }

  /** What is due before the fills of an instant: the nights since the last one, then corporate actions. */
  #applyDue(nowUs: number): void {
    const nights = this.#nights, actions = this.#actions, first = this.touched[0]!;
    if (nowUs >= nights.nextUs) {
      this.#settleBefore();
      nights.pass(this.step, nowUs, this.series[first]!.time[this.rows[first]!]!);
    }
    actions.apply(this.step, nowUs, this.#splits);
    this.#nextDueUs = nights.nextUs < actions.nextUs ? nights.nextUs : actions.nextUs;
  }

  /** Marks every position at its last close before this instant. */
  #settleBefore(): void {
    const { ledger, rows, touched } = this;
    this.settle();
    for (let k = 0; k < this.touchedCount; k++) {
      const s = touched[k]!;
      if (ledger.position[s] === 0) continue;
      ledger.setMark(s, toTicks(this.series[s]!.close[rows[s]! - 1]!));
      this.#isStale = true;
    }
  }
}
