/**
 * Risk of one book: the gate before its orders and the kill switch over it, and what follows when the switch trips: every open order that
 * could add risk is cancelled, what can only reduce stays and is held to that.
 *
 * It stands in the engine, of host and child alike, so that both refuse the same. Without limits and before a kill by hand it is off
 * and costs a comparison an order.
 *
 * @module
 */

import { put, type StateHash, type StateTape } from "../../core/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import { isWorking } from "../orders/lifecycle.ts";
import type { LinkedOrders } from "../orders/linked_orders.ts";
import { ORDER_FLAG, ORDER_REASON, SIZING } from "../orders/order_table.ts";
import { RowScratch } from "../orders/working_orders.ts";
import { carriedCauses, type KillCause, KillSwitch, type SessionOpens } from "./kill_switch.ts";
import type { QuoteSource } from "./quote_rules.ts";
import { RefusalLog } from "./refusal_log.ts";
import { RiskGate } from "./risk_gate.ts";
import { NO_LIMITS, type RiskLimits } from "./risk_limits.ts";
import { isKillCause } from "./risk_rules.ts";
import { blankTerms, type OrderTerms, reducesOnly, type RiskBooks } from "./worst_case.ts";

/** The most trips of the switch that are kept one by one. */
export const MAX_KILLS = 1000;

/** One trip of the switch: what came of it. */
export interface KillRecord {
  /** The causes that held then, the first that came first. */
  readonly causes: readonly KillCause[];
  readonly timeUs: number;
  /** Open orders that were cancelled, and those that were kept to reduce positions. */
  readonly cancelled: number;
  readonly kept: number;
}

const NO_KILL: KillRecord = { causes: [], timeUs: 0, cancelled: 0, kept: 0 };

/** Tells which series nothing trades of. */
export interface HaltSource {
  /** False while no series was ever halted. */
  readonly isUsed: boolean;
  isHalted(series: number, timeUs: number): boolean;
}

/** What the control works on. */
export interface ControlledBooks extends RiskBooks {
  readonly linked: LinkedOrders;
  readonly halts: HaltSource;
}

