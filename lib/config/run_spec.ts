/**
 * The run spec: everything that decides the numbers of a run, resolved and explicit. One spec feeds backtest and paper alike; its hash is
 * `hashes.config`.
 *
 * @module
 */

import { parseDay, SandbarError } from "../core/mod.ts";
import { parsePeriod } from "../market/mod.ts";
import type { CommissionSchedule } from "../venue/mod.ts";
import type { AccountRules, RiskLimits } from "../trading/mod.ts";
import { type AccountOptions, resolveAccount } from "./account_options.ts";
import { commissionText } from "./commission_text.ts";
import { bounded, usage } from "./option_values.ts";
import {
  commissionOf,
  matchingOf,
  slippageBpsOf,
  slippageText,
  type VenueOptions,
  type VenueTerms,
  venueTerms,
} from "./venue_terms.ts";
import { resolveRisk, type RiskOptions } from "./risk_options.ts";

/** A parameter value as the user sets it. */
export type ParamValue = number | string | boolean;

/** What a user asks for; everything has a default. */
export interface RunOptions extends AccountOptions, VenueOptions {
  /** Default GOOG of the bundled data. */
  readonly symbols?: readonly string[];
  /** First session date, for example `2010-01-01`; default all rows. */
  readonly from?: string;
  /** Last session date, included. */
  readonly to?: string;
  /** Bar size, default `1d`. */
  readonly period?: string;
  /** How prices are told across splits: `split` (default) adjusts them backwards, `none` keeps them and applies splits in the run. */
  readonly adjust?: "split" | "none";
  /** Initial cash in currency, default 100,000. */
  readonly cash?: number;
  /** Parameters of the strategy by name. */
  readonly params?: Readonly<Record<string, ParamValue>>;
  /** Symbols that can be sold short; default all. */
  readonly shortable?: readonly string[];
  /** Limits of risk; default none. */
  readonly risk?: RiskOptions;
  /** Symbol of the benchmark; default the run's own symbols, bought and held in equal parts. */
  readonly benchmark?: string;
  /** Root of all chance, 0 to 4294967295; default 1. */
  readonly seed?: number;
  /** True trades parts of a share, down to a millionth. Default false: whole shares. */
  readonly fractional?: boolean;
  /** Annual risk-free rate in percent, default 0. */
  readonly riskFreeRatePct?: number;
}

/** A run, resolved. */
export interface RunSpec {
  readonly symbols: readonly string[];
  /** Days since 1970-01-01. */
  readonly fromDay: number | undefined;
  readonly toDay: number | undefined;
  readonly period: string;
  readonly adjust: "split" | "none";
  /** Micro-units. */
  readonly initialCash: number;
  readonly params: Readonly<Record<string, ParamValue>>;
  readonly venue: VenueTerms;
  readonly commission: CommissionSchedule;
  readonly account: AccountRules;
  /** Undefined for all. */
  readonly shortable: readonly string[] | undefined;
  /** Undefined: no limits. */
  readonly risk: RiskLimits | undefined;
  readonly benchmark: string | undefined;
  readonly seed: number;
  readonly fractional: boolean;
  readonly riskFreeRatePct: number;
}

/** The most symbols of a run. */
export const MAX_SYMBOLS = 5000;

/**
 * Returns the resolved spec of what a user asks for.
 *
 * @throws {SandbarError} `usage` or `bad_period`, naming the option, what was found and what is right.
 */
