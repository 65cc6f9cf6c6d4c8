/**
 * The result of a backtest: what `--json` prints and `result.json` holds (a promise, see `result.schema.json`), and the larger tables
 * beside it that go into `trades.csv`, `orders.csv`, `ledger.csv`, `equity.csv` and the report.
 *
 * Within one `schema` number fields are added, never changed or removed. Money is a decimal string.
 *
 * @module
 */

import type { RoundTrip } from "../trading/mod.ts";

/** The number of the JSON schema of {@linkcode ResultJson}. */
export const RESULT_SCHEMA = 1;

/** Figures of a run; `null` where a figure is undefined (printed n/a). Fractions, not percent: 0.12 is 12 %. */
export type MetricsJson = Readonly<Record<string, number | string | null>>;

/** How a run ended. */
export interface Verdict {
  /** `ok`, or what went wrong with the strategy. */
  readonly kind: "ok" | "load" | "import" | "throw" | "timeout" | "memory" | "quota" | "lookahead";
  /** One sentence for people. */
  readonly message: string;
}

/** Where one series of the run came from. */
export interface DataJson {
  readonly symbol: string;
  readonly period: string;
  readonly rows: number;
  /** ISO 8601: close of the first and of the last bar used. */
  readonly from: string;
  readonly to: string;
  /** SHA-256 of the columns as used (after adjustment), lower-case hex. */
  readonly sha256: string;
  readonly source: string;
  readonly adjust: "split" | "none";
  readonly synthetic: boolean;
}

/** One trip of the kill switch. */
export interface KillJson {
  /** ISO 8601. */
  readonly at: string;
  /** For people, each with measured value and limit. */
  readonly causes: readonly string[];
  /** Open orders that were cancelled, and those that were kept to reduce positions. */
  readonly cancelled: number;
  readonly kept: number;
}

/** What risk did to the run. */
export interface RiskJson {
  readonly limits: "off" | "on";
  /** Orders and amendments that the limits of the run refused, also by rule. */
  readonly refused: number;
  readonly refusedBy: Readonly<Record<string, number>>;
  /** Orders that the defaults of live trading would have refused, each judged on the book as it was; also by rule. */
  readonly wouldRefuse: number;
  readonly wouldRefuseBy: Readonly<Record<string, number>>;
  /** The limits, absent when they are off. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Trips of the kill switch, and the first hundred of them. */
  readonly kills: number;
  readonly firstKills: readonly KillJson[];
}

/** The public result of a backtest. */
export interface ResultJson {
  readonly schema: typeof RESULT_SCHEMA;
  /** Versions. */
  readonly sandbar: string;
  readonly deno: string;
  readonly v8: string;
  readonly strategy: { readonly name: string; readonly file: string; readonly sha256: string };
  readonly params: Readonly<Record<string, number | string | boolean>>;
  readonly seed: number;
  readonly data: readonly DataJson[];
  /** Finer bars that told the way inside the bars, in the order of `data`; absent without any. */
  readonly paths?: readonly DataJson[];
  readonly account: {
    readonly currency: "USD";
    readonly initialCash: string;
    readonly finalCash: string;
    readonly finalEquity: string;
  };
  readonly venue: {
    readonly slippageBps: number;
    readonly commission: string;
    readonly limitFill: "through" | "touch";
    /** The named rules that the venue starts from. */
    readonly preset?: string;
    /** The moment of a bar at which market orders fill. */
    readonly fillAt?: "open" | "close";
    /** The slippage as text; `slippageBps` is 0 for a model whose move is computed. */
    readonly slippage?: string;
    /** Most of a bar's volume that our orders get, a fraction; null for no limit. */
    readonly participation?: number | null;
    /** Size of the finer bars that told the way inside a bar; null where it was the worse way of four prices. */
    readonly pathPeriod?: string | null;
    readonly latencyMs?: number;
    /** The most that chance adds to it, and the share of orders that it rejects. */
    readonly latencyJitterMs?: number;
    readonly rejectionRate?: number;
    readonly regulatoryFees?: boolean;
    /** Kind of account, when proceeds can buy, percent a year of borrowed shares, borrowed and idle cash. */
    readonly account: "cash" | "margin";
    readonly settlement: "instant" | "standard";
    readonly borrowRatePct: number;
    readonly debitRatePct: number;
    readonly creditRatePct: number;
  };
  readonly risk: RiskJson;
  readonly metrics: MetricsJson;
  readonly benchmark: string;
  readonly counts: {
    readonly bars: number;
    readonly orders: number;
    readonly fills: number;
    readonly trades: number;
    readonly refused: number;
  };
  readonly costs: {
    readonly commission: string;
    readonly fees: string;
    readonly slippage: string;
    /** Cash dividends received less those paid on short positions. */
    readonly dividends: string;
    /** Borrow fees and interest paid, less interest received. */
    readonly financing: string;
  };
  readonly hashes: {
    readonly data: string;
    readonly config: string;
    readonly intents: string;
    readonly ledger: string;
    readonly result: string;
  };
  /** Whether the run was repeated with slices of one bar (`--check-lookahead`). */
  readonly lookaheadChecked: boolean;
  /** Things a careful reader should know: too few trades, synthetic data, refused orders. */
  readonly warnings: readonly string[];
  readonly timing: {
    readonly startMs: number;
    readonly loadMs: number;
    readonly strategyMs: number;
    readonly replayMs: number;
    readonly totalMs: number;
  };
  readonly verdict: Verdict;
  /** Written files by kind, paths as the user would type them; empty with `--no-report` and no `--out`. */
  readonly files: Readonly<Record<string, string>>;
}

