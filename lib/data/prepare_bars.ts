/**
 * From the columns of a file to a series fit to use: times resolved, everything checked, and what the user accepted by name taken out.
 *
 * Accepting never alters a number. Rows of an accepted kind are left out; out-of-order rows are sorted; missing sessions and prices
 * with too many decimals stay as they are. What is left passes every check.
 *
 * @module
 */

import type { CalendarName } from "../calendar/mod.ts";
import { lastAtMost, roundHalfEven, SandbarError } from "../core/mod.ts";
import {
  BAR_PROBLEM_KINDS,
  type BarColumns,
  type BarProblemKind,
  checkBars,
  type Period,
} from "../market/mod.ts";
import { placeInSessions, type ResolvedTimes, resolveTimes } from "./bar_times.ts";
import type { RawBars } from "./file_bars.ts";

/** The kinds of problem that a user can accept by name. */
export const ACCEPTABLE_KINDS = [...BAR_PROBLEM_KINDS, "precision"] as const;

/** `precision`: a price with more than six decimals. The others are those of the market checks. */
export type ProblemKind = BarProblemKind | "precision";

/** How the columns are to be read. */
export interface PrepareOptions {
  /** Name of the file in messages. */
  readonly shown: string;
  readonly period: Period;
  readonly calendar: CalendarName;
  readonly timezone?: string | undefined;
  /** Kinds of problem accepted by name; absent where nothing can be accepted: in a run. */
  readonly accept?: readonly ProblemKind[];
}

/** Bars that passed. */
export interface PreparedBars {
  readonly columns: BarColumns;
  readonly length: number;
  /** As given, or 0 when rows were left out or sorted, so that lines cannot be named any more. */
  readonly firstLine: number;
  /** How many problems of each accepted kind there were. */
  readonly accepted: Readonly<Record<string, number>>;
  /** Rows left out. */
  readonly leftOut: number;
}

interface Problem {
  readonly kind: ProblemKind;
  readonly row: number;
  readonly line: number;
  readonly message: string;
}

const SHOWN = 10;

/**
 * Returns the bars of a file, checked.
 *
 * @throws {SandbarError} `data_invalid` with the first problem by line and those after it when something is wrong that was not
 * accepted; as `resolveTimes` for the times.
 */
export function prepareBars(raw: RawBars, options: PrepareOptions): PreparedBars {
  const { shown, period, calendar } = options, accept = options.accept ?? [];
  const resolved = resolveTimes(
    { shown, time: raw.time, length: raw.length, form: raw.timeForm },
    { period, calendar, timezone: options.timezone },
  );
  const accepted = check(raw, resolved, options);
  const rows = rowsToKeep(raw, resolved, accepted, accept);
  if (rows === undefined) {
    return {
      columns: columnsOf(raw, resolved, period),
      length: raw.length,
      firstLine: raw.firstLine,
      accepted,
      leftOut: 0,
    };
  }
  if (rows.length === 0) {
    throw new SandbarError("data_invalid", `Cannot read bars: ${shown}: no row is fit to use`);
  }
  const kept = pick(raw, rows);
  const days = resolved.days === undefined ? undefined : gather(resolved.days, rows);
  const keptTimes: ResolvedTimes = { days, sessions: resolved.sessions };
  // Rows left out may have been the only ones of their session.
  const again = check(kept, keptTimes, options);
  return {
    columns: columnsOf(kept, keptTimes, period),
    length: rows.length,
    firstLine: 0,
    accepted: { ...again, ...accepted },
    leftOut: raw.length - rows.length,
  };
}

/** Returns the counts of accepted problems, by kind; refuses the others. */
function check(
  raw: RawBars,
  resolved: ResolvedTimes,
  options: PrepareOptions,
): Record<string, number> {
  const accept = options.accept ?? [], { length: n, open, high, low, close, volume } = raw;
  const result = checkBars({ n, time: raw.time, open, high, low, close, volume }, {
    firstLine: raw.firstLine,
    accept: accept.filter((kind) => kind !== "precision"),
    sessions: resolved.sessions,
    ...(resolved.days === undefined ? {} : { days: resolved.days }),
  });
  const precision = precisionProblem(raw), accepted: Record<string, number> = {};
  for (const kind of BAR_PROBLEM_KINDS) {
    if (result.counts[kind] > 0 && accept.includes(kind)) accepted[kind] = result.counts[kind];
  }
  const isPrecisionRefused = precision !== undefined && !accept.includes("precision");
  if (precision !== undefined && !isPrecisionRefused) accepted["precision"] = precision.count;
  const total = result.total + (isPrecisionRefused ? precision.count : 0);
  if (total === 0) return accepted;
  const problems: Problem[] = isPrecisionRefused
    ? [...result.problems, precision.first]
    : [...result.problems];
  throw refusal(namedByCell(problems, raw).sort((a, b) => a.row - b.row), total, options);
}

/** The reader knows the text of an unreadable cell; the checks only see that it is no number. */
function namedByCell(problems: readonly Problem[], raw: RawBars): Problem[] {
  const messages = new Map<number, string>();
  for (const cell of raw.unreadable) {
    if (!messages.has(cell.row)) messages.set(cell.row, cell.message);
  }
  return problems.map((problem) =>
    problem.kind === "not_a_number"
      ? { ...problem, message: messages.get(problem.row) ?? problem.message }
      : problem
  );
}

