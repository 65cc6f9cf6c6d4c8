/**
 * What a run spec asks of the data room and of the engine.
 *
 * @module
 */

import { matchingOf, type RunSpec, slippageBpsOf } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import type { SeriesLoad, SeriesRequest } from "../data/mod.ts";
import { ALL_RIGHTS, type EngineSpec, type SealedRunSpec } from "../engine/mod.ts";
import { stock } from "../market/mod.ts";
import type { PreparedMarket } from "./prepare_market.ts";
import { finerSeries } from "./slices.ts";

/** Plotted values kept of a line; longer runs keep every so many. */
export const MAX_PLOT_POINTS = 5000;

/**
 * Refuses fills at quotes where there are only bars.
 *
 * @throws {SandbarError} `usage`.
 */
export function refuseQuotes(spec: RunSpec): void {
  if (spec.venue.fillModel !== "quote") return;
  throw new SandbarError(
    "usage",
    "Cannot fill at quotes: venue.fill_model quote needs a feed of them, and recorded bars have none; give next_open",
  );
}

/** Returns which bars a run asks for. */
export function requestsOf(
  spec: RunSpec,
  data: string | undefined,
  defaultData: string | undefined,
): SeriesRequest[] {
  return requestsFor(spec, spec.period, data, defaultData);
}

/** Returns which finer bars a run asks for; none when it has no use for them. */
export function finerRequestsOf(
  spec: RunSpec,
  data: string | undefined,
  defaultData: string | undefined,
): SeriesRequest[] {
  const { pathPeriod } = spec.venue;
  return pathPeriod === null ? [] : requestsFor(spec, pathPeriod, data, defaultData);
}

function requestsFor(
  spec: RunSpec,
  period: string,
  data: string | undefined,
  defaultData: string | undefined,
): SeriesRequest[] {
  return spec.symbols.map((symbol) => ({
    symbol,
    period,
    from: spec.fromDay,
    to: spec.toDay,
    adjust: spec.adjust,
    dataDir: data,
    defaultDir: defaultData,
  }));
}

/** Everything but the rights, which the strategy's manifest decides. */
export function engineSpecOf(spec: RunSpec, market: PreparedMarket): EngineSpec {
  const { venue } = spec;
  return {
    instruments: market.bars.map(({ symbol }) => ({
      ...stock(symbol, spec.fractional),
      shortable: spec.shortable === undefined || spec.shortable.includes(symbol),
    })),
    initialCash: spec.initialCash,
    venue: {
      slippageBps: slippageBpsOf(venue.slippage),
      slippage: venue.slippage,
      commission: spec.commission,
      regulatoryFees: venue.regulatoryFees,
    },
    matching: matchingOf(venue, spec.seed),
    account: spec.account,
    rights: ALL_RIGHTS,
    ...(spec.risk === undefined ? {} : { risk: spec.risk }),
    sessions: market.sessions,
    sessionsOf: market.sessionsOf,
    actions: market.actions,
  };
}

/** Returns the run as the sealed child is told of it. */
export function sealedSpec(
  base: EngineSpec,
  market: PreparedMarket,
  loads: readonly SeriesLoad[],
  spec: RunSpec,
  report: boolean,
): SealedRunSpec {
  const { sessions: _sessions, rights: _rights, ...engine } = base;
  const longest = Math.max(...market.bars.map((bars) => bars.length));
  return {
    engine,
    series: [
      ...loads.map(({ series }) => ({
        symbol: series.symbol,
        rows: series.length,
        tickScale: series.tickScale,
      })),
      ...finerSeries(market.bars).map((s) => {
        const { symbol, length, tickScale } = market.bars[s]!.finer!;
        return { symbol, rows: length, tickScale, finerOf: s };
      }),
    ],
    sessions: market.sessions.map((table) => table.length),
    period: spec.period,
    plotStride: report ? Math.ceil(longest / MAX_PLOT_POINTS) : 0,
    startUs: market.startUs,
  };
}
