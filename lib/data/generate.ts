/**
 * Seeded synthetic bars on calendar sessions, for speed tests and trials without data. A random walk in whole cents with a gap between
 * sessions: it looks like a price and is not one, which is why every series of it is labelled.
 *
 * Only `+ - * /` and square roots of whole numbers, so that a seed gives the same bytes on every machine.
 *
 * @module
 */

import { type CalendarName, sessionsBetween } from "../calendar/mod.ts";
import { dayOfDate, formatDay, Random, SandbarError, US_PER_MINUTE } from "../core/mod.ts";
import { type BarColumns, parsePeriod } from "../market/mod.ts";

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
const LAST_YEAR = 2030;
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
  const { bars, seed, calendar } = options, period = parsePeriod(options.period);
  if (!(Number.isInteger(bars) && bars >= 1 && bars <= MOST_BARS)) {
    throw new SandbarError("usage", `cannot generate ${bars} bars; ask for 1 to 20,000,000`);
  }
  const daily = period.unit === "day";
  if (period.unit === "week" || (daily && period.count > 1)) {
    throw new SandbarError(
      "bad_period",
      `cannot generate bars of ${period.text}; 1d, minutes and hours can be generated`,
    );
  }
  const from = options.from ?? dayOfDate(2010, 1, 1), to = dayOfDate(LAST_YEAR, 12, 31);
  const sessions = sessionsBetween(calendar, from, to), columns = emptyColumns(bars);
  const minutes = daily ? SESSION_MINUTES : period.us / US_PER_MINUTE;
  const walk = new Walk(seed, columns, minutes);
  let row = 0;
  for (let session = 0; session < sessions.length && row < bars; session++) {
    const open = sessions.openUs[session]!, close = sessions.closeUs[session]!;
    walk.openSession();
    for (let at = open; at < close && row < bars; at = daily ? close : at + period.us) {
      const end = daily || at + period.us > close ? close : at + period.us;
      columns.time[row] = at;
      columns.closeTime[row] = end;
      walk.fill(row++);
    }
  }
  if (row === bars) return columns;
  throw new SandbarError(
    "data_missing",
    `${calendar} has sessions for ${row} bars of ${period.text} from ${formatDay(from)} to ` +
      `${formatDay(to)}, not for ${bars}; begin earlier, or use the calendar always_open`,
  );
}

/** The price on its way, in whole cents. */
class Walk {
  readonly #random: Random;
  readonly #columns: BarColumns;
  readonly #deviation: number;
  readonly #volume: number;
  #cents = START_CENTS;

  constructor(seed: number, columns: BarColumns, minutes: number) {
    this.#random = new Random(seed);
    this.#columns = columns;
    this.#deviation = SESSION_DEVIATION * Math.sqrt(minutes) / Math.sqrt(SESSION_MINUTES);
    this.#volume = SESSION_VOLUME * minutes / SESSION_MINUTES;
  }

  openSession(): void {
    const pull = PULL * (START_CENTS - this.#cents) / START_CENTS;
    this.#cents = this.#moved(this.#cents, GAP_DEVIATION * this.#normal() + pull);
  }

  fill(row: number): void {
    const { open, high, low, close, volume } = this.#columns, random = this.#random;
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

function emptyColumns(rows: number): BarColumns {
  return {
    time: new Float64Array(rows),
    closeTime: new Float64Array(rows),
    open: new Float64Array(rows),
    high: new Float64Array(rows),
    low: new Float64Array(rows),
    close: new Float64Array(rows),
    volume: new Float64Array(rows),
  };
}
