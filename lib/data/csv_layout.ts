/**
 * What a CSV file of bars looks like: separator, header or none, which column is what. Found from the first two lines.
 *
 * Column names are known in the forms of Yahoo, Stooq, Alpaca, Polygon, Binance, MetaTrader, Nasdaq and plain exports. It deliberately
 * does not guess by values, except that a file without a header is read as time, open, high, low, close, volume.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";

/** What a column holds. `clock` is a time of day beside a date column. */
export type Role =
  | "time"
  | "clock"
  | "open"
  | "high"
  | "low"
  | "close"
  | "volume"
  | "symbol"
  | "ignore";

/** The layout of one file. */
export interface CsvLayout {
  /** Byte between two columns: comma, semicolon or tab. */
  readonly separator: number;
  /** Role of each column, in the order of the file. */
  readonly roles: readonly Role[];
  /** True when line `headerLine` names the columns. */
  readonly hasHeader: boolean;
  /** True when there is a volume column. */
  readonly hasVolume: boolean;
}

/** Names a role goes by, best first, lower case with nothing but letters and digits. */
const NAMES: Readonly<Record<Exclude<Role, "ignore" | "clock">, readonly string[]>> = {
  time: [
    "timestamp",
    "datetime",
    "time",
    "date",
    "ts",
    "t",
    "unix",
    "unixtime",
    "opentime",
    "windowstart",
    "epoch",
    "gmttime",
    "localtime",
    "index",
  ],
  open: ["open", "o", "openprice", "opening"],
  high: ["high", "h", "highprice", "max"],
  low: ["low", "l", "lowprice", "min"],
  close: ["close", "c", "closeprice", "last", "closelast", "price"],
  volume: ["volume", "vol", "v", "qty", "tickvolume", "tickvol"],
  symbol: ["symbol", "ticker", "sym"],
};

const NEEDED = ["time", "open", "high", "low", "close"] as const;
const SEPARATORS = [",", ";", "\t"];

/**
 * Returns the layout that the first lines show.
 *
 * @param first First line that is not empty, without its line break.
 * @param second The line after it, or an empty text.
 * @param where Name of the file, for messages.
 * @throws {SandbarError} `data_invalid` when no separator is found, or a needed column is missing.
 */
export function layoutOf(first: string, second: string, where: string): CsvLayout {
  const separator = separatorOf(first);
  if (separator === undefined) {
    throw new SandbarError(
      "data_invalid",
      `Cannot read bars: ${where}: the first line has no comma, semicolon or tab: ` +
        `${quoteStart(first)}; bars in CSV form are expected, one a line`,
    );
  }
  const cells = splitLine(first, separator), sample = splitLine(second, separator);
  const hasHeader = cells.some(isName);
  const roles = hasHeader ? rolesByName(cells, sample) : rolesByPlace(cells);
  refuseMissing(roles, hasHeader ? cells : [], where);
  return {
    separator: separator.charCodeAt(0),
    roles,
    hasHeader,
    hasVolume: roles.includes("volume"),
  };
}

/**
 * Refuses columns that cannot be bars.
 *
 * @param names Names of the columns; none in a file without a header.
 * @throws {SandbarError} `data_invalid` with the roles that no column has.
 */
export function refuseMissing(
  roles: readonly Role[],
  names: readonly string[],
  where: string,
): void {
  const missing = NEEDED.filter((role) => !roles.includes(role));
  if (missing.length === 0) return;
  const found = names.length > 0 ? names.join(", ") : `${roles.length} columns without names`;
  throw new SandbarError(
    "data_invalid",
    `Cannot read bars: ${where}: no column for ${missing.join(", ")}; found ${found}; ` +
      "name the columns time, open, high, low, close, volume",
  );
}

/** Returns the cells of a line, outer quotes and spaces removed. */
function splitLine(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "", quoted = false;
  for (const char of line) {
    if (char === '"') quoted = !quoted;
    else if (char === separator && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += char;
  }
  cells.push(cell.trim());
  return cells;
}

function separatorOf(line: string): string | undefined {
  let best: string | undefined, most = 0;
  for (const separator of SEPARATORS) {
    const count = splitLine(line, separator).length - 1;
    if (count > most) {
      most = count;
      best = separator;
    }
  }
  return best;
}

/** True for a cell that can only be a name: it begins with a letter and has no digit, or is a known name. */
function isName(cell: string): boolean {
  const name = plainName(cell);
  return Object.values(NAMES).some((names) => names.includes(name)) ||
    /^[<"']?[A-Za-z][^0-9]*$/.test(cell) && !/^(nan|null|none|inf|infinity|n\/?a)$/i.test(cell);
}

function plainName(cell: string): string {
  return cell.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/**
 * Returns the role of each named column.
 *
 * @param cells The names.
 * @param sample The first row, which shows whether a column `time` beside `date` holds times of day.
 */
export function rolesByName(cells: readonly string[], sample: readonly string[]): Role[] {
  const names = cells.map(plainName);
  const roles: Role[] = names.map(() => "ignore");
  for (const [role, known] of Object.entries(NAMES) as [keyof typeof NAMES, string[]][]) {
    const index = known.map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (index !== undefined) roles[index] = role;
  }
  const date = names.indexOf("date"), clock = names.indexOf("time");
  if (date >= 0 && clock >= 0 && isClock(sample[clock] ?? "")) {
    for (let i = 0; i < roles.length; i++) if (roles[i] === "time") roles[i] = "ignore";
    roles[date] = "time";
    roles[clock] = "clock";
  }
  return roles;
}

function rolesByPlace(cells: readonly string[]): Role[] {
  const roles: Role[] = isClock(cells[1] ?? "") && (cells[1] ?? "").includes(":")
    ? ["time", "clock", "open", "high", "low", "close", "volume"]
    : ["time", "open", "high", "low", "close", "volume"];
  return cells.map((_, index) => roles[index] ?? "ignore");
}

function isClock(cell: string): boolean {
  return /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$|^\d{6}$|^\d{4}$|^0$/.test(cell);
}

function quoteStart(text: string): string {
  return JSON.stringify(text.length > 40 ? text.slice(0, 40) + "..." : text);
}
