/**
 * Every setting of the configuration file that has an effect today: one row a key, with type, unit, bounds, default and meaning. The
 * reader of the file, its messages and the documentation come from this table. What later parts will read is in `later_keys.ts`.
 *
 * @module
 */

import { RISK_KEYS } from "./risk_keys.ts";

/** One setting. Bounds are inclusive; `null` is accepted where the default is null and means "not set". */
export interface ConfigKey {
  /** Names from the root, joined by dots. */
  readonly path: string;
  readonly type:
    | "whole number"
    | "number"
    | "true or false"
    | "word"
    | "symbol"
    | "symbols"
    | "date"
    | "period"
    | "path";
  /** Of numbers; empty without one. */
  readonly unit: string;
  readonly least?: number;
  readonly most?: number;
  /** Decimals that count, of numbers. */
  readonly decimals?: number;
  /** Of words: what is accepted, and what the design names but no part here can do yet. */
  readonly words?: readonly string[];
  readonly laterWords?: readonly string[];
  readonly default: string | number | boolean | null;
  readonly effect: string;
}

const MILLION = 1_000_000;

/** The table, in the order of the documentation. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  {
    path: "config_version",
    type: "whole number",
    unit: "",
    least: 1,
    most: 1,
    default: 1,
    effect: "the form of the file",
  },
  {
    path: "seed",
    type: "whole number",
    unit: "",
    least: 0,
    most: 4294967295,
    default: 1,
    effect: "root of all chance (--seed)",
  },
  {
    path: "symbols.default",
    type: "symbols",
    unit: "",
    default: null,
    effect: "symbols of a run without --symbols; null is GOOG of the bundled data",
  },
  {
    path: "data.default_period",
    type: "period",
    unit: "",
    default: "1d",
    effect: "size of a bar (--period)",
  },
  {
    path: "data.adjustment",
    type: "word",
    unit: "",
    words: ["none", "split"],
    laterWords: ["all"],
    default: "split",
    effect: "how prices are told across splits (--adjust)",
  },
  {
    path: "backtest.data_dir",
    type: "path",
    unit: "",
    default: "data",
    effect: "catalog that is looked into before the bundled data; --data alone reads nothing else",
  },
  {
    path: "backtest.report_dir",
    type: "path",
    unit: "",
    default: "reports",
    effect: "folder of the results of runs without --out",
  },
  {
    path: "backtest.default_start",
    type: "date",
    unit: "",
    default: null,
    effect: "first session (--from); null is the first there is",
  },
  {
    path: "backtest.default_end",
    type: "date",
    unit: "",
    default: null,
    effect: "last session, included (--to); null is the last there is",
  },
  {
    path: "backtest.benchmark",
    type: "symbol",
    unit: "",
    default: null,
    effect: "what the run is compared with (--benchmark); null is the run's own symbols, held",
  },
  {
    path: "backtest.risk_free_rate_pct",
    type: "number",
    unit: "% per year",
    least: -10,
    most: 100,
    decimals: 6,
    default: 0,
    effect: "subtracted from returns in Sharpe, Sortino and alpha",
  },
  {
    path: "venue.initial_cash",
    type: "number",
    unit: "USD",
    least: 1,
    most: 1e9,
    decimals: 6,
    default: 100_000,
    effect: "cash at the start (--cash)",
  },
  {
    path: "venue.slippage_model",
    type: "word",
    unit: "",
    words: ["fixed", "none", "volume_based", "sqrt_impact", "spread"],
    default: "fixed",
    effect:
      "what moves market and stop fills: slippage_bps, nothing, slippage_bps x (1 + 10 x sqrt(size / daily volume)), daily volatility x " +
      "sqrt(size / daily volume), half of a spread guessed from the bar before",
  },
  {
    path: "venue.slippage_bps",
    type: "number",
    unit: "basis points",
    least: 0,
    most: 1000,
    decimals: 6,
    default: 5,
    effect: "slippage of market and stop fills (--slippage-bps)",
  },
  {
    path: "venue.commission_model",
    type: "word",
    unit: "",
    words: ["notional", "per_share", "per_order", "tiered", "none"],
    default: "notional",
    effect: "what the broker's charge follows (--commission)",
  },
  {
    path: "venue.commission_bps",
    type: "number",
    unit: "basis points of the notional",
    least: 0,
    most: 1000,
    decimals: 4,
    default: 1,
    effect: "the charge of the model notional",
  },
  {
    path: "venue.commission_per_share",
    type: "number",
    unit: "USD a share",
    least: 0,
    most: 1000,
    decimals: 6,
    default: 0.005,
    effect: "the charge of the model per_share",
  },
  {
    path: "venue.commission_per_order",
    type: "number",
    unit: "USD an order",
    least: 0,
    most: 1000,
    decimals: 6,
    default: 1,
    effect: "the charge of the model per_order",
  },
  {
    path: "venue.commission_min",
    type: "number",
    unit: "USD an order",
    least: 0,
    most: 1000,
    decimals: 6,
    default: 0,
    effect: "least charge of the models notional and per_share",
  },
  {
    path: "venue.commission_max_pct",
    type: "number",
    unit: "% of the notional",
    least: 0,
    most: 100,
    decimals: 6,
    default: 100,
    effect: "most that an order is charged; it beats the least charge",
  },
  {
    path: "venue.preset",
    type: "word",
    unit: "",
    words: ["realistic", "backtesting.py", "backtrader", "zipline"],
    default: "realistic",
    effect: "rules of the venue by name (--venue); keys that are written beside it win",
  },
  {
    path: "venue.participation_pct",
    type: "number",
    unit: "% of a bar's volume",
    least: 0.01,
    most: 100,
    decimals: 4,
    default: null,
    effect: "most that our orders get of a bar (--participation); null is no limit",
  },
  {
    path: "venue.latency_ms",
    type: "whole number",
    unit: "ms",
    least: 0,
    most: 60_000,
    default: 0,
    effect: "time from decision to venue: a bar that opens before takes no part",
  },
  {
    path: "venue.limit_fill",
    type: "word",
    unit: "",
    words: ["through", "touch"],
    default: "through",
    effect: "whether a limit order needs a trade through its price or a touch of it",
  },
  {
    path: "venue.regulatory_fees",
    type: "true or false",
    unit: "",
    default: false,
    effect: "true charges the fees of US sales (Section 31, TAF) by their dates",
  },
  {
    path: "venue.account_type",
    type: "word",
    unit: "",
    words: ["cash", "margin"],
    default: "cash",
    effect:
      "cash borrows nothing but shares and locks what they are sold for, margin lends by margin.* (--account)",
  },
  {
    path: "venue.settlement",
    type: "word",
    unit: "",
    words: ["instant", "standard"],
    default: "instant",
    effect:
      "when the proceeds of a sale can buy, in a cash account: at once, or as US trades settle (--settlement)",
  },
  {
    path: "venue.shortable",
    type: "symbols",
    unit: "",
    default: null,
    effect: "symbols that can be sold short; null is all",
  },
  {
    path: "venue.borrow_rate_pct",
    type: "number",
    unit: "% per year",
    least: 0,
    most: 100,
    decimals: 6,
    default: 0,
    effect: "fee for borrowed shares, of their value, each night (--borrow-rate)",
  },
  {
    path: "venue.debit_rate_pct",
    type: "number",
    unit: "% per year",
    least: 0,
    most: 100,
    decimals: 6,
    default: 0,
    effect: "interest on borrowed cash, each night (--debit-rate)",
  },
  {
    path: "venue.credit_rate_pct",
    type: "number",
    unit: "% per year",
    least: 0,
    most: 100,
    decimals: 6,
    default: 0,
    effect: "interest on idle cash, each night (--credit-rate)",
  },
  {
    path: "margin.initial_pct",
    type: "number",
    unit: "% of all positions",
    least: 1,
    most: 100,
    decimals: 4,
    default: 50,
    effect: "equity that a margin account needs to open or add",
  },
  {
    path: "margin.maintenance_long_pct",
    type: "number",
    unit: "% of long positions",
    least: 0,
    most: 100,
    decimals: 4,
    default: 25,
    effect: "equity below which, at a close, a margin account is closed out",
  },
  {
    path: "margin.maintenance_short_pct",
    type: "number",
    unit: "% of short positions",
    least: 0,
    most: 100,
    decimals: 4,
    default: 30,
    effect: "as margin.maintenance_long_pct, for short positions",
  },
  ...RISK_KEYS,
  {
    path: "sandbox.load_deadline_ms",
    type: "whole number",
    unit: "ms",
    least: 50,
    most: 60_000,
    default: 2000,
    effect: "time in which a strategy must load and set up, then it is stopped",
  },
  {
    path: "sandbox.stall_ms",
    type: "whole number",
    unit: "ms",
    least: 100,
    most: 600_000,
    default: 5000,
    effect: "time without progress after which a run is stopped",
  },
  {
    path: "sandbox.heap_mb",
    type: "whole number",
    unit: "MiB",
    least: 32,
    most: 4096,
    default: 128,
    effect: "heap that a strategy may use",
  },
  {
    path: "sandbox.require_os_limits",
    type: "true or false",
    unit: "",
    default: false,
    effect: "true refuses to run where the limits of the operating system cannot be set",
  },
  {
    path: "sandbox.network_namespace",
    type: "word",
    unit: "",
    words: ["auto", "off"],
    default: "auto",
    effect: "auto puts the strategy's process into an empty network where the system allows it",
  },
];

/** Keys of older files that mean another key. */
export const CONFIG_ALIASES: Readonly<Record<string, string>> = {
  "backtest.slippage_model": "venue.slippage_model",
  "backtest.slippage_bps": "venue.slippage_bps",
};

/** Longest text of a value. */
export const MAX_TEXT = 4096;
/** Largest file, bytes. */
export const MAX_FILE_BYTES = MILLION;
