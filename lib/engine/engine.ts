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

import { invariant, isWhole, put, StateHash } from "../core/mod.ts";
import { type Bars, type Instrument, LAST_OF_INSTANT } from "../market/mod.ts";
import { VERB } from "../protocols/mod.ts";
import {
  FillTable,
  Ledger,
  ORDER_REASON,
  ORDER_STATE,
  ORDER_TYPE,
  OrderTable,
  SIZING,
  TIME_IN_FORCE,
  WorkingOrders,
} from "../trading/mod.ts";
import { Costs, SimulatedVenue, toTicks, type VenueRules } from "../venue/mod.ts";
import { ActionLog, type ScheduledAction } from "./corporate_actions.ts";
import { isPrice, MAX_QUANTITY, MAX_WEIGHT, MAX_WORKING_ORDERS } from "./request_bounds.ts";
import { SessionClock, type SessionColumns } from "./session_clock.ts";
import { splitOrders } from "./split_orders.ts";

const F64 = Float64Array, I32 = Int32Array, RangeErrorOf = RangeError;

/** What a strategy may do; see `needs` of the manifest. */
export interface Rights {
  readonly short: boolean;
  readonly market: boolean;
  readonly limit: boolean;
  readonly stop: boolean;
  readonly day: boolean;
  readonly gtc: boolean;
}

/** Everything a run depends on beside its bars: the same for host and child. */
export interface EngineSpec {
  readonly instruments: readonly Instrument[];
  /** Micro-units. */
  readonly initialCash: number;
  readonly venue: VenueRules;
  readonly rights: Rights;
  /** Session tables of the run, and for each series the number of its table. */
  readonly sessions: readonly SessionColumns[];
  readonly sessionsOf: readonly number[];
  /** Sorted by time, then series. */
  readonly actions: readonly ScheduledAction[];
}

/** Told about what changes the past of a series. */
export interface EngineListener {
  /** A split took effect before row `row` of series `s`: earlier prices are to be read times `denominator / numerator`. */
  onSplit(s: number, row: number, numerator: number, denominator: number): void;
}

/** One book in its venue. */
export class Engine {
  readonly series: readonly Bars[];
  readonly orders: OrderTable = new OrderTable();
  readonly fills: FillTable = new FillTable();
  readonly working: WorkingOrders;
  readonly ledger: Ledger;
  readonly actionLog: ActionLog = new ActionLog();
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

  readonly #spec: EngineSpec;
  readonly #venue: SimulatedVenue;
  readonly #plan: Uint16Array | null;
  readonly #closeTimes: Float64Array;
  readonly #equity: Float64Array | null;
  readonly #sessions: SessionClock[];
  readonly #workingTarget: Int32Array;
  #planAt = 0;
  #nextActionUs = Infinity;
  #actionAt = 0;
  #nextExpiryUs = Infinity;
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
    this.#workingTarget = new I32(count);
    for (let s = 0; s < count; s++) {
      this.rows[s] = this.#workingTarget[s] = -1;
      lots[s] = spec.instruments[s]!.lot;
    }
    this.ledger = new Ledger(spec.initialCash, spec.instruments);
    this.working = new WorkingOrders(count, this.orders);
    this.#venue = new SimulatedVenue(this, new Costs(spec.venue), lots, spec.rights.short);
    this.#sessions = [];
    for (let k = 0; k < spec.sessions.length; k++) {
      put(this.#sessions, k, new SessionClock(spec.sessions[k]!));
    }
    if (spec.actions.length > 0) this.#nextActionUs = spec.actions[0]!.timeUs;
  }

