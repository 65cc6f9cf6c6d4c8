/**
 * How much of an instrument trades in a day and how far it moves: what slippage models ask, from the last 20 completed sessions.
 *
 * Both figures are computed anew from the kept sessions whenever one is added, so that nothing drifts. With less history they are
 * NaN: a model then takes its stated worst.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";

/** Completed sessions that the figures look back on. */
export const LIQUIDITY_SESSIONS = 20;

const F64 = Float64Array, sqrt = Math.sqrt;

/** The running liquidity of one instrument. */
export class Liquidity {
  /** Rings of the last sessions: 21 closes give 20 returns. */
  readonly #closes = new F64(LIQUIDITY_SESSIONS + 1);
  readonly #values = new F64(LIQUIDITY_SESSIONS);
  #count = 0;

  /**
   * Mean of volume x close over the last 20 sessions in currency, divided by the last close: shares a day at today's price, so that
   * size over this is value over value. NaN with less history or when nothing traded.
   */
  averageDailyVolume = NaN;
  /** Sample deviation of the last 20 daily returns, a fraction; times sqrt(252) it is that of a year. NaN with less history. */
  dailyVolatility = NaN;

  /**
   * Adds a completed session.
   *
   * @param close Price, currency; positive.
   * @param volume Shares.
   */
  add(close: number, volume: number): void {
    const at = this.#count++;
    this.#closes[at % (LIQUIDITY_SESSIONS + 1)] = close;
    this.#values[at % LIQUIDITY_SESSIONS] = close * volume;
    if (this.#count >= LIQUIDITY_SESSIONS) this.#measureVolume(close);
    if (this.#count > LIQUIDITY_SESSIONS) this.#measureVolatility();
  }

  /** Restates the sessions in the prices after a split: prices times `numerator / denominator`, values as they are. */
  restate(numerator: number, denominator: number): void {
    const closes = this.#closes;
    for (let i = 0; i <= LIQUIDITY_SESSIONS; i++) {
      closes[i] = closes[i]! * numerator / denominator;
    }
    this.averageDailyVolume = this.averageDailyVolume * denominator / numerator;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    this.#count = tape.number(this.#count);
    this.averageDailyVolume = tape.number(this.averageDailyVolume);
    this.dailyVolatility = tape.number(this.dailyVolatility);
    tape.entries(this.#closes, LIQUIDITY_SESSIONS + 1);
    tape.entries(this.#values, LIQUIDITY_SESSIONS);
  }

  #measureVolume(close: number): void {
    let sum = 0;
    for (let i = 0; i < LIQUIDITY_SESSIONS; i++) sum += this.#values[i]!;
    const shares = sum / LIQUIDITY_SESSIONS / close;
    this.averageDailyVolume = shares > 0 ? shares : NaN;
  }

  #measureVolatility(): void {
    const first = this.#count;
    let sum = 0;
    for (let i = 1; i <= LIQUIDITY_SESSIONS; i++) sum += this.#returnAt(first, i);
    const mean = sum / LIQUIDITY_SESSIONS;
    let squares = 0;
    for (let i = 1; i <= LIQUIDITY_SESSIONS; i++) {
      const gap = this.#returnAt(first, i) - mean;
      squares += gap * gap;
    }
    this.dailyVolatility = sqrt(squares / (LIQUIDITY_SESSIONS - 1));
  }

  /** The i-th oldest return of the ring, whose oldest close is at `first`. */
  #returnAt(first: number, i: number): number {
    const size = LIQUIDITY_SESSIONS + 1;
    return this.#closes[(first + i) % size]! / this.#closes[(first + i - 1) % size]! - 1;
  }
}
