/**
 * One value of the configuration file against its row of the table.
 *
 * @module
 */

import { didYouMean, parseDay, SandbarError } from "../core/mod.ts";
import { parsePeriod } from "../market/mod.ts";
import type { ConfigKey } from "./config_key.ts";
import { MAX_ENTRIES, MAX_TEXT } from "./config_keys.ts";
import type { LaterKey } from "./later_keys.ts";
import { isSymbol, MAX_SYMBOLS } from "./run_spec.ts";
import { slippageTableFault, WANTED_TABLE } from "./slippage_table.ts";

/** Returns what is wrong with the value of a setting, or undefined. */
export function valueFault(key: ConfigKey, value: unknown): string | undefined {
  if (value === null) {
    return key.default === null ? undefined : `found null, give ${wanted(key)}`;
  }
  const fault = `found ${shown(value)}, give ${wanted(key)}`;
  switch (key.type) {
    case "whole number":
    case "number":
      return typeof value === "number" ? numberFault(key, value) : fault;
    case "true or false":
      return typeof value === "boolean" ? undefined : fault;
    case "symbols":
      if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SYMBOLS) return fault;
      return value.map(symbolFault).find((each) => each !== undefined);
    case "symbol":
      return symbolFault(value);
    case "slippage table":
      return slippageTableFault(value);
    case "words":
      return wordsFault(key, value);
    case "prices":
      return isMap(value) ? pricesFault(key, value) : fault;
    case "parameters":
      return isMap(value) ? parametersFault(value) : fault;
    case "speed":
      return typeof value === "number"
        ? numberFault(key, value)
        : value === "max"
        ? undefined
        : fault;
  }
  if (typeof value !== "string" || value === "" || value.length > MAX_TEXT) return fault;
  switch (key.type) {
    case "word":
      if (key.words!.includes(value)) return undefined;
      // A backtest accepts what it does not read; a live run says that the word is not built where it comes to hold.
      if (key.laterWords?.includes(value)) {
        return key.use === "live" ? undefined : laterWordFault(key, value);
      }
      return `${fault}${didYouMean(value, [...key.words!, ...key.laterWords ?? []])}`;
    case "date":
      return parsed(() => parseDay(value));
    case "period":
      return parsed(() => parsePeriod(value));
    case "text":
    case "path":
      return key.pattern?.test(value) === false ? fault : undefined;
    case "path or URL":
      return !/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || isServiceUrl(value) ? undefined : fault;
  }
}

/** What is said of a word that the design names and no part can do yet. */
export function laterWordFault(key: ConfigKey, word: string): string {
  return `${shown(word)} is not built yet; give ${wanted(key)}`;
}

/** Returns what is wrong with the value of a key of a later part, or undefined. Its value is never told when it may be a secret. */
export function laterFault(later: LaterKey, value: unknown): string | undefined {
  if (later.harmless !== undefined) {
    if (later.harmless.includes(value)) return undefined;
    return "it is not built yet, and a result that ignored it would not be true: take it out" +
      (later.harmless[0] === null ? "" : ` or give ${shown(later.harmless[0])}`);
  }
  if (value === null || later.holds === "anything") return undefined;
  const text = typeof value === "string" ? value : "";
  if (later.holds === "name of a variable") {
    return isVariable(text)
      ? undefined
      : "give the name of an environment variable such as ALPACA_API_KEY, never the secret itself";
  }
  if (text.startsWith("env:") && isVariable(text.slice(4))) return undefined;
  if (later.holds === "env:NAME or plain URL" && isPlainUrl(text)) return undefined;
  return "a secret does not belong in a file: put it into an environment variable and give env:NAME" +
    (later.holds === "env:NAME" ? "" : " (or a URL without user, password and query)");
}

/** Whether a name promises a secret. */
export function isSecretName(name: string): boolean {
  return /secret|passw|token|credential|api_?key|private_?key/i.test(name) &&
    !name.endsWith("_env");
}

/** Whether a text carries a password in a URL. */
export function hasCredentials(value: unknown): boolean {
  return typeof value === "string" && /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*@/i.test(value);
}