/** Gate and switch of one book. */
export class RiskControl {
  /** Whether orders are checked and values are judged. */
  isOn: boolean;
  readonly gate: RiskGate;
  readonly kill: KillSwitch;
  readonly refusals: RefusalLog = new RefusalLog();
  /** Trips in order of time, at most {@linkcode MAX_KILLS}; `killCount` counts them all. */
  readonly kills: KillRecord[] = [];
  killCount = 0;
  /** True when a kill wants all positions closed, until the engine has asked for it. */
  wantsFlat = false;
  readonly #books: ControlledBooks;
  readonly #flattens: boolean;
  readonly #rows: RowScratch = new RowScratch();
  readonly #terms: OrderTerms = blankTerms();
  #cancelled = 0;
  #kept = 0;

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("risk control", 1);
    this.isOn = tape.flag(this.isOn);
    this.wantsFlat = tape.flag(this.wantsFlat);
    this.killCount = tape.number(this.killCount);
    this.gate.carry(tape);
    this.kill.carry(tape);
    this.refusals.carry(tape);
    const count = tape.number(this.kills.length);
    for (let k = 0; k < count; k++) {
      const record = this.kills[k] ?? NO_KILL;
      const causes = carriedCauses(record.causes, tape), timeUs = tape.number(record.timeUs);
      const cancelled = tape.number(record.cancelled), kept = tape.number(record.kept);
      put(this.kills, k, { causes, timeUs, cancelled, kept });
    }
  }

  /**
   * @param limits Null: off.
   * @param quotes Null where there are only bars.
   */
  constructor(
    limits: RiskLimits | null,
    books: ControlledBooks,
    instruments: readonly Instrument[],
    sessions: SessionOpens,
    quotes: QuoteSource | null = null,
  ) {
    const applied = limits === null ? NO_LIMITS : limits;
    this.isOn = limits !== null;
    this.#books = books;
    this.#flattens = applied.flattenOnKill;
    this.kill = new KillSwitch(applied, sessions, books.ledger.initialCash);
    this.gate = new RiskGate(applied, this.kill, books, instruments, quotes);
  }

  /**
   * Returns what may become of an order, a code of `VERDICT`.
   *
   * @param quantity Signed units still to be traded, units to reach, or a weight, by the sizing.
   * @param limit Price ticks, 0 for none.
   * @param stop Price ticks, 0 for none.
   * @param amends Row of the order that these terms amend, -1 for a new one.
   * @param parent Row of the order whose fill sets this one free, -1 for none.
   */
  check(
    series: number,
    sizing: number,
    type: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
    amends: number,
    parent: number,
    nowUs: number,
  ): number {
    const terms = this.#terms;
    terms.series = series;
    terms.sizing = sizing;
    terms.type = type;
    terms.flags = flags;
    terms.quantity = quantity;
    terms.limit = limit;
    terms.stop = stop;
    terms.amends = amends;
    terms.parent = parent;
    terms.nowUs = nowUs;
    this.kill.moveTo(nowUs, this.#books.equity(), true);
    const { halts } = this.#books;
    if (halts.isUsed) this.gate.setHalted(series, halts.isHalted(series, nowUs));
    return this.gate.check(terms);
  }

  /** Notes that the order of the last check was refused, and returns the reason for its row. */
  noteRefusal(row: number): number {
    const { rule, limit, measured } = this.gate;
    this.refusals.add(this.#books.book.table.idOf(row), rule, limit, measured);
    return isKillCause(rule) ? ORDER_REASON.kill_switch : ORDER_REASON.risk_refused;
  }

  /** Before the marks of an instant that begins after `timeUs` of the last one: the session may have changed. */
  begin(timeUs: number): void {
    this.kill.moveTo(timeUs, this.#books.ledger.equity(), false);
  }

  /** Judges the account at its marks, and cuts its risk when the switch trips. */
  judge(timeUs: number): void {
    if (this.kill.judge(this.#books.ledger.equity(), timeUs)) this.#cut(timeUs);
  }

  /** Takes over a cause that the account's switch has found. Returns false when it holds already. */
  killWith(cause: KillCause): boolean {
    this.isOn = true;
    this.#books.equity();
    const isNew = this.kill.take(cause);
    if (isNew) this.#cut(cause.timeUs);
    return isNew;
  }

  /** Trips the switch by hand. */
  killByHand(reason: string, timeUs: number): void {
    this.isOn = true;
    // Marks the positions: from here on they are judged at every instant.
    this.#books.equity();
    if (this.kill.trip(reason, timeUs)) this.#cut(timeUs);
  }

  /** Lifts a kill. Returns false when there was none. */
  rearm(timeUs: number): boolean {
    return this.kill.rearm(this.#books.equity(), timeUs);
  }

  /**
   * Sets what is let out from here on, a number of `ENGINE_STATE`. With `cancels`, working orders that could add risk are cancelled for the
   * operator; what only reduces stays.
   */
  hold(engineState: number, cancels: boolean, timeUs: number): void {
    this.isOn = true;
    this.#books.equity();
    this.gate.engineState = engineState;
    if (cancels) this.#cutOrders(ORDER_REASON.operator, timeUs);
  }

  /** Adds what the strategy's results depend on to a hash. */
  hashInto(hash: StateHash): void {
    this.kill.hashInto(hash);
    hash.add(this.refusals.total);
  }

  #cut(timeUs: number): void {
    this.#cutOrders(ORDER_REASON.kill_switch, timeUs);
    if (this.#flattens) this.wantsFlat = true;
    if (this.killCount++ < MAX_KILLS) {
      put(this.kills, this.killCount - 1, {
        timeUs,
        causes: this.kill.causes(),
        cancelled: this.#cancelled,
        kept: this.#kept,
      });
    }
  }

  /** Cancels every working order that could add risk, and holds the others to reducing. */
  #cutOrders(reason: number, timeUs: number): void {
    const { book, linked, ledger } = this.#books, rows = this.#rows;
    this.#cancelled = this.#kept = 0;
    for (let s = 0; s < ledger.seriesCount; s++) {
      const working = book.working.list(s, rows);
      for (let k = 0; k < working; k++) this.#cutOrder(rows.at(k), s, reason, timeUs);
      // What waits for a fill could open anything once it is free.
      const held = linked.heldOf(s, rows);
      for (let k = 0; k < held; k++) {
        const row = rows.at(k);
        if ((book.table.flags[row]! & ORDER_FLAG.reduce_only) === 0) {
          this.#cancel(row, reason, timeUs);
        }
      }
    }
  }

  #cutOrder(row: number, s: number, reason: number, timeUs: number): void {
    const { book, ledger } = this.#books, table = book.table;
    if (!isWorking(table.state[row]!)) return;
    if ((table.flags[row]! & ORDER_FLAG.reduce_only) === 0) {
      const left = table.quantity[row]! - table.filled[row]!;
      const asked = table.sizing[row] === SIZING.quantity ? left : table.quantity[row]!;
      if (!reducesOnly(ledger, s, table.sizing[row]!, asked, ledger.equity())) {
        this.#cancel(row, reason, timeUs);
        return;
      }
      table.flags[row]! |= ORDER_FLAG.reduce_only;
    }
    this.#kept++;
  }

  #cancel(row: number, reason: number, timeUs: number): void {
    if (!isWorking(this.#books.book.table.state[row]!)) return;
    this.#books.book.cancel(row, reason, timeUs);
    this.#books.linked.afterEnd(row, timeUs);
    this.#cancelled++;
  }
}
