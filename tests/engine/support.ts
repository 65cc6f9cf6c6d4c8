/**
 * What the tests of venue and engine share: small markets, and a run as a backtest makes it: the strategy's own engine over slices,
 * and the host's engine that replays what it asked for. Both are compared after every slice.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { sha256Ledger } from "../../lib/run/hashes.ts";
import { type CalendarName, sessionsBetween, type SessionTable } from "../../lib/calendar/mod.ts";
import { firstAtLeast, parseDay, US_PER_DAY } from "../../lib/core/mod.ts";
import {
  ALL_RIGHTS,
  Engine,
  type EngineSpec,
  Replay,
  type ScheduledAction,
  StrategyRun,
} from "../../lib/engine/mod.ts";
import {
  allocateColumns,
  Bars,
  type Instrument,
  LAST_OF_INSTANT,
  mergePlan,
  stock,
} from "../../lib/market/mod.ts";
import { tickScaleOf } from "../../lib/market/mod.ts";
import { INTENT_WIDTH } from "../../lib/protocols/mod.ts";
import { strategyParts } from "../../lib/strategy/engine_door.ts";
import {
  defineStrategy,
  type Handlers,
  type SetupContext,
  type Strategy,
  type Trade,
} from "../../lib/strategy/mod.ts";
import {
  type AccountRules,
  DEFAULT_ACCOUNT,
  ORDER_REASON,
  ORDER_REASON_NAMES,
  ORDER_STATE_NAMES,
  type RiskLimits,
} from "../../lib/trading/mod.ts";
import { DEFAULT_MATCHING, type MatchingRules, type VenueRules } from "../../lib/venue/mod.ts";

/** Open, high, low, close; then volume, 1,000 when left out. */
export type PriceRow = readonly [number, number, number, number, number?];

/** No costs at all: prices and quantities can be followed in the head. */
export const FREE: VenueRules = { slippageBps: 0, commission: { kind: "none" } };

/** Returns bars with the given times. */
export function barsAt(
  symbol: string,
  times: readonly (readonly [open: number, close: number])[],
  rows: readonly PriceRow[],
): Bars {
  const columns = allocateColumns(rows.length);
  rows.forEach(([open, high, low, close, volume = 1000], i) => {
    columns.time[i] = times[i]![0];
    columns.closeTime[i] = times[i]![1];
    columns.open[i] = open;
    columns.high[i] = high;
    columns.low[i] = low;
    columns.close[i] = close;
    columns.volume[i] = volume;
  });
  const { open, high, low, close } = columns;
  return new Bars(symbol, tickScaleOf([open, high, low, close], rows.length), columns, rows.length);
}

/** Returns daily bars, one a session from `from` on. */
export function dailyBars(
  symbol: string,
  rows: readonly PriceRow[],
  from = "2024-01-02",
  calendar: CalendarName = "XNYS",
): Bars {
  const first = parseDay(from),
    table = sessionsBetween(calendar, first, first + rows.length * 2 + 10);
  return barsAt(symbol, rows.map((_, i) => [table.openUs[i]!, table.closeUs[i]!]), rows);
}

/** Lets the finer bars of a series be seen as far as the series is. */
function revealFiner(own: Bars, whole: Bars): void {
  if (own.finer === null || own.length === 0) return;
  const { closeTime, length } = whole.finer!;
  own.finer.length = firstAtLeast(closeTime, length, own.closeTime[own.length - 1]! + 1);
}

/** A copy with its own columns, filled as far as `length`. */
export function copyBars(bars: Bars, length = bars.length): Bars {
  const columns = allocateColumns(bars.length);
  for (const name of ["time", "closeTime", "open", "high", "low", "close", "volume"] as const) {
    columns[name].set(bars[name].subarray(0, bars.length));
  }
  const copy = new Bars(bars.symbol, bars.tickScale, columns, length);
  if (bars.finer !== null) copy.finer = copyBars(bars.finer, length === 0 ? 0 : undefined);
  return copy;
}

/** What a run is made of. */
export interface RunInput {
  readonly bars: readonly Bars[];
  /** A handler table, what `setup` is, or a whole strategy with the values of its parameters. */
  readonly strategy:
    | Handlers
    | ((context: SetupContext<Record<never, never>>) => Handlers)
    | Strategy;
  readonly params?: Readonly<Record<string, unknown>>;
  /** In currency; default 100,000. */
  readonly cash?: number;
  /** Default: no costs. */
  readonly venue?: VenueRules;
  readonly fractional?: boolean;
  readonly period?: string;
  readonly calendars?: readonly CalendarName[];
  readonly actions?: readonly ScheduledAction[];
  readonly rights?: Partial<EngineSpec["rights"]>;
  /** Default: no limits. */
  readonly risk?: RiskLimits;
  readonly matching?: Partial<MatchingRules>;
  /** Default: a cash account that finances nothing. */
  readonly account?: Partial<AccountRules>;
  /** What all instruments have beside the default. */
  readonly instrument?: Partial<Instrument>;
  /** Instants in a slice; default 4,096. */
  readonly slice?: number;
  /** Ended orders that the strategy can ask for; default that of a run. */
  readonly history?: number;
  /** Called with the host's engine after each slice. */
  readonly onSlice?: (engine: Engine) => void;
}

/** What came of it: the host's engine, its equity in micro-units after each step, the strategy's run. */
export interface RunOutput {
  readonly engine: Engine;
  readonly equity: Float64Array;
  readonly child: StrategyRun;
  readonly steps: number;
  /** All intents as rows of numbers. */
  readonly intents: readonly (readonly number[])[];
  /** How many of them were made before the run was stopped. */
  readonly intentsOfSteps: number;
  readonly hash: string;
  readonly sessions: readonly SessionTable[];
}