export function resolveRun(options: RunOptions): RunSpec {
  const symbols = options.symbols ?? ["GOOG"];
  if (symbols.length === 0 || symbols.length > MAX_SYMBOLS) {
    throw usage(
      "symbols",
      `${symbols.length} symbols`,
      `1 to ${MAX_SYMBOLS} of them, for example AAPL,MSFT`,
    );
  }
  const normal = symbols.map((symbol) => symbolOf("symbols", symbol));
  const twice = normal.find((symbol, i) => normal.indexOf(symbol) !== i);
  if (twice !== undefined) throw usage("symbols", `${twice} twice`, "each symbol once");
  const fromDay = options.from === undefined ? undefined : day("from", options.from);
  const toDay = options.to === undefined ? undefined : day("to", options.to);
  if (fromDay !== undefined && toDay !== undefined && fromDay > toDay) {
    throw usage("from", `${options.from}, after --to ${options.to}`, "a date before --to");
  }
  const period = periodOf(options.period ?? "1d"), venue = venueTerms(options);
  if (venue.pathPeriod !== null && parsePeriod(venue.pathPeriod).us >= parsePeriod(period).us) {
    throw usage("path-period", venue.pathPeriod, `a size below the ${period} of a bar`);
  }
  return {
    symbols: normal,
    fromDay,
    toDay,
    period,
    adjust: options.adjust ?? "split",
    initialCash: Math.round(bounded("cash", options.cash ?? 100_000, 1, 1e9, 6) * 1e6),
    params: options.params ?? {},
    venue,
    commission: commissionOf(options),
    account: resolveAccount(options),
    shortable: options.shortable?.map((symbol) => symbolOf("shortable", symbol)),
    risk: resolveRisk(options.risk),
    benchmark: options.benchmark === undefined
      ? undefined
      : symbolOf("benchmark", options.benchmark),
    seed: bounded("seed", options.seed ?? 1, 0, 4294967295, 0),
    fractional: options.fractional ?? false,
    riskFreeRatePct: bounded("risk-free-rate", options.riskFreeRatePct ?? 0, -10, 100, 6),
  };
}

/** Returns the spec as canonical JSON: the text whose SHA-256 is `hashes.config`. Defaults are written out. */
export function canonicalRun(spec: RunSpec, params: Readonly<Record<string, ParamValue>>): string {
  const named = Object.keys(params).sort().map((name) => [name, params[name]!] as const);
  return JSON.stringify({
    schema: 1,
    symbols: spec.symbols,
    from: spec.fromDay ?? null,
    to: spec.toDay ?? null,
    period: spec.period,
    adjust: spec.adjust,
    initialCashMicros: spec.initialCash,
    params: Object.fromEntries(named),
    venue: {
      ...matchingOf(spec.venue, spec.seed),
      preset: spec.venue.preset,
      pathPeriod: spec.venue.pathPeriod,
      slippageBps: slippageBpsOf(spec.venue.slippage),
      slippage: slippageText(spec.venue.slippage),
      regulatoryFees: spec.venue.regulatoryFees,
      commission: commissionText(spec.commission),
    },
    account: spec.account,
    shortable: spec.shortable ?? null,
    risk: spec.risk === undefined ? { limits: "off" } : { limits: "on", ...spec.risk },
    benchmark: spec.benchmark ?? null,
    seed: spec.seed,
    fractional: spec.fractional,
    riskFreeRatePct: spec.riskFreeRatePct,
  });
}

/** Whether a text is a symbol as the data knows them: 1 to 32 letters, digits and `. - / _ ^ = :`, in any case. */
export function isSymbol(text: string): boolean {
  return /^[A-Z0-9^][A-Z0-9.\-/_^=:]{0,31}$/.test(text.trim().toUpperCase());
}

function symbolOf(option: string, text: string): string {
  if (isSymbol(text)) return text.trim().toUpperCase();
  throw usage(
    option,
    text.trim() === "" ? "an empty symbol" : JSON.stringify(text),
    option !== "benchmark" ? "symbols separated by commas, for example AAPL,BRK.B" : "one symbol",
  );
}

function periodOf(text: string): string {
  try {
    return parsePeriod(text).text;
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    throw new SandbarError(error.code, `--period: ${error.message}`, { cause: error });
  }
}

function day(option: string, text: string): number {
  try {
    return parseDay(text);
  } catch {
    throw usage(option, JSON.stringify(text), "a date such as 2010-01-31");
  }
}