function precisionProblem(raw: RawBars): { count: number; first: Problem } | undefined {
  let count = 0, first: Problem | undefined;
  for (const name of ["open", "high", "low", "close"] as const) {
    const column = raw[name];
    for (let row = 0; row < raw.length; row++) {
      const price = column[row]!;
      if (roundHalfEven(price * 1e6) / 1e6 === price || !(price - price === 0)) continue;
      count++;
      if (first === undefined || row < first.row) {
        const message = `${name} ${price} has more than six decimals`;
        first = { kind: "precision", row, line: raw.firstLine + row, message };
      }
    }
  }
  return first === undefined ? undefined : { count, first };
}

function refusal(
  problems: readonly Problem[],
  total: number,
  { shown, calendar, accept }: PrepareOptions,
): SandbarError {
  const place = (problem: Problem): string => problem.line > 0 ? ` line ${problem.line}` : "";
  const [first, ...rest] = someOfEachKind(problems);
  const lines = [`Cannot read bars: ${shown}${place(first!)}: ${first!.message}`];
  for (const problem of rest) {
    lines.push(`  and${place(problem)}: ${problem.message}`);
  }
  if (total > lines.length) lines.push(`  and ${total - lines.length} more`);
  const kinds = [...new Set(problems.map((problem) => problem.kind))];
  // Only an import takes these options; a file that a run reads as it is goes through one first.
  const how = accept === undefined ? "import it with `deno task data import` and " : "";
  if (kinds.includes("no_session") && calendar !== "always_open") {
    const use = accept === undefined ? `${how}use` : "use";
    lines.push(
      `The calendar is ${calendar}; for what trades round the clock ${use} --calendar always_open`,
    );
  }
  lines.push(`Mend the file, or ${how}accept this by name: --accept ${kinds.join(",")}`);
  return new SandbarError("data_invalid", lines.join("\n"), {
    context: { file: shown, line: first!.line, kind: first!.kind, total },
  });
}

/** At most SHOWN problems, in their order: a hundred holidays do not hide the one price that is no number. */
function someOfEachKind(problems: readonly Problem[]): Problem[] {
  const kinds = new Set(problems.map((problem) => problem.kind));
  const each = Math.max(1, Math.floor(SHOWN / kinds.size)), counts = new Map<string, number>();
  return problems.filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= each;
  });
}

/** The rows that stay, in the order of their times, or undefined when all stay as they are. */
function rowsToKeep(
  raw: RawBars,
  resolved: ResolvedTimes,
  accepted: Readonly<Record<string, number>>,
  accept: readonly ProblemKind[],
): Int32Array | undefined {
  const left = Object.keys(accepted).filter((kind) =>
    kind !== "missing_session" && kind !== "precision"
  );
  if (left.length === 0) return undefined;
  const rows = new Int32Array(raw.length);
  let count = 0;
  for (let row = 0; row < raw.length; row++) {
    if (isSound(raw, row)) rows[count++] = row;
  }
  let kept: Int32Array = rows.slice(0, count);
  if (accept.includes("no_session")) kept = inSessions(kept, raw.time, resolved);
  if (accept.includes("unordered")) {
    // Equal times keep the order of the file.
    kept.sort((a, b) => raw.time[a]! - raw.time[b]! || a - b);
  }
  if (accept.includes("repeated")) {
    kept = kept.filter((row, i) => i === 0 || raw.time[row] !== raw.time[kept[i - 1]!]);
  }
  return kept;
}

/** True when the numbers of a row could be a bar. An unsound row that was not accepted has been refused before. */
function isSound(raw: RawBars, row: number): boolean {
  const open = raw.open[row]!, high = raw.high[row]!, low = raw.low[row]!, close = raw.close[row]!;
  const volume = raw.volume[row]!, sum = raw.time[row]! + open + high + low + close + volume;
  return sum - sum === 0 && low > 0 && low <= open && low <= close && open <= high &&
    close <= high && volume >= 0;
}

function inSessions(rows: Int32Array, time: Float64Array, resolved: ResolvedTimes): Int32Array {
  const { sessions, days } = resolved, keys = days === undefined ? sessions.openUs : sessions.day;
  return rows.filter((row) => {
    const key = (days ?? time)[row]!, session = lastAtMost(keys, sessions.length, key);
    if (session < 0) return false;
    return days === undefined ? key < sessions.closeUs[session]! : keys[session] === key;
  });
}

function pick(raw: RawBars, rows: Int32Array): RawBars {
  return {
    timeForm: raw.timeForm,
    time: gather(raw.time, rows),
    open: gather(raw.open, rows),
    high: gather(raw.high, rows),
    low: gather(raw.low, rows),
    close: gather(raw.close, rows),
    volume: gather(raw.volume, rows),
    length: rows.length,
    firstLine: 0,
    unreadable: [],
  };
}

function gather(column: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i]!]!;
  return picked;
}

function columnsOf(raw: RawBars, resolved: ResolvedTimes, period: Period): BarColumns {
  const { time, closeTime } = placeInSessions(raw.time, resolved, period);
  return {
    time,
    closeTime,
    open: raw.open,
    high: raw.high,
    low: raw.low,
    close: raw.close,
    volume: raw.volume,
  };
}
