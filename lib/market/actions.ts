/**
 * Corporate actions: splits, cash dividends, renames, delistings and trading halts, read from a file, applied to columns, and missed in
 * unadjusted prices.
 *
 * A split of 2:1 gives two shares for each one held: prices before its ex-date are halved, volumes doubled. Prices are restated for
 * splits only; a dividend is cash that the ledger books, and never changes a price. A series keeps the name under which it is stored: a rename
 * is told, and changes nothing. After a delisting there are no prices; what is held then is worth the last close. From a halt to its resume
 * nothing trades.
 *
 * @module
 */

import {
  checkExact,
  dayOfDate,
  formatDay,
  isWhole,
  mulDiv,
  parseDay,
  parseDecimal,
  parseIso,
  roundHalfEven,
  SandbarError,
  US_PER_DAY,
} from "../core/mod.ts";
import type { Ratio } from "../core/mod.ts";

/** New shares for old: `numerator` for each `denominator` held at the close before `exDay`. */
export interface Split {
  readonly kind: "split";
  readonly symbol: string;
  /** First session at the new price, days since 1970-01-01. */
  readonly exDay: number;
  /** New shares: positive integer, in lowest terms with `denominator`. */
  readonly numerator: number;
  /** Old shares: positive integer. */
  readonly denominator: number;
}

/** Cash for each share held at the close before `exDay`. */
export interface Dividend {
  readonly kind: "dividend";
  readonly symbol: string;
  /** First session without the dividend, days since 1970-01-01. */
  readonly exDay: number;
  /** Cash a share: positive integer of micro-units. */
  readonly amountMicros: number;
}

/** A new name for the same shares. */
export interface Rename {
  readonly kind: "rename";
  readonly symbol: string;
  /** First session under the new name, days since 1970-01-01. */
  readonly exDay: number;
  readonly newSymbol: string;
}

/** The end of trading. */
export interface Delisting {
  readonly kind: "delist";
  readonly symbol: string;
  /** First session without trading, days since 1970-01-01. */
  readonly exDay: number;
}

/** Trading stops (`halt`), or goes on (`resume`). */
export interface Halt {
  readonly kind: "halt" | "resume";
  readonly symbol: string;
  /** Date of it, days since 1970-01-01. */
  readonly exDay: number;
  /** From when on, microseconds UTC; within the date. */
  readonly timeUs: number;
}

/** What became of a company's shares. */
export type CorporateAction = Split | Dividend | Rename | Delisting | Halt;

/** Whether an action stops trading or lets it go on. */
export function isHalt(action: CorporateAction): action is Halt {
  return action.kind === "halt" || action.kind === "resume";
}

/** The splits of the bundled sample data, which is unadjusted. Source: investor relations of Apple and Microsoft, split history. */
export const BUNDLED_SPLITS: readonly Split[] = [
  twoForOne("AAPL", dayOfDate(2000, 6, 21)),
  twoForOne("MSFT", dayOfDate(2003, 2, 18)),
  twoForOne("AAPL", dayOfDate(2005, 2, 28)),
];

function twoForOne(symbol: string, exDay: number): Split {
  return { kind: "split", symbol, exDay, numerator: 2, denominator: 1 };
}

const HEADER = "symbol,ex_date,type,value";

/**
 * Returns the actions of a CSV text with the header `symbol,ex_date,type,value`, sorted by ex-date, then as they stand in the file.
 * The type is `split` with a value such as `2:1` (new for old), `dividend` with cash a share such as `0.85`, `rename` with the new
 * symbol, `delist` without a value, or `halt` and `resume` with the time of day in UTC such as `14:35:00Z`; without one they count from the
 * start of the date.
 *
 * @param text The file. Blank lines are passed over; fields may be in double quotes.
 * @param file Its name, for messages.
 * @throws {SandbarError} `data_invalid` with the file and line of the first fault; the same action twice is one.
 */
export function parseActions(text: string, file: string): CorporateAction[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const actions: CorporateAction[] = [], lineOf = new Map<string, number>();
  let headerSeen = false;
  for (let i = 0; i < lines.length; i++) {
    const fields = lines[i]!.split(",").map(bareField);
    if (fields.length === 1 && fields[0] === "") continue;
    if (!headerSeen) {
      if (fields.join(",").toLowerCase() !== HEADER) {
        throw fault(file, i + 1, `the header is ${JSON.stringify(lines[i])}; it must be ${HEADER}`);
      }
      headerSeen = true;
      continue;
    }
    const action = readAction(fields, file, i + 1);
    const key = identityOf(action), earlier = lineOf.get(key);
    if (earlier !== undefined) {
      throw fault(
        file,
        i + 1,
        `this ${action.kind} of ${action.symbol} on ${formatDay(action.exDay)} is already on ` +
          `line ${earlier}; keep one of the two`,
      );
    }
    lineOf.set(key, i + 1);
    actions.push(action);
  }
  if (!headerSeen) throw fault(file, 1, `the file is empty; its first line must be ${HEADER}`);
  return actions.sort((a, b) => a.exDay - b.exDay);
}

