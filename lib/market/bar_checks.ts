/**
 * What can be wrong with bars that someone hands us, found before anything is computed from them: order, numbers, sanity of a bar,
 * and sessions without a bar or the reverse.
 *
 * Every problem is counted under its kind; those that the user did not accept by name are listed, the first hundred of them.
 * Only finds: sorting, dropping or mending is the caller's.
 *
 * @module
 */

import { formatDay, formatIso, lastAtMost } from "../core/mod.ts";
import type { TimeUs } from "../core/mod.ts";

/** The kinds of problem, as the names by which a user accepts them. */
export const BAR_PROBLEM_KINDS = [
  "unordered",
  "repeated",
  "not_a_number",
  "high_low",
  "negative_volume",
  "price_not_positive",
  "missing_session",
  "no_session",
] as const;

/**
 * What is wrong: `unordered` (before the row above), `repeated` (the time of the row above), `not_a_number` (or infinite), `high_low`
 * (high below low, open or close; low above open or close), `negative_volume`, `price_not_positive`, `missing_session` (a session
 * between the first and the last bar without one), `no_session` (a bar outside every session).
 */
export type BarProblemKind = typeof BAR_PROBLEM_KINDS[number];

/** One problem. */
export interface BarProblem {
  readonly kind: BarProblemKind;
  /** Row of the columns, from 0. For `missing_session`: the first bar of the next session that has one. */
  readonly row: number;
  /** Line of that row in the file. */
  readonly line: number;
  /** What was found, without the place: `high 10.1 is below low 10.4`. */
  readonly message: string;
}

/** The sessions that bars are held against: a table of `lib/calendar`, which must cover all rows. Sorted by open. */
export interface SessionColumns {
  readonly length: number;
  /** Dates, days since 1970-01-01. */
  readonly day: Float64Array;
  /** Microseconds UTC. */
  readonly openUs: Float64Array;
  /** Microseconds UTC. */
  readonly closeUs: Float64Array;
}

/** Bars as columns, rows 0 to `n` - 1. */
export interface CheckedColumns {
  readonly n: number;
  /** Open time of each bar, microseconds UTC. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** How bars are checked. */
export interface BarCheckOptions {
  /** Line of row 0 in the file. Default 1. */
  readonly firstLine?: number;
  /** Kinds that the user accepts: counted, not listed. Default none. */
  readonly accept?: readonly BarProblemKind[];
  /** The sessions. Without them nothing is said about sessions. */
  readonly sessions?: SessionColumns;
  /**
   * Session date of each row, days since 1970-01-01: rows are then matched to sessions by date (daily bars of a file with dates).
   * Default: a row belongs to the session that its time lies in, open included, close excluded.
   */
  readonly days?: Float64Array;
}

/** What was found. */
export interface BarCheckResult {
  /** The problems not accepted, by row, those of missing sessions last: the first 100. */
  readonly problems: readonly BarProblem[];
  /** How many were not accepted. The bars are good when it is 0. */
  readonly total: number;
  /** How many of each kind, accepted ones too. */
  readonly counts: Readonly<Record<BarProblemKind, number>>;
}

const LISTED = 100;

/** Returns what is wrong with the bars. At most one problem of a kind a row. */
export function checkBars(bars: CheckedColumns, options: BarCheckOptions = {}): BarCheckResult {
  const found = new Findings(options.firstLine ?? 1, options.accept ?? []);
  const sessions = options.sessions === undefined
    ? undefined
    : new SessionCheck(options.sessions, bars.time, options.days);
  for (let row = 0; row < bars.n; row++) {
    checkTime(bars.time, row, found);
    checkNumbers(bars, row, found);
    sessions?.checkRow(row, found);
  }
  sessions?.checkMissing(found);
  return { problems: found.problems, total: found.total, counts: found.counts };
}

function checkTime(time: Float64Array, row: number, found: Findings): void {
  if (row === 0) return;
  const at = time[row]!, before = time[row - 1]!;
  if (at < before) {
    found.add("unordered", row, () => `time ${clock(at)} is before ${clock(before)} above it`);
  } else if (at === before) {
    found.add("repeated", row, () => `time ${clock(at)} repeats the row above`);
  }
}

function checkNumbers(bars: CheckedColumns, row: number, found: Findings): void {
  const open = bars.open[row]!, high = bars.high[row]!, low = bars.low[row]!;
  const close = bars.close[row]!, volume = bars.volume[row]!;
  // The sum is finite only if all are, save for an overflow, which the slow path tells apart.
  const sum = bars.time[row]! + open + high + low + close + volume;
  if (sum - sum !== 0) checkFinite(bars, row, found);
  if (high < low) found.add("high_low", row, () => `high ${high} is below low ${low}`);
  else if (high < open) found.add("high_low", row, () => `high ${high} is below open ${open}`);
  else if (high < close) found.add("high_low", row, () => `high ${high} is below close ${close}`);
  else if (low > open) found.add("high_low", row, () => `low ${low} is above open ${open}`);
  else if (low > close) found.add("high_low", row, () => `low ${low} is above close ${close}`);
  if (open <= 0 || high <= 0 || low <= 0 || close <= 0) {
    const name = open <= 0 ? "open" : high <= 0 ? "high" : low <= 0 ? "low" : "close";
    found.add("price_not_positive", row, () => `${name} ${bars[name][row]} is not above zero`);
  }
  if (volume < 0) found.add("negative_volume", row, () => `volume ${volume} is below zero`);
}

const COLUMNS = ["time", "open", "high", "low", "close", "volume"] as const;

function checkFinite(bars: CheckedColumns, row: number, found: Findings): void {
  for (const name of COLUMNS) {
    const value = bars[name][row]!;
    if (value - value === 0) continue;
    found.add(
      "not_a_number",
      row,
      () => `${name} is ${value === value ? "infinite" : "not a number"}`,
    );
    return;
  }
}

/** Matches rows to sessions. Keeps the first row of each session; rows need not be in order. */
class SessionCheck {
  readonly #sessions: SessionColumns;
  readonly #keys: Float64Array;
  readonly #byDate: boolean;
  readonly #rowKeys: Float64Array;
  readonly #firstRow: Int32Array;
  /** The session of the row before: the next row is mostly in it or in the one after. */
  #cursor = 0;

