/**
 * What happens to an account overnight: borrow fees and interest are booked, proceeds of sales settle.
 *
 * A night ends when the first bar of a later date comes; the date of a bar is the UTC date just before its close, which is the session's
 * date in the markets of the calendar. All nights since the bar before are booked at once, a weekend as three, on positions and cash as they
 * stood over them and at the closes before them, ahead of the corporate actions and fills of the new date.
 *
 * Interest is on the cash less the value of the short positions: what they were sold for lies with the lender of the shares as collateral,
 * marked to the market, and earns nothing.
 *
 * @module
 */

import { type StateTape, US_PER_DAY } from "../core/mod.ts";
import type { AccountRules, Ledger } from "../trading/mod.ts";
import {
  borrowFee,
  creditInterest,
  debitInterest,
  type NightlyRate,
  nightlyRate,
  settlementLagSessions,
} from "../venue/mod.ts";
import { type ActionLog, ENTRY } from "./corporate_actions.ts";
import type { SessionClock } from "./session_clock.ts";

const floor = Math.floor;

/** The nights of one account. */
export class AccountNights {
  /** From which instant on a night has passed: before the first bar any, Infinity when nights change nothing. */
  nextUs: number;
  readonly #ledger: Ledger;
  readonly #log: ActionLog;
  readonly #sessions: readonly SessionClock[];
  readonly #borrow: NightlyRate;
  readonly #debit: NightlyRate;
  readonly #credit: NightlyRate;
  /** Date of the last instant, days since 1970-01-01; NaN before the first. */
  #day = NaN;

  /** @param sessions The session clock of each series. */
  constructor(
    ledger: Ledger,
    rules: AccountRules,
    log: ActionLog,
    sessions: readonly SessionClock[],
  ) {
    const { borrowRatePct, debitRatePct, creditRatePct } = rules;
    this.#ledger = ledger;
    this.#log = log;
    this.#sessions = sessions;
    this.#borrow = nightlyRate(borrowRatePct);
    this.#debit = nightlyRate(debitRatePct);
    this.#credit = nightlyRate(creditRatePct);
    const costs = borrowRatePct > 0 || debitRatePct > 0 || creditRatePct > 0;
    this.nextUs = costs || ledger.settlement !== null ? -Infinity : Infinity;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("account nights", 1);
    this.nextUs = tape.number(this.nextUs);
    this.#day = tape.number(this.#day);
  }

  /**
   * Passes to the date of an instant. The positions must be marked at the closes before it.
   *
   * @param nowUs Close of the instant's bars.
   * @param openUs Open of the first of them: the time of the entries.
   */
  pass(step: number, nowUs: number, openUs: number): void {
    const day = floor((nowUs - 1) / US_PER_DAY), nights = day - this.#day;
    this.#day = day;
    this.nextUs = (day + 1) * US_PER_DAY + 1;
    if (nights > 0) this.#finance(step, openUs, nights);
    this.#settle(day, openUs);
  }

  #finance(step: number, openUs: number, nights: number): void {
    const ledger = this.#ledger, free = ledger.cash - ledger.shortValue;
    for (let s = 0; s < ledger.seriesCount && ledger.shortValue > 0; s++) {
      const fee = borrowFee(ledger.value[s]!, this.#borrow, nights);
      this.#book(step, openUs, ENTRY.borrowFee, s, -fee);
    }
    this.#book(step, openUs, ENTRY.debitInterest, -1, -debitInterest(free, this.#debit, nights));
    this.#book(step, openUs, ENTRY.creditInterest, -1, creditInterest(free, this.#credit, nights));
  }

  #book(step: number, openUs: number, kind: number, series: number, amount: number): void {
    if (amount === 0) return;
    this.#ledger.finance(amount);
    this.#log.add(step, openUs, kind, series, -1, 0, amount);
  }

  /** Lets go of what has settled and says when sales of this date will. */
  #settle(day: number, openUs: number): void {
    const { settlement, seriesCount } = this.#ledger;
    if (settlement === null) return;
    this.#ledger.settle(openUs);
    const lag = settlementLagSessions(day);
    for (let s = 0; s < seriesCount; s++) {
      settlement.dueUs[s] = this.#sessions[s]!.openAfter(openUs, lag);
    }
  }
}
