/**
 * The venue of a run, resolved from a preset and from what is asked for beside it: what is asked for wins.
 *
 * @module
 */

import { didYouMean, SandbarError } from "../core/mod.ts";
import { parsePeriod } from "../market/mod.ts";
import {
  type CommissionSchedule,
  DEFAULT_MATCHING,
  type MatchingRules,
  PRESET_NAMES,
  type PresetName,
  type Slippage,
  VENUE_PRESETS,
  type VenuePreset,
} from "../venue/mod.ts";
import { parseCommission } from "./commission_text.ts";
import { bounded } from "./option_values.ts";
import {
  type SlippageTable,
  slippageTableFault,
  tableSlippage,
  WANTED_TABLE,
} from "./slippage_table.ts";

/** The names of the slippage models that a user can ask for. */
export const SLIPPAGE_MODELS = [
  "fixed",
  "none",
  "volume_based",
  "sqrt_impact",
  "spread",
  "table",
] as const;

/** What a user asks of the venue. */
export interface VenueOptions {
  /** `realistic` (default), `backtesting.py`, `backtrader` or `zipline`. */
  readonly venue?: string;
  /** `next_open` (default): bars price market orders. `quote`: the ask and the bid of a feed of quotes do; a backtest over bars has none. */
  readonly fillModel?: "next_open" | "quote";
  /** Default: that of the preset, `fixed` in `realistic`. */
  readonly slippageModel?: typeof SLIPPAGE_MODELS[number];
  /** Slippage in basis points, of the models `fixed` and `volume_based`; default 5. Alone it asks for `fixed`. */
  readonly slippageBps?: number;
  /**
   * Pairs of size, percent of the average daily volume, and basis points, ascending by size, for example `[[0.1, 2], [1, 8]]`. Alone it asks
   * for the model `table`; `slippageBps` beside it wins.
   */
  readonly slippageTable?: SlippageTable;
  /**
   * `none`, `0.2%`, `0.005/share`, `1/order`, with bounds an order `0.005/share min 1 max 0.5%`; or a published schedule, `ibkr_fixed` or
   * `ibkr_tiered`. Default: that of the preset, `0.01%` in `realistic`.
   */
  readonly commission?: string;
  /** Largest share of a bar's volume that our orders get, percent, above 0; default: that of the preset, no limit in `realistic`. */
  readonly participationPct?: number;
  /** Size of finer bars that tell the way of the price inside a bar, for example `1m`. Default: the worse way of the bar's four prices. */
  readonly pathPeriod?: string;
  /** Milliseconds from decision to venue; default 0. */
  readonly latencyMs?: number;
  /** The most milliseconds that chance adds to it, by the seed; default 0. */
  readonly latencyJitterMs?: number;
  /** Orders that the venue rejects by chance, percent; default 0. */
  readonly rejectionPct?: number;
  /** Whether a limit order needs a trade through its price or a touch; default: that of the preset, `through` in `realistic`. */
  readonly limitFill?: "through" | "touch";
  /** True to charge the fees of US sales; default false. */
  readonly regulatoryFees?: boolean;
}

/** The venue of a run. */
export interface VenueTerms {
  readonly preset: PresetName;
  readonly fillModel: "next_open" | "quote";
  readonly slippage: Slippage;
  readonly limitFill: "through" | "touch";
  /** A fraction; null for no limit. */
  readonly participation: number | null;
  /** Null: the worse way of four prices. */
  readonly pathPeriod: string | null;
  readonly latencyMs: number;
  readonly latencyJitterMs: number;
  /** A fraction. */
  readonly rejectionRate: number;
  readonly regulatoryFees: boolean;
}

/** Basis points of the models that read them. */
const DEFAULT_BPS = 5;

/**
 * Returns the venue that is asked for.
 *
 * @throws {SandbarError} `usage` on a preset that does not exist and on a number out of bounds.
 */
export function venueTerms(options: VenueOptions): VenueTerms {
  const { slippageBps, participationPct, latencyMs, latencyJitterMs, rejectionPct } = options;
  if (slippageBps !== undefined) bounded("slippage-bps", slippageBps, 0, 1000, 6);
  if (participationPct !== undefined) bounded("participation", participationPct, 0.01, 100, 4);
  if (latencyMs !== undefined) bounded("latency-ms", latencyMs, 0, 60_000, 0);
  if (latencyJitterMs !== undefined) bounded("latency-jitter-ms", latencyJitterMs, 0, 60_000, 0);
  if (rejectionPct !== undefined) bounded("rejection-pct", rejectionPct, 0, 100, 4);
  const preset = presetOf(options.venue ?? "realistic"), rules = VENUE_PRESETS[preset];
  return {
    preset,
    fillModel: options.fillModel ?? "next_open",
    slippage: slippageOf(options, rules.slippage),
    limitFill: options.limitFill ?? rules.limitFill,
    participation: participationPct === undefined ? rules.participation : participationPct / 100,
    pathPeriod: options.pathPeriod === undefined ? null : pathPeriodOf(options.pathPeriod, rules),
    latencyMs: latencyMs ?? 0,
    latencyJitterMs: latencyJitterMs ?? 0,
    rejectionRate: (rejectionPct ?? 0) / 100,
    regulatoryFees: options.regulatoryFees ?? rules.regulatoryFees,
  };
}

