/**
 * Made-up market data that goes on like a market: seeded prices on calendar sessions, for trying things out without any data. Always marked
 * synthetic; the same seed, symbols and start give the same events on every machine.
 *
 * @module
 */

import { type CalendarName, LAST_SESSION_DAY, sessionsBetween } from "../calendar/mod.ts";
import { invariant, StateHash, US_PER_DAY, US_PER_MINUTE } from "../core/mod.ts";
import { generatedPeriod, PriceWalk } from "../data/mod.ts";
import { allocateColumns, type BarColumns, type Period } from "../market/mod.ts";
import type { FeedEvent } from "../protocols/mod.ts";
import { PacedFeed, type PaceOptions } from "./paced_feed.ts";
import { barOf } from "./recorded_feed.ts";

/** What is made up. */
export interface SimulatedFeedOptions extends PaceOptions {
  /** Bar size: minutes, hours or `1d`. */
  readonly period: string;
  readonly calendar: CalendarName;
  /** Any integer; its low 32 bits count. */
  readonly seed: number;
  /** The bars that close after it come, microseconds UTC. Default now: at speed 1 each bar then comes when it closes. */
  readonly fromUs?: number;
  /** The bars that open at it or after do not come any more, microseconds UTC. Default Infinity. */
  readonly untilUs?: number;
  /** Instants after `fromUs` that are left out, because they were delivered before. Default 0. */
  readonly skip?: number;
  /** Quotes after those instants that are left out as well. Default 0. */
  readonly skipQuotes?: number;
  /** The time of the events that is now when the first is asked for. Default `fromUs`; what lies before it comes at once. */
  readonly nowUs?: number;
  /** Where a path starts by symbol, in currency. */
  readonly prices?: Readonly<Record<string, number>>;
  /** Deviation from close to close, percent a session. Default 2. */
  readonly volatilityPct?: number;
  /** Of the quotes: width in basis points, and size in shares. Default 5 and 1,000. */
  readonly spreadBps?: number;
  readonly size?: number;
  /** True to send a quote of each series before the bars of an instant. Default false. */
  readonly withQuotes?: boolean;
}

/** Prices at the start, in cents. */
const START_CENTS: Readonly<Record<string, number>> = {
  SPY: 45_000,
  AAPL: 18_000,
  MSFT: 38_000,
  GOOGL: 14_000,
};
const OTHERS_CENTS = 10_000;
/** From close to close 2 % a session: 1.96 % while it is open and 0.4 % while it is not. */
const SESSION_DEVIATION = 0.0196, GAP_DEVIATION = 0.004, DAY_DEVIATION = 0.02;
const SPREAD_BPS = 5, QUOTE_SIZE = 1000;
const OPEN_MINUTES = 390, DAY_MINUTES = 1440;

/**
 * Returns a feed of made-up bars, numbered as the symbols are given. It ends with the years of the calendar; without sessions, never.
 *
 * @throws {SandbarError} `bad_period` for a period that is none, weeks or several days; `usage` for a speed that is none.
 */
export function simulatedFeed(
  symbols: readonly string[],
  options: SimulatedFeedOptions,
): PacedFeed {
  invariant(symbols.length > 0, "a simulated feed of no symbols");
  const { clock, speed, calendar, fromUs = clock.now(), withQuotes = false } = options;
  const { untilUs = Infinity } = options;
  const period = generatedPeriod(options.period);
  const walks = symbols.map((symbol) => walkOf(symbol, period, options));
  const spread = (options.spreadBps ?? SPREAD_BPS) / 1e4, size = options.size ?? QUOTE_SIZE;
  const events = simulatedEvents(walks, {
    calendar,
    period,
    fromUs,
    untilUs,
    withQuotes,
    spread,
    size,
  });
  return new PacedFeed({
    clock,
    speed,
    name: "simulated",
    isSynthetic: true,
    fromUs: options.nowUs ?? fromUs,
    events: afterInstants(events, options.skip ?? 0, options.skipQuotes ?? 0),
  });
}

