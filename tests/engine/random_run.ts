/**
 * Random markets and strategies: several symbols, calendars and gaps, days and half hours, every kind of request, splits and dividends,
 * whole shares and parts of them. The same seed makes the same run.
 *
 * @module
 */

import { type CalendarName, sessionsBetween } from "../../lib/calendar/mod.ts";
import { parseDay, Random, US_PER_MINUTE } from "../../lib/core/mod.ts";
import type { ScheduledAction } from "../../lib/engine/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import type { Data, Handlers, SetupContext, Trade } from "../../lib/strategy/mod.ts";
import type { Commission } from "../../lib/venue/mod.ts";
import { barsAt, dailyBars, type PriceRow, type RunInput } from "./support.ts";

const SYMBOLS = ["A", "B", "C"] as const;
const RATIOS = [[2, 1], [3, 2], [1, 10], [7, 4]] as const;

/** A whole number of the range, both ends included. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random.next() * (most - least + 1));
}

/** A walk of prices in cents. */
export function randomRows(random: Random, count: number): PriceRow[] {
  let cents = between(random, 200, 20_000);
  return Array.from({ length: count }, () => {
    const most = Math.floor(cents / 20), step = (): number => between(random, -most, most);
    const open = cents + step(), close = open + step();
    const high = Math.max(open, close) + Math.abs(step()),
      low = Math.max(1, Math.min(open, close) - Math.abs(step()));
    cents = Math.max(100, close);
    return [open / 100, high / 100, low / 100, close / 100, between(random, 1, 5000)];
  });
}

/** Bars of a day or of half an hour, some of them missing. */
function randomBars(random: Random, symbol: string, always: boolean, intraday: boolean): Bars {
  const count = between(random, 12, 60), rows = randomRows(random, count);
  const calendar = always ? "always_open" : "XNYS";
  const whole = intraday
    ? barsAt(symbol, halfHours(calendar, count), rows)
    : dailyBars(symbol, rows, "2024-01-02", calendar);
  const kept: number[] = [];
  for (let i = 0; i < count; i++) if (i === 0 || random.next() < 0.9) kept.push(i);
  return barsAt(
    symbol,
    kept.map((i) => [whole.time[i]!, whole.closeTime[i]!]),
    kept.map((i) => [
      whole.open[i]!,
      whole.high[i]!,
      whole.low[i]!,
      whole.close[i]!,
      whole.volume[i]!,
    ]),
  );
}

/** The first half hours from the eve of Thanksgiving on: a holiday and a half day follow. */
function halfHours(calendar: CalendarName, count: number): [number, number][] {
  const day = parseDay("2024-11-27"), table = sessionsBetween(calendar, day, day + 20);
  const times: [number, number][] = [], span = 30 * US_PER_MINUTE;
  for (let session = 0; times.length < count; session++) {
    for (let at = table.openUs[session]!; at < table.closeUs[session]!; at += span) {
      if (times.length < count) times.push([at, at + span]);
    }
  }
  return times;
}

function randomActions(random: Random, bars: readonly Bars[]): ScheduledAction[] {
  const actions: ScheduledAction[] = [];
  bars.forEach((each, series) => {
    for (let row = 1; row < each.length; row++) {
      const place = { series, row, timeUs: each.closeTime[row]! };
      for (let more = random.next() < 0.05 ? 2 : 1; more > 0 && random.next() < 0.06; more--) {
        const [numerator, denominator] = RATIOS[between(random, 0, RATIOS.length - 1)]!;
        actions.push({ kind: "split", ...place, numerator, denominator });
      }
      if (random.next() < 0.05) {
        actions.push({ kind: "dividend", ...place, amountMicros: between(random, 1, 900_000) });
      }
    }
  });
  return actions.sort((a, b) => a.timeUs - b.timeUs || a.series - b.series);
}

