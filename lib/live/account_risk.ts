/**
 * The limits of risk of an account that several books share: what one book's own rules let pass is held against what all books, with what no
 * strategy owns, could come to at worst. The tighter rule wins, because both are asked.
 *
 * Nothing counts in anybody's favour: a long position of one book is not set off against a short one of another, which may be closed at any
 * moment. The switch over the account's equity trips the switches of all books. A book that has the account for itself needs nothing of this:
 * its own rules are the account's.
 *
 * A function of the journal, as the books are: no clock, no chance.
 *
 * @module
 */

import { mulDiv, type Ratio, ratioOf } from "../core/mod.ts";
import type { Engine } from "../engine/mod.ts";
import {
  blankTerms,
  type Breach,
  type KillCause,
  type KillState,
  KillSwitch,
  type OrderTerms,
  RISK_RULE,
  type RiskLimits,
  type SessionOpens,
} from "../trading/mod.ts";
import type { Unassigned } from "./unassigned.ts";

const MINUTE_US = 60e6;

/** An account as its limits see it. */
export interface LimitedAccount {
  readonly engines: readonly Engine[];
  readonly unassigned: Unassigned;
  /** Of the account, micro-units. */
  equity(): number;
  /** Last price of a symbol in ticks, 0 for one without. */
  lastPrice(symbol: string): number;
}

/** What a restart must bring back. Plain data. */
export interface AccountRiskState {
  readonly kill: KillState;
  /** When the last orders went out, microseconds UTC. */
  readonly takenUs: readonly number[];
}

/** Micro-units; the signs of `net` are those of the side that is looked at. */
interface Exposure {
  readonly gross: number;
  readonly net: number;
  readonly topFive: number;
}

/** Terms that equal those of no order. */
const NOBODY: OrderTerms = { ...blankTerms(), series: -1 };

/** Limits and switch of an account. */
export class AccountRisk {
  readonly #limits: RiskLimits;
  readonly #account: LimitedAccount;
  readonly #kill: KillSwitch;
  #takenUs: number[] = [];
  readonly #position: Ratio | null;
  readonly #gross: Ratio | null;
  readonly #net: Ratio | null;
  readonly #topFive: Ratio | null;

  /** @param sessions Those by which the loss of a day is counted. */
  constructor(limits: RiskLimits, account: LimitedAccount, sessions: SessionOpens) {
    const { maxPositionPct, maxGrossExposure, maxNetExposure, maxTop5Exposure } = limits;
    this.#limits = limits;
    this.#account = account;
    this.#kill = new KillSwitch(limits, sessions, account.equity());
    this.#position = fraction(maxPositionPct, 100);
    this.#gross = fraction(maxGrossExposure, 1);
    this.#net = fraction(maxNetExposure, 1);
    this.#topFive = fraction(maxTop5Exposure, 1);
    account.engines.forEach((engine, k) =>
      engine.risk.gate.shared = {
        breachOf: (order) => this.#isShared ? this.#breachOf(k, order) : null,
        take: (nowUs) => this.#take(nowUs),
      }
    );
  }

  /** Greatest equity so far, micro-units. */
  get peak(): number {
    return this.#kill.state().peak;
  }