function readAction(fields: readonly string[], file: string, line: number): CorporateAction {
  const [symbol = "", date = "", type = "", value = ""] = fields;
  if (fields.length !== 4) {
    throw fault(file, line, `found ${fields.length} fields, not the four of ${HEADER}`);
  }
  if (!/^\S+$/.test(symbol)) {
    throw fault(file, line, `the symbol is ${JSON.stringify(symbol)}; write it without blanks`);
  }
  const exDay = located(file, line, () => parseDay(date));
  switch (type.toLowerCase()) {
    case "split": {
      const match = /^([1-9]\d{0,6}):([1-9]\d{0,6})$/.exec(value);
      const numerator = Number(match?.[1]), denominator = Number(match?.[2]);
      if (match === null || numerator === denominator) {
        throw fault(
          file,
          line,
          `the split ratio is ${JSON.stringify(value)}; write new for old shares as two whole ` +
            "numbers that differ, for example 2:1, 3:2, or 1:10 for a reverse split",
        );
      }
      const divisor = commonDivisor(numerator, denominator);
      return {
        kind: "split",
        symbol,
        exDay,
        numerator: numerator / divisor,
        denominator: denominator / divisor,
      };
    }
    case "dividend": {
      const amountMicros = located(file, line, () => parseDecimal(value, 6));
      if (amountMicros > 0) return { kind: "dividend", symbol, exDay, amountMicros };
      throw fault(file, line, `the dividend is ${value}; write cash a share, above zero`);
    }
    case "rename":
      if (/^\S+$/.test(value) && value.toUpperCase() !== symbol.toUpperCase()) {
        return { kind: "rename", symbol, exDay, newSymbol: value };
      }
      throw fault(
        file,
        line,
        `the new symbol is ${
          JSON.stringify(value)
        }; write another one than ${symbol}, without blanks`,
      );
    case "delist":
      if (value === "") return { kind: "delist", symbol, exDay };
      throw fault(
        file,
        line,
        `the value of the delisting is ${
          JSON.stringify(value)
        }; leave it empty: positions end at ` +
          "the last close",
      );
    case "halt":
    case "resume":
      return {
        kind: type.toLowerCase() as Halt["kind"],
        symbol,
        exDay,
        timeUs: value === "" ? exDay * US_PER_DAY : haltTime(value, date, file, line),
      };
    default:
      throw fault(
        file,
        line,
        `the type is ${
          JSON.stringify(type)
        }; it must be split, dividend, rename, delist, halt or resume`,
      );
  }
}

function haltTime(value: string, date: string, file: string, line: number): number {
  if (/^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z$/i.test(value)) {
    return located(file, line, () => parseIso(`${date}T${value}`));
  }
  throw fault(
    file,
    line,
    `the time is ${
      JSON.stringify(value)
    }; write the time of day in UTC, for example 14:35:00Z, or ` +
      "nothing for the start of the date",
  );
}

function bareField(field: string): string {
  const trimmed = field.trim(), quoted = /^"([^"]*)"$/.exec(trimmed);
  return quoted === null ? trimmed : quoted[1]!.trim();
}

/**
 * One of a kind a day a symbol; only an ordinary and a special dividend may share a day, but not to the cent, and halts, but not to the
 * microsecond.
 */
function identityOf(action: CorporateAction): string {
  const what = action.kind === "dividend"
    ? String(action.amountMicros)
    : isHalt(action)
    ? String(action.timeUs)
    : action.kind;
  return `${action.exDay} ${what} ${action.symbol}`;
}

function located<T>(file: string, line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    throw fault(file, line, error.message, error);
  }
}

function fault(file: string, line: number, found: string, cause?: unknown): SandbarError {
  return new SandbarError(
    "data_invalid",
    `Cannot read corporate actions: ${file} line ${line}: ${found}`,
    { context: { file, line }, cause },
  );
}

/**
 * Returns how many shares one share of a given day became: the product of all splits with `exDay` after it, in lowest terms. A price
 * of that day is divided by it.
 *
 * @param actions Of one symbol, in any order; dividends are passed over.
 * @param day Days since 1970-01-01.
 * @throws {RangeError} When the product leaves 2^53 - 1.
 */
export function splitFactorAfter(actions: readonly CorporateAction[], day: number): Ratio {
  return splitFactor(actions, day, Infinity);
}