/** Returns the commission that is asked for. */
export function commissionOf(options: VenueOptions): CommissionSchedule {
  return options.commission === undefined
    ? VENUE_PRESETS[presetOf(options.venue ?? "realistic")].commission
    : parseCommission(options.commission);
}

/** Returns the rules by which the venue of a run matches. */
export function matchingOf(venue: VenueTerms, seed: number): MatchingRules {
  const { fillAt, sequence, protects, cashCheck, shortProceeds, weightSizing, slips } =
    VENUE_PRESETS[venue.preset];
  return {
    ...DEFAULT_MATCHING,
    fillModel: venue.fillModel,
    fillAt,
    sequence,
    protects,
    cashCheck,
    shortProceeds,
    weightSizing,
    slips,
    limitFill: venue.limitFill,
    participation: venue.participation,
    latencyUs: venue.latencyMs * 1000,
    latencyJitterUs: venue.latencyJitterMs * 1000,
    rejectionRate: venue.rejectionRate,
    seed,
  };
}

/** Basis points that a slippage has as a number of its own; 0 for a model whose move is computed. */
export function slippageBpsOf(slippage: Slippage): number {
  return slippage.kind === "fixed" || slippage.kind === "volume_based" ? slippage.bps : 0;
}

/** A slippage as text for people: `5 bps`, `none`, `volume_share 0.1 x share², at most 2.5%`. */
export function slippageText(slippage: Slippage): string {
  switch (slippage.kind) {
    case "none":
      return "none";
    case "fixed":
      return `${slippage.bps} bps`;
    case "volume_based":
      return `volume_based, ${slippage.bps} bps x (1 + 10 x sqrt(size / daily volume))`;
    case "sqrt_impact":
      return `sqrt_impact, ${slippage.coefficient} x daily volatility x sqrt(size / daily volume)`;
    case "half_spread":
      return `half of a spread guessed from the bar before, at most ${
        (slippage.maxSpreadBps ?? 10) / 2
      } bps`;
    case "volume_share":
      return `volume_share, ${slippage.priceImpact ?? 0.1} x share², share at most ${
        slippage.volumeLimitPct ?? 2.5
      }%`;
    case "table":
      return `table ${
        slippage.points.map(({ participation, bps }) =>
          `${Number((participation * 100).toPrecision(12))}% ${bps}`
        ).join(", ")
      } bps`;
  }
}

function slippageOf(options: VenueOptions, preset: Slippage): Slippage {
  const { slippageModel, slippageBps, slippageTable } = options;
  if (slippageTable !== undefined) {
    const fault = slippageTableFault(slippageTable);
    if (fault !== undefined) throw invalidTable(fault);
    if (slippageModel !== undefined && slippageModel !== "table") {
      throw invalidTable(`it has no effect beside the slippage model ${slippageModel}`);
    }
  }
  if (slippageModel === undefined) {
    if (slippageBps !== undefined) return { kind: "fixed", bps: slippageBps };
    return slippageTable === undefined ? preset : tableSlippage(slippageTable);
  }
  const bps = slippageBps ?? DEFAULT_BPS;
  switch (slippageModel) {
    case "none":
      return { kind: "none" };
    case "fixed":
      return { kind: "fixed", bps };
    case "volume_based":
      return { kind: "volume_based", bps };
    case "sqrt_impact":
      return { kind: "sqrt_impact", coefficient: 1 };
    case "spread":
      return { kind: "half_spread" };
    case "table":
      if (slippageTable !== undefined) return tableSlippage(slippageTable);
      throw invalidTable(`the slippage model table needs one: ${WANTED_TABLE}`);
  }
}

/** Only a venue that goes along a path has a use for finer bars. */
function pathPeriodOf(text: string, rules: VenuePreset): string {
  if (rules.sequence !== "path" || rules.fillAt === "close") {
    throw new SandbarError(
      "usage",
      `--path-period: the venue ${rules.name} takes no way through a bar; leave it out or give --venue realistic`,
    );
  }
  try {
    return parsePeriod(text).text;
  } catch (error) {
    if (!(error instanceof SandbarError)) throw error;
    throw new SandbarError(error.code, `--path-period: ${error.message}`, { cause: error });
  }
}

function invalidTable(what: string): SandbarError {
  return new SandbarError("usage", `Cannot use this slippage table: ${what}`);
}

function presetOf(name: string): PresetName {
  const known = PRESET_NAMES.find((each) => each === name);
  if (known !== undefined) return known;
  throw new SandbarError(
    "usage",
    `--venue: found ${JSON.stringify(name)}${didYouMean(name, PRESET_NAMES)}; give one of ${
      PRESET_NAMES.join(", ")
    }`,
  );
}