/** What may be written, in words. */
export function wanted(key: ConfigKey): string {
  const unit = key.unit === "" ? "" : ` (${key.unit})`,
    bounds = key.least === undefined ? "" : ` from ${key.least} to ${key.most}`;
  const orNull = key.default === null ? ", or null" : "";
  switch (key.type) {
    case "whole number":
    case "number":
      return `a ${key.type}${bounds}${unit}`;
    case "true or false":
      return key.type;
    case "word":
      return key.words!.length === 1 ? key.words![0]! : `one of ${key.words!.join(", ")}`;
    case "symbol":
      return `a symbol such as SPY${orNull}`;
    case "symbols":
      return `a list of 1 to ${MAX_SYMBOLS} symbols such as [AAPL, MSFT]${orNull}`;
    case "slippage table":
      return `${WANTED_TABLE}${orNull}`;
    case "date":
      return `a date such as 2010-01-31${orNull}`;
    case "period":
      return "a bar size such as 1d";
    case "text":
      return `${key.form}${orNull}`;
    case "words":
      return `a list of ${key.words!.join(", ")}${orNull}`;
    case "path":
      return `${key.form ?? "a path"}${orNull}`;
    case "path or URL":
      return `a path, or an https or loopback URL without user, password and query${orNull}`;
    case "speed":
      return `a number${bounds}${unit}, or max${orNull}`;
    case "prices":
      return `a number${bounds}${unit} for each symbol, such as { SPY: 450 }`;
    case "parameters":
      return "a value for each parameter, such as { fast: 5 }";
  }
}

function wordsFault(key: ConfigKey, value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    return `found ${shown(value)}, give ${wanted(key)}`;
  }
  for (const word of value) {
    if (typeof word !== "string") return `found ${shown(word)}, give ${wanted(key)}`;
    if (!key.words!.includes(word)) {
      return `found ${shown(word)}, give ${wanted(key)}${didYouMean(word, key.words!)}`;
    }
  }
  return undefined;
}

function pricesFault(
  key: ConfigKey,
  prices: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const [symbol, price] of Object.entries(prices)) {
    const fault = symbolFault(symbol) ??
      (typeof price === "number"
        ? numberFault(key, price)
        : `found ${shown(price)}, give ${wanted(key)}`);
    if (fault !== undefined) return `${symbol}: ${fault}`;
  }
  return undefined;
}

function parametersFault(params: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(params)) {
    if (!isParamName(name)) return `found ${shown(name)}, give plain words for names`;
    if (isSecretName(name)) return `${name}: a secret does not belong in a file or a strategy`;
    const isPlain = typeof value === "string" || typeof value === "boolean" ||
      (typeof value === "number" && Number.isFinite(value));
    if (!isPlain || String(value).length > MAX_TEXT) {
      return `${name}: found ${shown(value)}, give a number, a text, true or false`;
    }
  }
  return undefined;
}

/** Whether a text can be the name of a strategy's parameter. */
export function isParamName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.keys(value).length <= MAX_ENTRIES;
}

function numberFault(key: ConfigKey, value: number): string | undefined {
  if (!(value >= key.least! && value <= key.most!)) {
    return `found ${value}, give ${wanted(key)}`;
  }
  const decimals = key.type === "whole number" ? 0 : key.decimals!, scale = 10 ** decimals;
  if (Math.round(value * scale) / scale === value) return undefined;
  return `found ${value}, give ${
    decimals === 0 ? wanted(key) : `${wanted(key)} with at most ${decimals} decimals`
  }`;
}

function symbolFault(value: unknown): string | undefined {
  if (typeof value === "string" && isSymbol(value)) return undefined;
  // TRUE, NULL and 700 are symbols somewhere, and YAML reads them as something else.
  const quotes = typeof value === "string" ? "" : "; a symbol that looks like a number or a word " +
    "of YAML needs quotes";
  return `found ${shown(value)}, give a symbol such as SPY${quotes}`;
}

function parsed(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof SandbarError) return error.message;
    throw error;
  }
}

function isVariable(text: string): boolean {
  // A name of more than a few letters has an underscore; a key of a broker is long and has none.
  return /^[A-Z][A-Z0-9_]{0,127}$/.test(text) && (text.includes("_") || text.length < 12);
}

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
    url.password === "" && url.search === "";
}

/** Whether a text is a URL without secrets that is encrypted, or of this machine. */
function isServiceUrl(text: string): boolean {
  const url = URL.parse(text);
  return isPlainUrl(text) && (url!.protocol === "https:" || isLoopback(url!.hostname));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