/** Returns the specification of an engine over bars. */
export function specOf(input: Omit<RunInput, "strategy">): EngineSpec {
  const calendars = input.bars.map((_, s) => input.calendars?.[s] ?? "XNYS");
  const distinct = [...new Set(calendars)];
  let first = Infinity, last = -Infinity;
  for (const bars of input.bars) {
    if (bars.length === 0) continue;
    first = Math.min(first, Math.floor(bars.time[0]! / US_PER_DAY));
    last = Math.max(last, Math.floor(bars.time[bars.length - 1]! / US_PER_DAY));
  }
  return {
    instruments: input.bars.map((bars) => ({
      ...stock(bars.symbol, input.fractional ?? false),
      ...input.instrument,
    })),
    initialCash: Math.round((input.cash ?? 100_000) * 1e6),
    venue: input.venue ?? FREE,
    matching: { ...DEFAULT_MATCHING, ...input.matching },
    account: { ...DEFAULT_ACCOUNT, ...input.account },
    rights: { ...ALL_RIGHTS, ...input.rights },
    ...(input.risk === undefined ? {} : { risk: input.risk }),
    sessions: distinct.map((calendar) => sessionsBetween(calendar, first, last + 10)),
    sessionsOf: calendars.map((calendar) => distinct.indexOf(calendar)),
    actions: input.actions ?? [],
  };
}

/** Runs a strategy slice by slice, replays it, and checks after each slice that the two books are one. */
export function runStrategy(input: RunInput): RunOutput {
  const spec = specOf(input), { bars } = input, count = bars.length;
  const lengths = bars.map((each) => each.length);
  const merged = count === 1 ? null : mergePlan(bars, lengths);
  const plan = merged?.entries ?? null, steps = merged?.steps ?? lengths[0]!;
  const own = bars.map((each) => copyBars(each, 0)), host = bars.map((each) => copyBars(each));
  const startUs = Math.min(...bars.filter((each) => each.length > 0).map((each) => each.time[0]!)) -
    1;
  const child = new StrategyRun({
    spec,
    series: own,
    plan,
    period: input.period ?? "1d",
    plotStride: 0,
    startUs,
    ...(input.history === undefined ? {} : { history: input.history }),
  });
  const { strategy } = input;
  const parts = strategyParts(strategy) ?? strategyParts(defineStrategy({
    name: "test",
    setup: (context) => typeof strategy === "function" ? strategy(context) : strategy as Handlers,
  }))!;
  child.setup(parts, input.params ?? {}, () => {});
  child.start();
  const equity = new Float64Array(steps), engine = new Engine(spec, host, plan, equity);
  const replay = new Replay(engine, startUs), intents: number[][] = [];
  const handOver = (apply: (rows: Float64Array, count: number) => void, where: string): void => {
    const { bytes, length } = child.book.intents, rows = new Float64Array(bytes.slice(0));
    for (let i = 0; i < length; i++) {
      intents.push([...rows.subarray(i * INTENT_WIDTH, (i + 1) * INTENT_WIDTH)]);
    }
    apply(rows, length);
    child.book.intents.clear();
    assertEquals(engine.bookHash(), child.engine.bookHash(), `the books differ ${where}`);
  };
  const slice = input.slice ?? 4096;
  let planAt = 0;
  for (let done = 0; done < steps;) {
    const taken = Math.min(slice, steps - done);
    if (plan === null) own[0]!.length += taken;
    else {
      for (let left = taken; left > 0;) {
        const entry = plan[planAt++]!;
        own[entry & 0x7fff]!.length += 1;
        if ((entry & LAST_OF_INSTANT) !== 0) left--;
      }
    }
    own.forEach((each, s) => revealFiner(each, bars[s]!));
    child.run(taken);
    done += taken;
    handOver((rows, length) => replay.run(taken, rows, length), `after step ${done - 1}`);
    input.onSlice?.(engine);
  }
  const intentsOfSteps = intents.length;
  child.stop();
  handOver((rows, length) => replay.finish(rows, length), "at the end");
  const hash = sha256Ledger(engine);
  // Where orders have left the strategy's book, the host has them all the same.
  if (child.engine.orders.spilled === 0) {
    assertEquals(sha256Ledger(child.engine), hash, "the ledgers differ");
  }
  return {
    engine,
    equity,
    child,
    steps,
    intents,
    intentsOfSteps,
    hash,
    sessions: spec.sessions as readonly SessionTable[],
  };
}

/** A strategy that does something after given steps. */
export function script(doings: Readonly<Record<number, (trade: Trade) => void>>): Handlers {
  let step = 0;
  return { onBars: (_slice, trade): void => doings[step++]?.(trade) };
}

/** A fill as `step quantity @ price`, with its commission where there is one. */
export function fillsOf(engine: Engine): string[] {
  const { fills, orders, ledger } = engine, list: string[] = [];
  for (let row = 0; row < fills.length; row++) {
    const s = orders.series[fills.order[row]!]!, commission = fills.commission[row]! / 1e6;
    const symbol = engine.series.length === 1 ? "" : engine.series[s]!.symbol + " ";
    list.push(
      `${fills.step[row]} ${symbol}${fills.quantity[row]! / ledger.unitsPerShare[s]!} @ ${
        fills.price[row]! / 1e6
      }` + (commission === 0 ? "" : ` - ${commission}`),
    );
  }
  return list;
}

/** How each order ended. */
export function endsOf(engine: Engine): string[] {
  const { orders } = engine;
  return Array.from(
    { length: orders.length },
    (_, row) => {
      const state = ORDER_STATE_NAMES[orders.state[row]!]!, reason = orders.reason[row]!;
      return reason === ORDER_REASON.none ? state : `${state} ${ORDER_REASON_NAMES[reason]!}`;
    },
  );
}
