/**
 * From whole lines of CSV bytes to columns: one tight loop a number, a careful path for whatever is not a plain decimal.
 *
 * A decimal is exact: digits below 2^53 divided by a power of ten up to 1e22 is correctly rounded; anything else goes through `Number`.
 * Row r is line `firstLine` + r of the file, always: an empty line between rows is a faulty row, not a gap.
 *
 * @module
 */

import { MAX_EXACT, SandbarError } from "../core/mod.ts";
import type { CsvLayout, Role } from "./csv_layout.ts";
import { numberOfCell } from "./csv_number.ts";
import { clockOfCell, TIME_FORMS_TEXT, type TimeForm, timeFormOf, timeOfCell } from "./csv_time.ts";

/** A row that could not be read. Its columns hold NaN where the fault is. */
export interface UnreadableCell {
  readonly row: number;
  readonly line: number;
  /** What is wrong, for example `open is not a number: "n/a"`. */
  readonly message: string;
}

/** Faults that are kept with their text; of later ones only the NaN in the column is left. */
const MOST_FAULTS = 1000;
const LF = 10, CR = 13, SPACE = 32, QUOTE = 34, POINT = 46, ZERO = 48, SEMICOLON = 59;

/** Columns 0 to 5 of {@linkcode CsvRows.columns}; the codes after them are cells without a column. */
export const OPEN = 0, HIGH = 1, LOW = 2, CLOSE = 3, VOLUME = 4, TIME = 5;
const CLOCK = 6, SYMBOL = 7, IGNORE = 8;
const CODES: Readonly<Record<Role, number>> = {
  open: OPEN,
  high: HIGH,
  low: LOW,
  close: CLOSE,
  volume: VOLUME,
  time: TIME,
  clock: CLOCK,
  symbol: SYMBOL,
  ignore: IGNORE,
};
const FIELD_NAMES = ["open", "high", "low", "close", "volume"] as const;

const POWERS = new Float64Array(23);
for (let i = 0, power = 1; i < 23; i++, power *= 10) POWERS[i] = power;

/** The rows of one file, growing. */
export class CsvRows {
  /** Open, high, low, close, volume, time; the first `length` values count. */
  columns: Float64Array[] = [];
  length = 0;
  /** Form of the time column, known from the first row on. */
  timeForm: TimeForm | undefined;
  /** What the symbol column says, or an empty text. */
  symbol = "";
  readonly faults: UnreadableCell[] = [];
  readonly #shown: string;
  readonly #firstLine: number;
  readonly #separator: number;
  readonly #codes: Int32Array;
  readonly #hasClock: boolean;
  #cellForm: TimeForm = "date";
  #capacity: number;
  #blank = 0;

  /**
   * @param layout What the columns are.
   * @param shown Name of the file in messages.
   * @param firstLine Line of row 0, counted from 1.
   * @param capacity Rows to make room for at first.
   */
  constructor(
    layout: CsvLayout,
    options: { shown: string; firstLine: number; capacity: number },
  ) {
    this.#shown = options.shown;
    this.#firstLine = options.firstLine;
    this.#separator = layout.separator;
    this.#codes = Int32Array.from(layout.roles, (role) => CODES[role]);
    this.#hasClock = layout.roles.includes("clock");
    this.#capacity = options.capacity;
    for (let code = 0; code <= TIME; code++) this.columns.push(new Float64Array(this.#capacity));
  }

  /**
   * Adds the rows of whole lines; the byte before `end` is a line break.
   *
   * @throws {SandbarError} `data_invalid` when the first time has no known form, or the symbol changes.
   */
  add(bytes: Uint8Array, from: number, end: number): void {
    const codes = this.#codes, last = codes.length - 1, separator = this.#separator;
    const powers = POWERS;
    let columns = this.columns, row = this.length, blank = this.#blank, at = from;
    line: while (at < end) {
      if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF)) {
        blank++;
        at += bytes[at] === LF ? 1 : 2;
        continue;
      }
      if (blank > 0 || row >= this.#capacity) {
        this.length = row;
        this.#makeRoom(blank);
        blank = 0;
        row = this.length;
        columns = this.columns;
      }
      for (let field = 0; field <= last; field++) {
        const code = codes[field]!, stop = field === last ? LF : separator;
        if (code < TIME) {
          let i = at, mantissa = 0, digit = bytes[i]! - ZERO, places = 0;
          while (digit >= 0 && digit <= 9) {
            mantissa = mantissa * 10 + digit;
            digit = bytes[++i]! - ZERO;
          }
          let count = i - at;
          if (bytes[i] === POINT) {
            const start = ++i;
            digit = bytes[i]! - ZERO;
            while (digit >= 0 && digit <= 9) {
              mantissa = mantissa * 10 + digit;
              digit = bytes[++i]! - ZERO;
            }
            places = i - start;
            count += places;
          }
          if (field === last && bytes[i] === CR) i++;
          if (bytes[i] === stop && count > 0 && mantissa <= MAX_EXACT && places <= 22) {
            columns[code]![row] = places === 0 ? mantissa : mantissa / powers[places]!;
            at = i + 1;
            continue;
          }
        } else if (code === TIME && row > 0 && field < last) {
          let i = at;
          while (bytes[i] !== separator && bytes[i] !== LF) i++;
          const time = timeOfCell(bytes, at, i, this.#cellForm);
          if (time === time && bytes[i] === separator) {
            columns[TIME]![row] = time;
            at = i + 1;
            continue;
          }
        }
        this.length = row;
        const next = this.#cell(bytes, at, field);
        if (next < 0) {
          at = -next;
          row++;
          continue line;
        }
        at = next;
      }
      row++;
    }
    this.length = row;
    this.#blank = blank;
  }

  /** Makes the empty lines before a row into faulty rows, so that rows and lines keep step, and room for the row. */
  #makeRoom(blank: number): void {
    const needed = this.length + blank + 1;
    if (needed > this.#capacity) {
      this.#capacity = Math.ceil(needed * 1.5) + 64;
      this.columns = this.columns.map((column) => {
        const larger = new Float64Array(this.#capacity);
        larger.set(column);
        return larger;
      });
    }
    for (let i = 0; i < blank; i++) {
      for (const column of this.columns) column[this.length] = NaN;
      this.#fault("the line is empty");
      this.length++;
    }
  }

  /**
   * Reads one cell that is not a plain decimal. Returns where the next cell begins, or minus where the next line begins when the row has
   * the wrong count of columns.
   */
  #cell(bytes: Uint8Array, from: number, field: number): number {
    const code = this.#codes[field]!, isLast = field === this.#codes.length - 1;
    const separator = this.#separator;
    let stop = from;
    if (bytes[from] === QUOTE) {
      stop++;
      while (bytes[stop] !== QUOTE && bytes[stop] !== LF) stop++;
    }
    while (bytes[stop] !== separator && bytes[stop] !== LF) stop++;
    if ((bytes[stop] === LF) !== isLast) return -this.#ragged(bytes, bytes.indexOf(LF, stop) + 1);
    let start = from, end = stop;
    if (isLast && end > start && bytes[end - 1] === CR) end--;
    while (start < end && bytes[start] === SPACE) start++;
    while (end > start && bytes[end - 1] === SPACE) end--;
    if (code === IGNORE) return stop + 1;
    if (code < TIME) {
      const text = textOf(bytes, start, end);
      const value = numberOfCell(text, separator !== SEMICOLON);
      this.columns[code]![this.length] = value;
      if (!(value === value)) {
        this.#fault(`${FIELD_NAMES[code]} is not a number: ${quoted(text)}`);
      }
      return stop + 1;
    }
    if (end - start >= 2 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE) {
      start++;
      end--;
    }
    if (code === SYMBOL) this.#checkSymbol(bytes, start, end);
    else this.#time(bytes, code, start, end);
    return stop + 1;
  }