  /** Returns what a restart must bring back. */
  state(): AccountRiskState {
    return { kill: this.#kill.state(), takenUs: this.#takenUs };
  }

  /** Takes it back. */
  restore({ kill, takenUs }: AccountRiskState): void {
    this.#kill.restore(kill);
    this.#takenUs = [...takenUs];
  }

  /** Before the bars of an instant: the session may have changed. @param timeUs Of the instant. */
  begin(timeUs: number): void {
    this.#kill.moveTo(timeUs, this.#account.equity(), false);
  }

  /** Judges the account's equity, and trips every book's switch when it is too low. Returns whether a book was cut. */
  judge(timeUs: number): boolean {
    if (!this.#kill.judge(this.#account.equity(), timeUs) || !this.#isShared) return false;
    let isCut = false;
    for (const cause of this.#kill.causes()) if (this.#cut(cause)) isCut = true;
    return isCut;
  }

  /** Lifts what has tripped the switch. */
  rearm(timeUs: number): void {
    this.#kill.rearm(this.#account.equity(), timeUs);
  }

  /** Takes note of an amount that came to the account or left it without a gain or a loss, micro-units. */
  shift(amount: number): void {
    this.#kill.shift(amount);
  }

  get #isShared(): boolean {
    const { engines, unassigned } = this.#account;
    return engines.length > 1 || unassigned.positions().length > 0;
  }

  #cut(cause: KillCause): boolean {
    let isCut = false;
    for (const { risk } of this.#account.engines) if (risk.killWith(cause)) isCut = true;
    return isCut;
  }

  #take(nowUs: number): void {
    const most = this.#limits.maxOrdersPerMinute;
    if (most === null) return;
    this.#takenUs.push(nowUs);
    if (this.#takenUs.length > most) this.#takenUs.shift();
  }

  #breachOf(book: number, order: OrderTerms): Breach | null {
    const { engines } = this.#account, limits = this.#limits, equity = this.#account.equity();
    const { gate } = engines[book]!.risk, side = order.quantity >= 0 ? 1 : -1, s = order.series;
    engines.forEach((engine, k) => {
      if (k !== book) engine.risk.gate.worst.survey(-1, -1, engine.equity(), NOBODY);
    });
    const rest = this.#rest(), own = gate.addUp(order, true);
    const position = own === 0 ? 0 : own + this.#endOf(s, side, rest) - gate.worst.endOf(s, side);
    if (this.#position !== null && position > of(equity, this.#position)) {
      const measured = position * 100 / equity;
      return { rule: RISK_RULE.max_position_pct, limit: limits.maxPositionPct!, measured };
    }
    return this.#exposureBreach(book, order, rest, equity) ?? this.#rateBreach(order.nowUs);
  }

  #exposureBreach(
    book: number,
    order: OrderTerms,
    rest: ReadonlyMap<string, number>,
    equity: number,
  ): Breach | null {
    const { gate } = this.#account.engines[book]!.risk, side = order.quantity >= 0 ? 1 : -1;
    const { maxGrossExposure, maxNetExposure, maxTop5Exposure } = this.#limits;
    const after = this.#exposure(side, rest);
    gate.addUp(order, false);
    const before = this.#exposure(side, rest);
    // Above a limit already: only what adds to it is blocked.
    const isOver = (limit: Ratio | null, name: keyof Exposure): boolean =>
      limit !== null && after[name] > of(equity, limit) && after[name] > before[name];
    if (isOver(this.#gross, "gross")) {
      const measured = after.gross / equity;
      return { rule: RISK_RULE.max_gross_exposure, limit: maxGrossExposure!, measured };
    }
    if (isOver(this.#net, "net")) {
      const measured = after.net / equity;
      return { rule: RISK_RULE.max_net_exposure, limit: maxNetExposure!, measured };
    }
    if (!isOver(this.#topFive, "topFive")) return null;
    const measured = after.topFive / equity;
    return { rule: RISK_RULE.max_top5_exposure, limit: maxTop5Exposure!, measured };
  }

  #rateBreach(nowUs: number): Breach | null {
    const limit = this.#limits.maxOrdersPerMinute;
    if (limit === null) return null;
    const taken = this.#takenUs.filter((timeUs) => nowUs - timeUs < MINUTE_US).length;
    if (taken < limit) return null;
    return { rule: RISK_RULE.max_orders_per_minute, limit, measured: taken + 1 };
  }

  /** What all books could come to, as their open orders are added up now. */
  #exposure(side: number, rest: ReadonlyMap<string, number>): Exposure {
    const { engines } = this.#account, { series } = engines[0]!;
    const sizes = series.map((_, s) => Math.max(this.#endOf(s, 1, rest), this.#endOf(s, -1, rest)));
    let net = 0;
    for (const { risk } of engines) net += risk.gate.worst.net(side);
    for (const [symbol, value] of rest) {
      net += side * value;
      if (series.every((each) => each.symbol !== symbol)) sizes.push(Math.abs(value));
    }
    sizes.sort((a, b) => b - a);
    return { gross: sum(sizes), net, topFive: sum(sizes.slice(0, 5)) };
  }

  /** How long (`side` 1) or short (-1) a series could come to be in all books, and beside them. */
  #endOf(s: number, side: number, rest: ReadonlyMap<string, number>): number {
    const { engines } = this.#account, value = rest.get(engines[0]!.series[s]!.symbol) ?? 0;
    let end = Math.max(0, side * value);
    for (const { risk } of engines) end += risk.gate.worst.endOf(s, side);
    return end;
  }

  /** Signed value of what no strategy owns, by symbol; at its average price where there is no other. */
  #rest(): ReadonlyMap<string, number> {
    const { unassigned } = this.#account;
    return new Map(
      unassigned.positions().map(({ symbol, quantity, averagePrice }) => {
        const price = this.#account.lastPrice(symbol) || averagePrice;
        return [symbol, mulDiv(quantity, price, 1e6)];
      }),
    );
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function fraction(limit: number | null, per: number): Ratio | null {
  return limit === null ? null : ratioOf(limit, per);
}

function of(amount: number, { numerator, denominator }: Ratio): number {
  return amount * numerator / denominator;
}
