/**
 * The market data of a session: what its feed will bring, and the room for it.
 *
 * @module
 */

import type { LiveConfig } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import { loadAllSeries, type SeriesLoad } from "../data/mod.ts";
import { recordedFeed } from "../feeds/mod.ts";
import type { Clock, Feed } from "../protocols/mod.ts";
import { prepareMarket, refuseQuotes, requestsOf } from "../run/mod.ts";
import type { MarketTemplate } from "./live_market.ts";

/** The data of a session. */
export interface SessionData {
  readonly template: MarketTemplate;
  /** Series as they were loaded; none for a feed that goes on. */
  readonly loads: readonly SeriesLoad[];
  /** Opens the feed after as many instants as the journal holds. */
  readonly open: (clock: Clock, seenInstants: number) => Feed;
}

/**
 * Returns the data of a session.
 *
 * @throws {SandbarError} `data_missing`, `data_invalid`, `bad_period`, `usage`.
 */
export function sessionData(config: LiveConfig): SessionData {
  const { run, data } = config;
  refuseQuotes(run);
  if (run.venue.pathPeriod !== null) {
    throw new SandbarError(
      "usage",
      "Cannot use venue.path_period: a session that trades has no finer bars; take it out",
    );
  }
  const loads = loadAllSeries(requestsOf(run, data.recordedPath?.real, data.catalogDir.real));
  const market = prepareMarket(loads.map(({ series }) => series), run.period);
  const { sessions, sessionsOf, actions, startUs, periodsPerYear } = market;
  return {
    loads,
    template: {
      sessions,
      sessionsOf,
      actions,
      startUs,
      periodsPerYear,
      series: loads.map(({ series }) => ({
        symbol: series.symbol,
        tickScale: series.tickScale,
        capacity: series.length,
      })),
    },
    open: (clock, seenInstants) =>
      recordedFeed(loads.map(({ series }) => series), {
        clock,
        speed: data.speed,
        skip: seenInstants,
      }),
  };
}