  #time(bytes: Uint8Array, code: number, start: number, end: number): void {
    const times = this.columns[TIME]!, row = this.length;
    if (code === CLOCK) {
      times[row] = times[row]! + clockOfCell(bytes, start, end);
    } else {
      if (this.timeForm === undefined) this.#findForm(textOf(bytes, start, end));
      times[row] = timeOfCell(bytes, start, end, this.#cellForm);
    }
    const time = times[row]!;
    if (!(time === time)) this.#fault(`not a time: ${quoted(textOf(bytes, start, end))}`);
  }

  #findForm(text: string): void {
    const form = timeFormOf(text);
    if (form === undefined) {
      throw this.#invalid(`${quoted(text)} is not a time; known forms: ${TIME_FORMS_TEXT}`);
    }
    if (this.#hasClock && form !== "date") {
      throw this.#invalid(
        `the date beside a column of clock times is ${quoted(text)}; write it as 2024-12-31`,
      );
    }
    this.#cellForm = form;
    this.timeForm = this.#hasClock ? "local" : form;
  }

  #checkSymbol(bytes: Uint8Array, start: number, end: number): void {
    const symbol = this.symbol;
    let same = symbol.length === end - start && symbol !== "";
    for (let i = 0; same && i < symbol.length; i++) {
      same = symbol.charCodeAt(i) === bytes[start + i];
    }
    if (same) return;
    const text = textOf(bytes, start, end);
    if (symbol === "") this.symbol = text;
    else if (text !== symbol) {
      throw this.#invalid(
        `symbol ${quoted(text)} after ${quoted(symbol)}; import one symbol a file`,
      );
    }
  }

  #ragged(bytes: Uint8Array, nextLine: number): number {
    const wanted = this.#codes.length, row = this.length;
    const start = bytes.lastIndexOf(LF, nextLine - 2) + 1;
    let found = 1, inQuotes = false;
    for (let i = start; i < nextLine - 1; i++) {
      if (bytes[i] === QUOTE) inQuotes = !inQuotes;
      else if (bytes[i] === this.#separator && !inQuotes) found++;
    }
    for (const column of this.columns) column[row] = NaN;
    this.#fault(`${found} columns where ${wanted} are expected`);
    return nextLine;
  }

  #fault(message: string): void {
    if (this.faults.length === MOST_FAULTS) return;
    this.faults.push({ row: this.length, line: this.#firstLine + this.length, message });
  }

  #invalid(message: string): SandbarError {
    const line = this.#firstLine + this.length;
    return new SandbarError(
      "data_invalid",
      `Cannot read bars: ${this.#shown} line ${line}: ${message}`,
      { context: { file: this.#shown, line } },
    );
  }
}

const decoder = new TextDecoder();

/** Returns bytes as text without outer spaces. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return decoder.decode(bytes.subarray(from, to)).trim();
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? text.slice(0, 40) + "..." : text);
}
