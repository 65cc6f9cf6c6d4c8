/**
 * The settings of market data and of a backtest's files: rows of the table of keys.
 *
 * @module
 */

import { type ConfigKey, numberOfLive, pathOfLive, wholeOfLive, wordOfLive } from "./config_key.ts";

/** The rows, in the order of the documentation. */
export const DATA_KEYS: readonly ConfigKey[] = [
  wordOfLive("data.provider", {
    words: ["recorded", "simulated"],
    laterWords: ["alpaca", "polygon", "massive"],
    default: "recorded",
    effect: "where the bars of a live run come from (--feed): stored ones played again, or made up",
  }),
  {
    path: "data.speed",
    type: "speed",
    unit: "times real time",
    least: 0.001,
    most: 1e6,
    decimals: 6,
    use: "live",
    default: null,
    effect:
      "how fast the feed goes (--speed): 1, 60, or max, which waits for nothing; null is max for stored bars, 1 for simulated ones",
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
  pathOfLive("data.recorded.path", {
    default: null,
    effect:
      "catalog or file that is played (--data); null is backtest.data_dir, then the bundled data",
  }),
  wholeOfLive("data.simulated.seed", {
    least: 0,
    most: 4294967295,
    default: null,
    effect: "root of the made-up paths; null is seed",
  }),
  {
    path: "data.simulated.prices",
    type: "prices",
    unit: "USD",
    least: 0.0001,
    most: 1e6,
    decimals: 6,
    use: "live",
    default: { SPY: 450, AAPL: 180, MSFT: 380, GOOGL: 140 },
    effect: "where the made-up paths start by symbol; the others start at 100",
  },
  numberOfLive("data.simulated.volatility_pct", {
    unit: "% a day",
    least: 0,
    most: 100,
    default: 2,
    effect: "how much the made-up paths move",
  }),
  numberOfLive("data.simulated.spread_bps", {
    unit: "basis points",
    least: 0,
    most: 1000,
    default: 5,
    effect: "ask less bid of made-up quotes",
  }),
  numberOfLive("data.simulated.size", {
    unit: "shares",
    least: 1,
    most: 1e6,
    default: 1000,
    effect: "size of made-up quotes",
  }),
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
];