/** One order of the run, for `orders.csv` and the report. */
export interface OrderRecord {
  readonly id: number;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: string;
  readonly timeInForce: string;
  readonly state: string;
  /** Why the order ended without a fill, or `margin_call` when the account forced it; empty otherwise. */
  readonly reason: string;
  readonly createdUs: number;
  /** Time of the fill or of the end, NaN while open. */
  readonly endedUs: number;
  /** Decimal texts; empty where there is none. */
  readonly quantity: string;
  readonly filled: string;
  readonly limitPrice: string;
  readonly stopPrice: string;
  readonly fillPrice: string;
  readonly commission: string;
  readonly fee: string;
  /** Cost of slippage against the price without it, decimal text. */
  readonly slippage: string;
  /** Rule, measured value and limit of an order that risk refused, empty otherwise. */
  readonly risk: string;
}

/** One entry of the ledger, for `ledger.csv`. Decimal texts; changes signed. */
export interface LedgerRecord {
  readonly timeUs: number;
  readonly kind:
    | "fill"
    | "split"
    | "dividend"
    | "rename"
    | "delist"
    | "halt"
    | "resume"
    | "financing";
  /** Empty, like `position`, for interest, which is of the account. */
  readonly symbol: string;
  /** Units by which the position changed. */
  readonly quantity: string;
  /** Of a fill, slippage included; the last close at a delisting; empty otherwise. */
  readonly price: string;
  readonly commission: string;
  readonly fee: string;
  readonly cashChange: string;
  /** Cash and position after the entry. */
  readonly cash: string;
  readonly position: string;
  /** `borrow_fee`, `debit_interest`, `credit_interest`; `margin_call` for a fill that the account forced; the new name after a rename. */
  readonly note: string;
}

/** One fill, for the marks on the price chart. */
export interface FillRecord {
  readonly orderId: number;
  readonly symbol: string;
  readonly timeUs: number;
  /** Signed: above 0 bought. In currency and units as plain numbers, for display. */
  readonly quantity: number;
  readonly price: number;
}

/** A line or panel that the strategy asked to see: one value a step, NaN where there is none. */
export interface PlotRecord {
  readonly label: string;
  readonly symbol: string;
  /** True on the price chart, false in a panel of its own. */
  readonly overlay: boolean;
  /** Close times, microseconds UTC, and values of equal length. */
  readonly timesUs: Float64Array;
  readonly values: Float64Array;
}

/** A point that the strategy marked. */
export interface MarkRecord {
  readonly timeUs: number;
  readonly label: string;
}

/** One symbol's bars for the price chart. */
export interface ChartBars {
  readonly symbol: string;
  readonly timesUs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Everything that the report draws. Columns have one entry a step (an instant with a bar). */
export interface ResultTables {
  readonly timesUs: Float64Array;
  /** Equity in currency at each step. */
  readonly equity: Float64Array;
  /** Buy-and-hold of the benchmark, scaled to the same initial cash. */
  readonly benchmarkEquity: Float64Array;
  /** The equity that the metrics were computed on; absent when that is `equity` itself at 252 periods a year. */
  readonly periodic?: {
    readonly periodsPerYear: number;
    /** Close times of the periods and equity at them: the session closes when a session has more than one step. */
    readonly timesUs: Float64Array;
    readonly equity: Float64Array;
    readonly benchmarkEquity?: Float64Array;
  };
  readonly trades: readonly RoundTrip[];
  /** Positions still open at the end, their exit being the last mark. */
  readonly openTrades: readonly RoundTrip[];
  readonly ledger: readonly LedgerRecord[];
  readonly orders: readonly OrderRecord[];
  readonly fills: readonly FillRecord[];
  readonly bars: readonly ChartBars[];
  readonly plots: readonly PlotRecord[];
  readonly marks: readonly MarkRecord[];
  /** Lines the strategy logged, bounded. */
  readonly logs: readonly { readonly timeUs: number; readonly text: string }[];
}

/** A finished backtest. */
export interface BacktestResult {
  readonly json: ResultJson;
  readonly tables: ResultTables;
}