  /** Walks to the next instant: bars, fills, marks, expiries. The caller then takes the intents of this instant. */
  advance(): void {
    const step = ++this.step,
      nowUs = this.#plan === null ? this.#next(step) : this.#gather(this.#plan);
    this.nowUs = nowUs;
    if (nowUs >= this.#nextActionUs) this.#applyActions(nowUs);
    if (this.working.count > 0) {
      // Symbols without a bar at this instant stand at their last close; the others are marked at their open.
      if (this.#plan !== null) this.settle();
      this.#venue.match(step, this.series, this.rows, this.touched, this.touchedCount);
      if (nowUs >= this.#nextExpiryUs) this.#expire(nowUs);
    }
    if (this.ledger.openPositions > 0) {
      this.#isStale = true;
      this.exposedSteps++;
    }
    if (this.#equity !== null) this.#equity[step] = this.equity();
  }

  /** Equity at the last closes, micro-units. */
  equity(): number {
    if (this.#isStale) this.settle();
    return this.ledger.equity();
  }

  /** Marks every position at the last close of its series. Done when somebody looks, not at every bar. */
  settle(): void {
    const ledger = this.ledger;
    this.#isStale = false;
    for (let s = 0; s < ledger.seriesCount; s++) {
      if (ledger.position[s] !== 0) {
        ledger.setMark(s, toTicks(this.series[s]!.close[this.rows[s]!]!));
      }
    }
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

  /**
   * Sets the time of an event between two bars (a timer, a session event). Nothing else changes: a replay learns only of those events
   * in which something was asked for.
   */
  moveTo(timeUs: number): void {
    this.nowUs = timeUs;
  }

  /**
   * Takes an intent and returns the row of its order (for a cancel, the row cancelled). Checks everything before it changes anything.
   *
   * @param quantity Units, weight, or order row, by the verb.
   * @param limit Price ticks, 0 where the type has none.
   * @param stop Price ticks, 0 where the type has none.
   * @throws {RangeError} On a request that no strategy can make through its verbs.
   */
  request(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    quantity: number,
    limit: number,
    stop: number,
  ): number {
    if (verb === VERB.cancel) return this.#cancel(s, quantity);
    this.#check(verb, s, type, timeInForce, quantity, limit, stop);
    const sizing = verb === VERB.order
      ? SIZING.quantity
      : verb === VERB.targetQuantity
      ? SIZING.targetQuantity
      : SIZING.targetWeight;
    const nowUs = this.nowUs;
    const expiresUs = timeInForce === TIME_IN_FORCE.gtc
      ? Infinity
      : this.#sessions[this.#spec.sessionsOf[s]!]!.closeAfter(nowUs);
    if (sizing !== SIZING.quantity) {
      const earlier = this.#workingTarget[s]!;
      if (earlier !== -1 && this.orders.state[earlier] === ORDER_STATE.working) {
        this.#end(earlier, ORDER_STATE.cancelled, ORDER_REASON.replaced_by_target);
      }
    }
    const row = this.orders.add(
      s,
      sizing,
      type,
      timeInForce,
      quantity,
      limit,
      stop,
      nowUs,
      expiresUs,
    );
    if (sizing !== SIZING.quantity) this.#workingTarget[s] = row;
    if (!this.#granted(sizing, type, timeInForce)) {
      this.orders.end(row, ORDER_STATE.rejected, ORDER_REASON.not_granted, nowUs);
      return row;
    }
    this.working.add(row);
    if (expiresUs < this.#nextExpiryUs) this.#nextExpiryUs = expiresUs;
    return row;
  }

  /** Ends the run: what still rests expires, because there is no later bar. */
  finish(): void {
    for (let s = 0; s < this.ledger.seriesCount; s++) {
      for (let row = this.working.head[s]!; row !== -1; row = this.working.head[s]!) {
        this.#end(row, ORDER_STATE.expired, ORDER_REASON.end_of_data);
      }
    }
    this.settle();
    this.ledger.checkBalance();
  }

  /** Returns a hash of the book: what host and child must agree on after every slice. */
  bookHash(): number {
    const hash = new StateHash();
    if (this.#isStale) this.settle();
    this.ledger.hashInto(hash);
    hash.add(this.step);
    hash.add(this.orders.length);
    hash.add(this.fills.length);
    hash.add(this.working.count);
    return hash.value();
  }

  #check(
    verb: number,
    s: number,
    type: number,
    timeInForce: number,
    quantity: number,
    limit: number,
    stop: number,
  ): void {
    if (this.working.count >= MAX_WORKING_ORDERS) {
      throw new RangeErrorOf("more than " + MAX_WORKING_ORDERS + " working orders");
    }
    const weight = verb === VERB.targetWeight, order = verb === VERB.order;
    const legal = (weight || order || verb === VERB.targetQuantity) &&
      isWhole(s) && s >= 0 && s < this.ledger.seriesCount &&
      (type === ORDER_TYPE.market ||
        (order && (type === ORDER_TYPE.limit || type === ORDER_TYPE.stop))) &&
      (timeInForce === TIME_IN_FORCE.day || timeInForce === TIME_IN_FORCE.gtc) &&
      (type === ORDER_TYPE.limit ? isPrice(limit) : limit === 0) &&
      (type === ORDER_TYPE.stop ? isPrice(stop) : stop === 0) &&
      (weight
        ? quantity <= MAX_WEIGHT && quantity >= -MAX_WEIGHT
        : isWhole(quantity) && quantity <= MAX_QUANTITY && quantity >= -MAX_QUANTITY &&
          (!order || quantity !== 0) && isWhole(quantity / this.#spec.instruments[s]!.lot));
    if (!legal) throw new RangeErrorOf("not a request that a strategy can make");
  }

  /** Targets and weights need no right to a time in force: the strategy does not choose it. */
  #granted(sizing: number, type: number, timeInForce: number): boolean {
    const rights = this.#spec.rights;
    return (type === ORDER_TYPE.market
      ? rights.market
      : type === ORDER_TYPE.limit
      ? rights.limit
      : rights.stop) &&
      (sizing !== SIZING.quantity ||
        (timeInForce === TIME_IN_FORCE.day ? rights.day : rights.gtc));
  }

  #cancel(s: number, row: number): number {
    const orders = this.orders;
    if (
      !isWhole(row) || row < 0 || row >= orders.length || orders.series[row] !== s ||
      orders.state[row] !== ORDER_STATE.working
    ) throw new RangeErrorOf("only a working order can be cancelled");
    this.#end(row, ORDER_STATE.cancelled, ORDER_REASON.cancelled_by_strategy);
    return row;
  }

  #end(row: number, state: number, reason: number): void {
    this.working.remove(row);
    this.orders.end(row, state, reason, this.nowUs);
  }

  #expire(nowUs: number): void {
    const orders = this.orders, working = this.working;
    let next = Infinity;
    for (let s = 0; s < this.ledger.seriesCount; s++) {
      for (let row = working.head[s]!; row !== -1;) {
        const following = working.next[row]!, expiresUs = orders.expiresUs[row]!;
        if (expiresUs <= nowUs) this.#end(row, ORDER_STATE.expired, ORDER_REASON.session_ended);
        else if (expiresUs < next) next = expiresUs;
        row = following;
      }
    }
    this.#nextExpiryUs = next;
  }

  #applyActions(nowUs: number): void {
    const actions = this.#spec.actions, count = actions.length;
    for (; this.#actionAt < count && actions[this.#actionAt]!.timeUs <= nowUs; this.#actionAt++) {
      const action = actions[this.#actionAt]!, s = action.series;
      if (action.kind === "dividend") {
        const paid = this.ledger.dividend(s, action.amountMicros);
        this.actionLog.add(this.step, action, this.series[s]!.time[action.row]!, 0, paid);
        continue;
      }
      const before = this.ledger.position[s]!;
      // The mark before the split; a second split of the same night finds it in the shares after the first.
      if (before !== 0 && !this.#isSplitBefore(this.#actionAt)) {
        this.ledger.setMark(s, toTicks(this.series[s]!.close[action.row - 1]!));
      }
      const cash = this.ledger.split(s, action.numerator, action.denominator);
      splitOrders(this.orders, this.working, action, (row) => {
        this.#end(row, ORDER_STATE.cancelled, ORDER_REASON.below_min_size);
      });
      const change = this.ledger.position[s]! - before;
      this.actionLog.add(this.step, action, this.series[s]!.time[action.row]!, change, cash);
      if (this.listener !== null) {
        this.listener.onSplit(s, action.row, action.numerator, action.denominator);
      }
    }
    this.#nextActionUs = this.#actionAt < count ? actions[this.#actionAt]!.timeUs : Infinity;
  }

  /** True when an earlier action split the same series before the same row. */
  #isSplitBefore(at: number): boolean {
    const actions = this.#spec.actions, { series, row } = actions[at]!;
    for (let i = at - 1; i >= 0; i--) {
      const earlier = actions[i]!;
      if (earlier.series !== series || earlier.row !== row) return false;
      if (earlier.kind === "split") return true;
    }
    return false;
  }
}