/** Each symbol has a path of its own, whatever other symbols are there. */
function walkOf(symbol: string, period: Period, options: SimulatedFeedOptions): PriceWalk {
  const { calendar, prices, volatilityPct = 2 } = options, scale = volatilityPct / 2;
  const hash = new StateHash(), isAlwaysOpen = calendar === "always_open";
  const price = prices?.[symbol];
  hash.add(options.seed);
  for (let i = 0; i < symbol.length; i++) hash.add(symbol.charCodeAt(i));
  return new PriceWalk({
    seed: hash.value(),
    period,
    startCents: price === undefined
      ? START_CENTS[symbol] ?? OTHERS_CENTS
      : Math.max(1, Math.round(price * 100)),
    sessionDeviation: scale * (isAlwaysOpen ? DAY_DEVIATION : SESSION_DEVIATION),
    gapDeviation: isAlwaysOpen ? 0 : scale * GAP_DEVIATION,
    sessionMinutes: isAlwaysOpen ? DAY_MINUTES : OPEN_MINUTES,
  });
}

interface Plan {
  readonly calendar: CalendarName;
  readonly period: Period;
  readonly fromUs: number;
  readonly untilUs: number;
  readonly withQuotes: boolean;
  /** As a share of the price. */
  readonly spread: number;
  readonly size: number;
}

/** Leaves out the first instants, with the quotes before them. */
function* afterInstants(
  events: Iterable<FeedEvent>,
  skip: number,
  skipQuotes: number,
): Generator<FeedEvent, undefined> {
  let left = skip, quotesLeft = skipQuotes;
  for (const event of events) {
    if (left > 0) {
      if (event.kind === "bars") left--;
    } else if (event.kind === "quote" && quotesLeft > 0) quotesLeft--;
    else yield event;
  }
}

function* simulatedEvents(
  walks: readonly PriceWalk[],
  plan: Plan,
): Generator<FeedEvent, undefined> {
  const { calendar, period, fromUs, untilUs, withQuotes } = plan;
  const capacity = period.unit === "day" ? 1 : Math.ceil(DAY_MINUTES * US_PER_MINUTE / period.us);
  const columns = walks.map(() => allocateColumns(capacity));
  const last = calendar === "always_open" ? Infinity : LAST_SESSION_DAY;
  let lastCloseUs = fromUs;
  for (let day = Math.floor(fromUs / US_PER_DAY); day <= last; day++) {
    const { length, openUs, closeUs } = sessionsBetween(calendar, day, day);
    if (length === 0) continue;
    if (openUs[0]! >= untilUs) break;
    // A session that is running already is made up from its open, so that its bars do not depend on the moment of the start.
    const rows = walks.map((walk, s) => walk.fillSession(columns[s]!, 0, openUs[0]!, closeUs[0]!));
    for (let row = 0; row < rows[0]!; row++) {
      const timeUs = columns[0]!.closeTime[row]!;
      if (timeUs <= fromUs) continue;
      lastCloseUs = timeUs;
      if (withQuotes) yield* columns.map((each, series) => quoteOf(each, row, series, plan));
      yield { kind: "bars", timeUs, bars: columns.map((each, series) => barOf(each, row, series)) };
    }
  }
  yield { kind: "end", timeUs: lastCloseUs };
}

/** The quote at the close of a bar, at least a cent wide. */
function quoteOf(
  { close, closeTime }: BarColumns,
  row: number,
  series: number,
  plan: Plan,
): FeedEvent {
  const cents = Math.round(close[row]! * 100);
  const spread = Math.max(1, Math.round(cents * plan.spread));
  const bid = cents - Math.floor(spread / 2);
  return {
    kind: "quote",
    timeUs: closeTime[row]!,
    series,
    bid: bid / 100,
    ask: (bid + spread) / 100,
    bidSize: plan.size,
    askSize: plan.size,
  };
}
