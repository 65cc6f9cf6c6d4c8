/**
 * Seeded synthetic bars on calendar sessions, for speed tests and trials without data. A random walk in whole cents with a gap between
 * sessions: it looks like a price and is not one, which is why every series of it is labelled.
 *
 * Only `+ - * /` and square roots of whole numbers, so that a seed gives the same bytes on every machine.
 *
 * @module
 */

import { type CalendarName, LAST_SESSION_DAY, sessionsBetween } from "../calendar/mod.ts";
import { dayOfDate, formatDay, Random, SandbarError, US_PER_MINUTE } from "../core/mod.ts";
import { allocateColumns, type BarColumns, parsePeriod, type Period } from "../market/mod.ts";

/** What to generate. */
export interface GenerateOptions {
  /** `1d`, or minutes or hours. */
  readonly period: string;
  /** Count of bars, 1 to 20,000,000. */
  readonly bars: number;
  /** Any integer; its low 32 bits count. */
  readonly seed: number;
  readonly calendar: CalendarName;
  /** First session date at the earliest, days since 1970-01-01. Default 2010-01-01. */
  readonly from?: number | undefined;
}

const MOST_BARS = 20_000_000;
/** Deviation of a session's return: about 20 % a year. */
const SESSION_DEVIATION = 0.0126;
const GAP_DEVIATION = 0.004;
const SESSION_MINUTES = 390;
const START_CENTS = 10_000, LEAST_CENTS = 100, MOST_CENTS = 100_000_000;
const SESSION_VOLUME = 10_000_000;
/** Pulls the walk back to its start within some years, so that long series stay between the bounds. */
const PULL = 0.0005;

/**
 * Returns the columns of synthetic bars; every one would pass an import.
 *
 * @throws {SandbarError} `usage` for a count that is none; `bad_period` for weeks or several days; `data_missing` when the calendar has
 * not so many sessions.
 */
export function generateBars(options: GenerateOptions): BarColumns {
  const { bars, seed, calendar } = options, period = generatedPeriod(options.period);
  if (!(Number.isInteger(bars) && bars >= 1 && bars <= MOST_BARS)) {
    throw new SandbarError("usage", `cannot generate ${bars} bars; ask for 1 to 20,000,000`);
  }
  const from = options.from ?? dayOfDate(2010, 1, 1), to = LAST_SESSION_DAY;
  const sessions = sessionsBetween(calendar, from, to), columns = allocateColumns(bars);
  const walk = new PriceWalk({ seed, period });
  let row = 0;
  for (let session = 0; session < sessions.length && row < bars; session++) {
    row = walk.fillSession(columns, row, sessions.openUs[session]!, sessions.closeUs[session]!);
  }
  if (row === bars) return columns;
  throw new SandbarError(
    "data_missing",
    `${calendar} has sessions for ${row} bars of ${period.text} from ${formatDay(from)} to ` +
      `${formatDay(to)}, not for ${bars}; begin earlier, or use the calendar always_open`,
  );
}

/**
 * Returns the period of a text, if bars of it can be made up.
 *
 * @throws {SandbarError} `bad_period` for a text that is none, weeks or several days.
 */
export function generatedPeriod(text: string): Period {
  const period = parsePeriod(text);
  if (period.unit === "week" || (period.unit === "day" && period.count > 1)) {
    throw new SandbarError(
      "bad_period",
      `cannot generate bars of ${period.text}; 1d, minutes and hours can be generated`,
    );
  }
  return period;
}

/** How a price walks. */
export interface PriceWalkOptions {
  /** Any integer; its low 32 bits count. */
  readonly seed: number;
  /** As from {@linkcode generatedPeriod}. */
  readonly period: Period;
  /** Where it starts, and where it is pulled back to within some years. Default 10,000. */
  readonly startCents?: number;
  /** Standard deviation of the return from open to close, as a fraction. Default 0.0126. */
  readonly sessionDeviation?: number;
  /** Standard deviation of the return from close to open, as a fraction. Default 0.004. */
  readonly gapDeviation?: number;
  /** Length of a whole session. Default 390. */
  readonly sessionMinutes?: number;
}

/** The price on its way, in whole cents, session by session. */
export class PriceWalk {
  readonly #random: Random;
  readonly #period: Period;
  readonly #startCents: number;
  readonly #gapDeviation: number;
  readonly #deviation: number;
  readonly #volume: number;
  #cents: number;

  constructor(options: PriceWalkOptions) {
    const { seed, period, sessionMinutes = SESSION_MINUTES } = options;
    const minutes = period.unit === "day" ? sessionMinutes : period.us / US_PER_MINUTE;
    this.#random = new Random(seed);
    this.#period = period;
    this.#startCents = this.#cents = options.startCents ?? START_CENTS;
    this.#gapDeviation = options.gapDeviation ?? GAP_DEVIATION;
    this.#deviation = (options.sessionDeviation ?? SESSION_DEVIATION) * Math.sqrt(minutes) /
      Math.sqrt(sessionMinutes);
    this.#volume = SESSION_VOLUME * minutes / sessionMinutes;
  }

  /** Fills the bars of the next session from `row` on, as far as the columns reach, and returns the row after the last. */
  fillSession(columns: BarColumns, row: number, openUs: number, closeUs: number): number {
    const rows = columns.time.length, { unit, us } = this.#period, isDaily = unit === "day";
    const start = this.#startCents, pull = PULL * (start - this.#cents) / start;
    this.#cents = this.#moved(this.#cents, this.#gapDeviation * this.#normal() + pull);
    for (let at = openUs; at < closeUs && row < rows; row++) {
      const end = isDaily || at + us > closeUs ? closeUs : at + us;
      columns.time[row] = at;
      columns.closeTime[row] = end;
      this.#fill(columns, row);
      at = end;
    }
    return row;
  }

  #fill(columns: BarColumns, row: number): void {
    const { open, high, low, close, volume } = columns, random = this.#random;
    const start = this.#cents, end = this.#moved(start, this.#deviation * this.#normal());
    const reach = start * this.#deviation * 0.5;
    const top = Math.max(start, end) + Math.floor(random.next() * reach);
    const bottom = Math.min(start, end) - Math.floor(random.next() * reach);
    open[row] = start / 100;
    high[row] = top / 100;
    low[row] = Math.max(bottom, LEAST_CENTS) / 100;
    close[row] = end / 100;
    volume[row] = Math.floor(this.#volume * (0.5 + random.next())) + 1;
    this.#cents = end;
  }

  #moved(cents: number, fraction: number): number {
    const moved = Math.floor(cents * (1 + fraction) + 0.5);
    return Math.min(Math.max(moved, LEAST_CENTS), MOST_CENTS);
  }

  /** Twelve uniforms less six: mean 0, variance 1, and no function that machines round differently. */
  #normal(): number {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += this.#random.nextUint32();
    return sum / 4294967296 - 6;
  }
}
