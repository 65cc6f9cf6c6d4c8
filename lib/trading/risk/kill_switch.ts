/**
 * The kill switch: a state of the engine in which no risk is added. It trips on a loss since the previous session's close, on a fall from
 * the greatest value, or by hand. A kill for the loss of a day lifts when the next session opens; the others only by re-arming. Every
 * cause is kept until it is lifted.
 *
 * A value that equals the limit does not trip.
 *
 * @module
 */

import { put, type Ratio, ratioOf, type StateHash, type StateTape } from "../../core/mod.ts";
import type { RiskLimits } from "./risk_limits.ts";
import { RISK_RULE } from "./risk_rules.ts";

/** Opens of the sessions that the day's loss is counted by, sorted; the first `length` count. Microseconds UTC. */
export interface SessionOpens {
  readonly length: number;
  readonly openUs: Float64Array;
}

/** One cause of a kill, as measured when it came. */
export interface KillCause {
  /** `RISK_RULE.daily_loss`, `drawdown` or `manual`. */
  readonly rule: number;
  readonly timeUs: number;
  /** Percent; 0 for a manual one. */
  readonly measured: number;
  readonly limit: number;
  /** What the operator said; empty for a rule. */
  readonly reason: string;
}

/** Everything that a restart must bring back. Plain data. */
export interface KillState {
  readonly causes: readonly KillCause[];
  /** Greatest value so far and value at the previous session's close, micro-units. */
  readonly peak: number;
  readonly dayStart: number;
  /** Number of the next session. */
  readonly session: number;
  /** When the last kill was lifted, microseconds UTC; null before. */
  readonly liftedUs: number | null;
}

/** The switch of one account. */
export class KillSwitch {
  /** When the last kill was lifted, microseconds UTC; -Infinity before. */
  liftedUs = -Infinity;
  readonly #sessions: SessionOpens;
  readonly #dailyPct: number | null;
  readonly #drawdownPct: number | null;
  readonly #daily: Ratio | null;
  readonly #drawdown: Ratio | null;
  #peak: number;
  #dayStart: number;
  /** Values below which the rules trip; -Infinity where one is off or has tripped. */
  #dailyFloor = -Infinity;
  #drawdownFloor = -Infinity;
  #session = 0;
  /** Null where a cause does not hold. */
  #dailyCause: KillCause | null = null;
  #drawdownCause: KillCause | null = null;
  #manualCause: KillCause | null = null;
  /** The cause that is told: the first that came of those that hold. */
  #told: KillCause | null = null;

  /** @param value Value of the account at the start, micro-units. */
  constructor(limits: RiskLimits, sessions: SessionOpens, value: number) {
    this.#sessions = sessions;
    this.#dailyPct = limits.maxDailyLossPct;
    this.#drawdownPct = limits.maxDrawdownPct;
    this.#daily = this.#dailyPct === null ? null : ratioOf(this.#dailyPct, 100);
    this.#drawdown = this.#drawdownPct === null ? null : ratioOf(this.#drawdownPct, 100);
    this.#peak = this.#dayStart = value;
    this.#setFloors();
  }

  get isKilled(): boolean {
    return this.#told !== null;
  }

  /** Rule, limit and measured value of the cause that is told; 0 when there is none. */
  get rule(): number {
    return this.#told === null ? RISK_RULE.none : this.#told.rule;
  }

  get limit(): number {
    return this.#told === null ? 0 : this.#told.limit;
  }

  get measured(): number {
    return this.#told === null ? 0 : this.#told.measured;
  }

  /** The cause that is told, null when there is none. */
  get cause(): KillCause | null {
    return this.#told;
  }