const COMMISSIONS: readonly Commission[] = [
  { kind: "none" },
  { kind: "notional", bps: 10, min: 1 },
  { kind: "per_share", amount: 0.005, min: 1, maxPct: 1 },
  { kind: "per_order", amount: 2, maxPct: 5 },
];

/** Asks for random things, in bars, timers and sessions; what it asks for depends on the prices that it has seen. */
function randomStrategy(
  seed: number,
  fractional: boolean,
  intraday: boolean,
): (context: SetupContext<Record<never, never>>) => Handlers {
  return ({ data }: SetupContext<Record<never, never>>): Handlers => {
    const random = new Random(seed), longer = data.bars(intraday ? "1d" : "1w");
    const shares = (most: number): number =>
      fractional ? between(random, 1, most * 1e6) / 1e6 : between(random, 1, most);
    const act = (trade: Trade): void => {
      for (let more = between(random, 0, 2); more > 0; more--) {
        const symbol = data.symbols[between(random, 0, data.symbols.length - 1)]!;
        const last = data.window(symbol, "close", 1)[0] ?? 50;
        const price = Math.max(0.01, Math.round(last * between(random, 90, 110)) / 100);
        const timeInForce = random.next() < 0.5 ? "day" : "gtc" as const;
        const side = random.next() < 0.5 ? "buy" : "sell" as const;
        const quantity = shares(random.next() < 0.1 ? 5000 : 60);
        switch (between(random, 0, 8)) {
          case 0:
          case 1:
            trade.order({ symbol, side, quantity, timeInForce });
            break;
          case 2:
            trade.order({ symbol, side, quantity, limitPrice: price, timeInForce });
            break;
          case 3:
            trade.order({ symbol, side, quantity, stopPrice: price, timeInForce });
            break;
          case 4:
            trade.target(symbol, quantity * (side === "buy" ? 1 : -1));
            break;
          case 5:
          case 6:
            trade.targetWeight(symbol, between(random, -10, 10) / 10);
            break;
          case 7:
            trade.close(symbol);
            break;
          default: {
            const working = trade.orders;
            if (working.length > 0) {
              trade.cancel(working[between(random, 0, working.length - 1)]!.id);
            }
          }
        }
      }
    };
    const setTimer = (data: Data): void =>
      void (random.next() < 0.3 &&
        data.timer("t", { afterMinutes: between(random, 0, 3000) / 3 }));
    return {
      onStart: (trade): void => act(trade),
      onBars: (slice, trade): void => {
        // A decision on a price: what the future holds must not reach it.
        const symbol = slice.symbols[0]!, last = longer.window(symbol, "high", 2)[0] ?? 1;
        if ((slice.bar(symbol)!.close + last) * 100 % 3 < 2) act(trade);
        setTimer(data);
      },
      onTimer: (_timer, trade): void => act(trade),
      onSession: (_session, trade): void => void (random.next() < 0.2 && act(trade)),
      onFill: (_fill, trade): void => void (random.next() < 0.1 && act(trade)),
      onStop: (trade): void => act(trade),
    };
  };
}

/** A market, an account and a strategy. */
export function randomInput(seed: number): RunInput {
  const random = new Random(seed), count = between(random, 1, 3), fractional = random.next() < 0.5;
  const intraday = random.next() < 0.4;
  const always = SYMBOLS.slice(0, count).map(() => random.next() < 0.25);
  const bars = SYMBOLS.slice(0, count).map((symbol, s) =>
    randomBars(random, symbol, always[s]!, intraday)
  );
  return {
    bars,
    strategy: randomStrategy(seed + 1, fractional, intraday),
    period: intraday ? "30m" : "1d",
    cash: between(random, 1000, 200_000),
    venue: {
      slippageBps: between(random, 0, 2) * 5,
      commission: COMMISSIONS[between(random, 0, 3)]!,
    },
    fractional,
    calendars: always.map((each) => each ? "always_open" : "XNYS"),
    actions: random.next() < 0.5 ? randomActions(random, bars) : [],
  };
}