/** The product of the splits with `after < exDay <= upTo`, in lowest terms. */
function splitFactor(actions: readonly CorporateAction[], after: number, upTo: number): Ratio {
  let numerator = 1, denominator = 1;
  for (const action of actions) {
    if (action.kind !== "split" || action.exDay <= after || action.exDay > upTo) continue;
    numerator = checkExact(numerator * action.numerator);
    denominator = checkExact(denominator * action.denominator);
    const divisor = commonDivisor(numerator, denominator);
    numerator /= divisor;
    denominator /= divisor;
  }
  return { numerator, denominator };
}

function commonDivisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** The columns that a split changes, all of one length. */
export interface AdjustableColumns {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/**
 * Restates columns in place in the shares after the last split given: each price divided by the splits after its day and rounded once,
 * half to even, to 1e-6; each volume multiplied by them, not rounded. A row does not depend on how many rows follow it.
 *
 * @param columns Unadjusted columns of one symbol.
 * @param days Session date of each row, days since 1970-01-01: as many as there are rows.
 * @param actions Of the same symbol, in any order.
 * @throws {RangeError} When the product of the splits leaves 2^53 - 1.
 */
export function adjustForSplits(
  columns: AdjustableColumns,
  days: ArrayLike<number>,
  actions: readonly CorporateAction[],
): void {
  const { open, high, low, close, volume } = columns;
  let day = NaN, factor: Ratio = { numerator: 1, denominator: 1 };
  for (let i = 0; i < days.length; i++) {
    if (days[i] !== day) {
      day = days[i]!;
      factor = splitFactorAfter(actions, day);
    }
    if (factor.numerator === factor.denominator) continue;
    open[i] = dividePrice(open[i]!, factor);
    high[i] = dividePrice(high[i]!, factor);
    low[i] = dividePrice(low[i]!, factor);
    close[i] = dividePrice(close[i]!, factor);
    volume[i] = volume[i]! * factor.numerator / factor.denominator;
  }
}

function dividePrice(price: number, factor: Ratio): number {
  const millionths = roundHalfEven(price * 1e6);
  // From 2^31 on a double has no millionths to round to; NaN stays NaN.
  if (!isWhole(millionths)) return price * factor.denominator / factor.numerator;
  return mulDiv(millionths, factor.denominator, factor.numerator) / 1e6;
}

/** An overnight move that looks like a split of which there is no record. */
export interface SuspectSplit {
  /** Session that opened at the new price, days since 1970-01-01. */
  readonly day: number;
  /** The nearest common ratio, new for old shares: `2:1`. */
  readonly ratio: string;
  /** Open over the close before, recorded splits taken out: about 0.5 for 2:1. */
  readonly move: number;
}

/** Ratios that companies choose. Smaller ones (5:4, 11:10) are not told from an ordinary night. */
const COMMON_SPLITS: readonly Ratio[] = [[2, 1], [3, 1], [3, 2], [4, 1], [5, 1], [7, 1], [10, 1], [
  20,
  1,
]]
  .flatMap(([a, b]) => [{ numerator: a!, denominator: b! }, { numerator: b!, denominator: a! }]);

/**
 * How far an overnight move may be from a ratio, as a fraction of it. A split comes with an ordinary night's move: in the bundled data
 * 0.2 % and 0.4 % (AAPL), 1.9 % (MSFT). The real fall nearest to a ratio, AAPL on 2000-09-29, is 5.4 % off 2:1. Three per cent
 * takes the three and leaves the one.
 */
export const SPLIT_TOLERANCE = 0.03;

/**
 * Returns the overnight moves, close to next session's open, within 3 % of a common split ratio that no record explains. A record
 * that does not fit the prices (2:1 where they fell to a quarter) leaves a move, which is found as well.
 *
 * @param columns Unadjusted opens and closes of one symbol, daily or intraday, in order.
 * @param days Session date of each row, days since 1970-01-01: as many as there are rows.
 * @param actions The recorded actions of the same symbol, in any order.
 */
export function suspectSplits(
  columns: Pick<AdjustableColumns, "open" | "close">,
  days: ArrayLike<number>,
  actions: readonly CorporateAction[],
): SuspectSplit[] {
  const suspects: SuspectSplit[] = [];
  for (let i = 1; i < days.length; i++) {
    const before = days[i - 1]!, day = days[i]!;
    if (before === day) continue;
    const recorded = splitFactor(actions, before, day);
    const move = columns.open[i]! * recorded.numerator / recorded.denominator /
      columns.close[i - 1]!;
    for (const { numerator, denominator } of COMMON_SPLITS) {
      const distance = move * numerator / denominator - 1;
      if (distance <= SPLIT_TOLERANCE && distance >= -SPLIT_TOLERANCE) {
        suspects.push({ day, ratio: `${numerator}:${denominator}`, move });
      }
    }
  }
  return suspects;
}