  constructor(sessions: SessionColumns, time: Float64Array, days: Float64Array | undefined) {
    this.#sessions = sessions;
    this.#byDate = days !== undefined;
    this.#keys = days === undefined ? sessions.openUs : sessions.day;
    this.#rowKeys = days ?? time;
    this.#firstRow = new Int32Array(sessions.length).fill(-1);
  }

  checkRow(row: number, found: Findings): void {
    const key = this.#rowKeys[row]!;
    // A time that is not a number has been reported as such.
    if (key - key !== 0) return;
    const session = this.#find(key);
    if (session === -1) {
      found.add(
        "no_session",
        row,
        () =>
          this.#byDate
            ? `${formatDay(key)} is not a session`
            : `time ${clock(key)} is outside every session`,
      );
    } else if (this.#firstRow[session] === -1) {
      this.#firstRow[session] = row;
    }
  }

  checkMissing(found: Findings): void {
    const rows = this.#firstRow;
    let last = rows.length - 1;
    while (last >= 0 && rows[last] === -1) last--;
    let session = 0, next = 0;
    while (session < last && rows[session] === -1) session++;
    for (; session < last; session++) {
      if (rows[session] !== -1) continue;
      if (next < session) next = session;
      while (rows[next] === -1) next++;
      const date = formatDay(this.#sessions.day[session]!);
      found.add(
        "missing_session",
        rows[next]!,
        () => `no bar for the session of ${date} before it`,
      );
    }
  }

  /** The session that a row belongs to, or -1. */
  #find(key: number): number {
    const keys = this.#keys, count = this.#sessions.length;
    let at = this.#cursor;
    if (!(keys[at]! <= key)) at = lastAtMost(keys, count, key);
    else {
      if (at + 1 < count && keys[at + 1]! <= key) at++;
      if (at + 1 < count && keys[at + 1]! <= key) at = lastAtMost(keys, count, key);
    }
    if (at === -1) return -1;
    this.#cursor = at;
    const inside = this.#byDate ? keys[at] === key : key < this.#sessions.closeUs[at]!;
    return inside ? at : -1;
  }
}

/** Counts all problems, lists the first hundred that are not accepted. */
class Findings {
  readonly problems: BarProblem[] = [];
  total = 0;
  readonly counts: Record<BarProblemKind, number>;
  readonly #firstLine: number;
  readonly #accept: readonly BarProblemKind[];

  constructor(firstLine: number, accept: readonly BarProblemKind[]) {
    this.#firstLine = firstLine;
    this.#accept = accept;
    this.counts = {
      unordered: 0,
      repeated: 0,
      not_a_number: 0,
      high_low: 0,
      negative_volume: 0,
      price_not_positive: 0,
      missing_session: 0,
      no_session: 0,
    };
  }

  /** @param message Made only when it is listed. */
  add(kind: BarProblemKind, row: number, message: () => string): void {
    this.counts[kind]++;
    if (this.#accept.includes(kind)) return;
    this.total++;
    if (this.problems.length === LISTED) return;
    this.problems.push({ kind, row, line: row + this.#firstLine, message: message() });
  }
}

function clock(timeUs: number): string {
  return timeUs - timeUs === 0 ? formatIso(timeUs as TimeUs) : String(timeUs);
}