  /**
   * Goes on to a time. When a session has opened by then, its day starts at `value` and a kill for the loss of a day is lifted.
   *
   * @param value Value at the last marks before, micro-units.
   * @param isOpen Whether the very instant of an open belongs to the new session.
   */
  moveTo(timeUs: number, value: number, isOpen: boolean): void {
    const sessions = this.#sessions, before = this.#session;
    while (
      this.#session < sessions.length &&
      (sessions.openUs[this.#session]! < timeUs ||
        (isOpen && sessions.openUs[this.#session] === timeUs))
    ) this.#session++;
    if (this.#session === before) return;
    this.#dayStart = value;
    const wasKilled = this.#dailyCause !== null;
    this.#dailyCause = null;
    this.#setFloors();
    if (!wasKilled) return;
    this.#tell();
    if (this.#told === null) this.liftedUs = sessions.openUs[this.#session - 1]!;
  }

  /** Judges a value of the account, micro-units. Returns true when a new cause has come. */
  judge(value: number, timeUs: number): boolean {
    if (value > this.#peak) {
      this.#peak = value;
      this.#setFloors();
    }
    if (value >= this.#dailyFloor && value >= this.#drawdownFloor) return false;
    if (value < this.#dailyFloor) {
      const measured = (this.#dayStart - value) * 100 / this.#dayStart;
      this.#dailyCause = cause(RISK_RULE.daily_loss, timeUs, measured, this.#dailyPct!, "");
    }
    if (value < this.#drawdownFloor) {
      const measured = (this.#peak - value) * 100 / this.#peak;
      this.#drawdownCause = cause(RISK_RULE.drawdown, timeUs, measured, this.#drawdownPct!, "");
    }
    this.#setFloors();
    this.#tell();
    return true;
  }

  /** Takes over a cause that the account's switch has found. Returns false when one of its rule holds already. */
  take(found: KillCause): boolean {
    const isDaily = found.rule === RISK_RULE.daily_loss;
    if ((isDaily ? this.#dailyCause : this.#drawdownCause) !== null) return false;
    if (isDaily) this.#dailyCause = found;
    else this.#drawdownCause = found;
    this.#setFloors();
    this.#tell();
    return true;
  }

  /** Takes an amount that came or went without a gain or a loss into account, micro-units. */
  shift(amount: number): void {
    this.#peak += amount;
    this.#dayStart += amount;
    this.#setFloors();
  }

  /** Trips by hand. Returns false when it was tripped by hand already. */
  trip(reason: string, timeUs: number): boolean {
    if (this.#manualCause !== null) return false;
    this.#manualCause = cause(RISK_RULE.manual, timeUs, 0, 0, reason);
    this.#tell();
    return true;
  }

  /**
   * Lifts every cause. The value now becomes the peak and the day's start: a switch that tripped again at once could never be re-armed.
   * Returns false when nothing was killed.
   */
  rearm(value: number, timeUs: number): boolean {
    if (this.#told === null) return false;
    this.#dailyCause = this.#drawdownCause = this.#manualCause = null;
    this.#peak = this.#dayStart = value;
    this.#setFloors();
    this.liftedUs = timeUs;
    this.#tell();
    return true;
  }

  /** Causes that hold, the one that is told first. */
  causes(): readonly KillCause[] {
    const told = this.#told, list: KillCause[] = [];
    let count = 0;
    if (told !== null) put(list, count++, told);
    const daily = this.#dailyCause, drawdown = this.#drawdownCause, manual = this.#manualCause;
    if (daily !== null && daily !== told) put(list, count++, daily);
    if (drawdown !== null && drawdown !== told) put(list, count++, drawdown);
    if (manual !== null && manual !== told) put(list, count++, manual);
    return list;
  }

  /** Returns what a restart must bring back. */
  state(): KillState {
    return {
      causes: this.causes(),
      peak: this.#peak,
      dayStart: this.#dayStart,
      session: this.#session,
      liftedUs: this.liftedUs === -Infinity ? null : this.liftedUs,
    };
  }

  /** Brings a state back. A switch that was tripped stays tripped. */
  restore(state: KillState): void {
    this.#dailyCause = this.#drawdownCause = this.#manualCause = null;
    const { causes } = state;
    for (let k = 0; k < causes.length; k++) {
      const each = causes[k]!;
      if (each.rule === RISK_RULE.daily_loss) this.#dailyCause = each;
      else if (each.rule === RISK_RULE.drawdown) this.#drawdownCause = each;
      else this.#manualCause = each;
    }
    this.#told = causes.length === 0 ? null : causes[0]!;
    this.#peak = state.peak;
    this.#dayStart = state.dayStart;
    this.#session = state.session;
    this.liftedUs = state.liftedUs ?? -Infinity;
    this.#setFloors();
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("kill switch", 1);
    const state = this.state(), causes = carriedCauses(state.causes, tape);
    this.restore({
      causes,
      peak: tape.number(state.peak),
      dayStart: tape.number(state.dayStart),
      session: tape.number(state.session),
      liftedUs: tape.number(this.liftedUs),
    });
  }

  /** Adds the state to a hash. */
  hashInto(hash: StateHash): void {
    hash.add(
      (this.#dailyCause === null ? 0 : 1) + (this.#drawdownCause === null ? 0 : 2) +
        (this.#manualCause === null ? 0 : 4),
    );
    hash.add(this.#peak);
    hash.add(this.#dayStart);
    hash.add(this.#session);
  }

  #setFloors(): void {
    this.#dailyFloor = this.#daily === null || this.#dailyCause !== null
      ? -Infinity
      : floorOf(this.#dayStart, this.#daily);
    this.#drawdownFloor = this.#drawdown === null || this.#drawdownCause !== null
      ? -Infinity
      : floorOf(this.#peak, this.#drawdown);
  }

  /** Keeps telling the cause that is told while it holds, else the first that does. */
  #tell(): void {
    const told = this.#told, daily = this.#dailyCause, drawdown = this.#drawdownCause;
    const manual = this.#manualCause;
    if (told !== null && (told === daily || told === drawdown || told === manual)) return;
    this.#told = daily !== null ? daily : drawdown !== null ? drawdown : manual;
  }
}

/** What is left of a value after a loss; exact where the loss is whole micro-units. */
function floorOf(value: number, loss: Ratio): number {
  return value - value * loss.numerator / loss.denominator;
}

/** Carries a list of causes. */
export function carriedCauses(causes: readonly KillCause[], tape: StateTape): readonly KillCause[] {
  const count = tape.number(causes.length), list: KillCause[] = [];
  for (let k = 0; k < count; k++) {
    const each = causes[k] ?? NO_CAUSE;
    const rule = tape.number(each.rule), timeUs = tape.number(each.timeUs);
    const measured = tape.number(each.measured), limit = tape.number(each.limit);
    put(list, k, { rule, timeUs, measured, limit, reason: tape.text(each.reason) });
  }
  return list;
}

const NO_CAUSE: KillCause = { rule: 0, timeUs: 0, measured: 0, limit: 0, reason: "" };

function cause(
  rule: number,
  timeUs: number,
  measured: number,
  limit: number,
  reason: string,
): KillCause {
  return { rule, timeUs, measured, limit, reason };
}
