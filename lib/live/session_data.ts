/**
 * The market data of a session: what its feed will bring, and the room for it.
 *
 * @module
 */

import { dayOfDate, firstAtLeast, SandbarError, US_PER_DAY } from "../core/mod.ts";
import { sessionsBetween } from "../calendar/mod.ts";
import { loadAllSeries, type SeriesLoad } from "../data/mod.ts";
import { recordedFeed, simulatedFeed } from "../feeds/mod.ts";
import { parsePeriod } from "../market/mod.ts";
import type { Broker, Clock, Feed } from "../protocols/mod.ts";
import { prepareMarket, refuseQuotes, requestsOf, sha256Text } from "../run/mod.ts";
import { PaperBroker, PaperFeed } from "../vendors/paper/mod.ts";
import type { MarketTemplate } from "./live_market.ts";
import type { SessionSettings } from "./session_identity.ts";

/** Bars of a series that a session without an end takes. */
const ENDLESS_BARS = 500_000;
/** Days of sessions that it knows ahead. */
const ENDLESS_DAYS = 1100;
const LAST_DAY = dayOfDate(2030, 12, 31);

/** How far a feed was taken. */
export interface FeedPlace {
  readonly instants: number;
  /** Since the last instant. */
  readonly quotes: number;
  /** Engine time there, microseconds UTC. */
  readonly timeUs: number;
}

/** The data of a session. */
export interface SessionData {
  readonly template: MarketTemplate;
  /** Series as they were loaded; none for a feed that goes on. */
  readonly loads: readonly SeriesLoad[];
  readonly isSynthetic: boolean;
  /** SHA-256 of what the feed will bring. */
  readonly sha256: string;
  /** True when the feed's time is that of the clock. */
  readonly isRealTime: boolean;
  /** Length of a bar, microseconds. */
  readonly periodUs: number;
  /** Opens the feed after as many instants as the journal holds. */
  readonly open: (
    clock: Clock,
    seen: FeedPlace,
    broker: Broker | null,
  ) => Feed | Promise<Feed>;
}

/**
 * Returns the data of a session.
 *
 * @param begunUs When the account's first session began, microseconds UTC.
 * @throws {SandbarError} `data_missing`, `data_invalid`, `bad_period`, `usage`.
 */
export function sessionData(config: SessionSettings, begunUs: number): SessionData {
  if (config.run.venue.pathPeriod !== null) {
    throw new SandbarError(
      "usage",
      "Cannot use venue.path_period: a session that trades has no finer bars; take it out",
    );
  }
  return config.data.provider === "simulated" ? simulated(config, begunUs) : recorded(config);
}

function recorded(config: SessionSettings): SessionData {
  const { run, data } = config;
  refuseQuotes(run);
  const loads = loadAllSeries(requestsOf(run, data.recordedPath?.real, data.catalogDir.real));
  const market = prepareMarket(loads.map(({ series }) => series), run.period);
  const { sessions, sessionsOf, actions, startUs, periodsPerYear } = market;
  return {
    loads,
    isSynthetic: loads.some(({ series }) => series.synthetic),
    isRealTime: false,
    periodUs: lengthOf(run.period),
    sha256: sha256Text(JSON.stringify(loads.map(({ series }) => [
      series.symbol,
      series.period,
      series.sha256,
      series.length,
      series.columns.time[0],
    ]))),
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
    open: (clock, seen, broker) =>
      broker instanceof PaperBroker
        ? PaperFeed.open({
          url: config.brokers.paper.url!,
          clock,
          broker,
          symbols: run.symbols,
          period: run.period,
          after: seen.instants,
        })
        : recordedFeed(loads.map(({ series }) => series), {
          clock,
          speed: data.speed,
          skip: seen.instants,
        }),
  };
}

function simulated(config: SessionSettings, begunUs: number): SessionData {
  if (config.brokers.paper.url !== null) {
    throw new SandbarError(
      "usage",
      "Cannot trade at a paper exchange with made-up bars: it has a market of its own; take out --feed simulated or brokers.paper.url",
    );
  }
  const { run, data, time } = config, { calendar } = time, isAlways = calendar === "always_open";
  const fromUs = run.fromDay === undefined ? begunUs : run.fromDay * US_PER_DAY;
  const day = Math.floor(fromUs / US_PER_DAY);
  if (day >= LAST_DAY) {
    throw new SandbarError("usage", "--from: the calendar ends with 2030; give an earlier date");
  }
  const last = isAlways ? day + ENDLESS_DAYS : Math.min(day + ENDLESS_DAYS, LAST_DAY);
  const table = sessionsBetween(calendar, day, last), isRealTime = data.speed === 1;
  const endUs = run.toDay === undefined ? Infinity : (run.toDay + 1) * US_PER_DAY;
  const options = { ...data.simulated, calendar, period: run.period, fromUs, speed: data.speed };
  return {
    loads: [],
    isSynthetic: true,
    isRealTime,
    periodUs: lengthOf(run.period),
    sha256: sha256Text(JSON.stringify([run.symbols, data.simulated, calendar, fromUs])),
    template: {
      sessions: [table],
      sessionsOf: run.symbols.map(() => 0),
      actions: [],
      startUs: firstOpen(table, fromUs) - 1,
      periodsPerYear: isAlways ? 365 : 252,
      series: run.symbols.map((symbol) => ({ symbol, tickScale: 1e6, capacity: ENDLESS_BARS })),
    },
    open: (clock, seen) =>
      simulatedFeed(run.symbols, {
        ...options,
        clock,
        untilUs: endUs,
        skip: seen.instants,
        skipQuotes: seen.quotes,
        withQuotes: run.venue.fillModel === "quote",
        // In real time what was missed comes at once; otherwise time goes on where it stood still. The first start may be inside a session.
        nowUs: isRealTime ? clock.now() : Math.max(seen.timeUs, fromUs, firstOpen(table, fromUs)),
      }),
  };
}

/** Open of the session that runs at a time, or of the next one. */
function firstOpen(
  table: { readonly length: number; readonly openUs: Float64Array; readonly closeUs: Float64Array },
  timeUs: number,
): number {
  const at = firstAtLeast(table.closeUs, table.length, timeUs);
  return at < table.length ? table.openUs[at]! : timeUs;
}

function lengthOf(period: string): number {
  return parsePeriod(period).us;
}
