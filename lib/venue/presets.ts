/**
 * Venue presets: named sets of rules, so that a result can be laid beside that of another engine, or of a broker. Data only: each says
 * which published rules it follows and where they were read. What the switches mean is said once, at {@linkcode MatchingRules}.
 *
 * The rules are re-told from the sources, versions as named; `differences` says what we knowingly do otherwise.
 *
 * @module
 */

import type { Commission } from "./commission.ts";
import type { MatchingRules } from "./matching_rules.ts";
import type { Slippage } from "./slippage.ts";

/** The names of the presets: the values of `--venue` and `venue.preset`. */
export const PRESET_NAMES = ["realistic", "backtesting.py", "backtrader", "zipline"] as const;

/** The name of a preset. */
export type PresetName = typeof PRESET_NAMES[number];

/** A named set of rules. */
export interface VenuePreset extends
  Pick<
    MatchingRules,
    | "fillAt"
    | "limitFill"
    | "sequence"
    | "protects"
    | "cashCheck"
    | "shortProceeds"
    | "weightSizing"
    | "participation"
    | "slips"
  > {
  readonly name: PresetName;
  /** What was read, with version and date. */
  readonly source: string;
  readonly slippage: Slippage;
  readonly commission: Commission;
  /** Whether US sales pay regulatory fees. */
  readonly regulatoryFees: boolean;
  /** The published rules, one sentence each. */
  readonly rules: readonly string[];
  /** What the other engine does and we do not. */
  readonly differences: readonly string[];
}

/** All presets. */
export const VENUE_PRESETS: Readonly<Record<PresetName, VenuePreset>> = {
  realistic: {
    name: "realistic",
    source: "Sandbar's own defaults",
    fillAt: "open",
    limitFill: "through",
    sequence: "path",
    protects: "entry_bar",
    cashCheck: "fill",
    shortProceeds: "locked",
    weightSizing: "fill",
    participation: null,
    slippage: { kind: "fixed", bps: 5 },
    slips: "takers",
    commission: { kind: "notional", bps: 1 },
    regulatoryFees: false,
    rules: [
      "A market order fills at the open of the next bar, moved by 5 basis points against it.",
      "A limit order fills only when the bar trades through its price, a stop when it is touched.",
      "An order that the account cannot pay when it fills is refused whole.",
      "Protective orders take part from the entry on, along the path that is worse for the position.",
      "The broker takes 0.01 % of each fill. Nothing else is charged unless it is asked for.",
    ],
    differences: [],
  },
  "backtesting.py": {
    name: "backtesting.py",
    source: "backtesting.py 0.6.6, backtesting/backtesting.py: class Backtest (defaults) and " +
      "class _Broker (_process_orders, _open_trade, _close_trade); read 2026-11-25",
    fillAt: "open",
    limitFill: "touch",
    sequence: "queue",
    protects: "entry_bar",
    cashCheck: "fill_opening",
    shortProceeds: "margin",
    weightSizing: "fill",
    participation: null,
    slippage: { kind: "none" },
    slips: "takers",
    commission: { kind: "none" },
    regulatoryFees: false,
    rules: [
      "A market order fills at the next open (trade_on_close=False).",
      "A stop is hit when the high (low, selling) reaches it and fills at the worse of stop and open.",
      "A limit is hit when the low (high, selling) reaches it and fills at the better of limit and open.",
      "Orders are processed in order of creation, stop losses first.",
      "Spread and commission default to 0; a commission is paid at entry and again at exit (since 0.4.0).",
      "Closing comes first; an order whose opening part costs more than the margin available is cancelled.",
      "A size below 1 is a share of the margin available, floored to whole units with the commission.",
    ],
    differences: [
      "It marks open positions at the close of the bar when it computes the margin available at the open; " +
      "we mark them at the open.",
      "Its spread moves entries only; our slippage moves entries and exits.",
      "It ends the run when equity falls to 0.",
      "A stop-limit order that a gap triggers fills at its stop there; ours is held against the open.",
      "An order without a time in force lives until it is cancelled there, for a day here: give gtc.",
      "A minimum of commission counts once for an order that closes and opens, not once for each trade.",
    ],
  },
  backtrader: {
    name: "backtrader",
    source: "backtrader 1.9.78.123, backtrader/brokers/bbroker.py: class BackBroker (params, " +
      "check_submitted, _execute, _try_exec_*) and backtrader/comminfo.py; read 2026-11-25",
    fillAt: "open",
    limitFill: "touch",
    sequence: "queue",
    protects: "next_bar",
    cashCheck: "submission_and_opening",
    shortProceeds: "cash",
    weightSizing: "decision",
    participation: null,
    slippage: { kind: "none" },
    slips: "takers",
    commission: { kind: "none" },
    regulatoryFees: false,
    rules: [
      "A market order fills at the next open (cheat-on-open and cheat-on-close off).",
      "A limit is matched at the open if that is as good or better, else at its price when the bar reaches it.",
      "A stop is matched at the open if that is beyond it, else at its price when the bar reaches it.",
      "Orders are tried in order of creation.",
      "checksubmit: before they are accepted, orders are executed on paper with the price of their creation; " +
      "one that leaves cash below 0 gets the status Margin.",
      "When it fills, the part that closes fills; the part that opens is dropped (Margin) if cash would fall below 0.",
      "shortcash: a short sale of stock adds its proceeds to the cash. Slippage, filler and commission are off.",
    ],
    differences: [
      "A stop-limit order triggered inside a bar fills at its stop when its limit allows; else it waits for the next bar, " +
      "where theirs may fill at the limit if open and close say so.",
      "order_target_percent floors the difference; we floor the position: a reduction may differ by one share.",
      "Protective orders are tried before older ones; theirs are in the queue like all others.",
      "Protective orders cover what the entry has opened; those of buy_bracket trade its size whatever the position is by then.",
      "An order without a time in force lives until it is cancelled there, for a day here: give gtc.",
    ],
  },
  zipline: {
    name: "zipline",
    source: "zipline-reloaded 3.2.1, zipline/finance/slippage.py (VolumeShareSlippage), " +
      "commission.py (PerShare), order.py (check_order_triggers); read 2026-11-25",
    fillAt: "close",
    limitFill: "touch",
    sequence: "queue",
    protects: "next_bar",
    cashCheck: "none",
    shortProceeds: "cash",
    weightSizing: "decision",
    participation: 0.025,
    slippage: { kind: "volume_share", priceImpact: 0.1, volumeLimitPct: 2.5 },
    slips: "all",
    commission: { kind: "per_share", amount: 0.001 },
    regulatoryFees: false,
    rules: [
      "An order is looked at from the next bar on, and only with that bar's close.",
      "It fills at close x (1 +- 0.1 x share^2), the share being what was filled of the bar's volume, at most 2.5 %.",
      "All orders of a stock together get at most 2.5 % of the bar's volume, whole shares; the rest waits for later bars.",
      "A bar without volume fills nothing.",
      "A limit or stop order triggers when the close reaches its price; a limit order does not fill past its limit.",
      "0.001 a share, no minimum. Cash may go below zero.",
    ],
    differences: [
      "Since FixedBasisPointsSlippage (5 basis points, 10 % of the volume) became the blotter's default, " +
      "VolumeShareSlippage must be set by hand to compare.",
      "It rounds limit and stop prices to the cent in favour of the order; we take them as given.",
      "Orders live until they are cancelled there, for a day here: give gtc, or the rest of a partial fill dies with its day.",
      "It rounds nothing; our prices are rounded to a millionth.",
    ],
  },
};
