/**
 * Random runs of the engine from one seed: markets with gaps, several calendars, splits, dividends and delistings; every type of order,
 * time in force and link; amendments and cancels at any moment; cash and margin accounts; partial fills, latency and rejections.
 *
 * @module
 */

import { Random } from "../../lib/core/mod.ts";
import type { ScheduledAction } from "../../lib/engine/mod.ts";
import type { Bars } from "../../lib/market/mod.ts";
import type {
  Handlers,
  OrderId,
  OrderOptions,
  SetupContext,
  Trade,
} from "../../lib/strategy/mod.ts";
import {
  type AccountRules,
  DEFAULT_ACCOUNT,
  NO_LIMITS,
  type RiskLimits,
} from "../../lib/trading/mod.ts";
import type { Commission, MatchingRules } from "../../lib/venue/mod.ts";
import { barsAt, dailyBars, type PriceRow, type RunInput } from "../engine/support.ts";

const SYMBOLS = ["A", "B", "C"] as const;
const RATIOS = [[2, 1], [3, 2], [1, 10], [7, 4]] as const;
const COMMISSIONS: readonly Commission[] = [
  { kind: "none" },
  { kind: "notional", bps: 10, min: 1 },
  { kind: "per_share", amount: 0.005, min: 1, maxPct: 1 },
  { kind: "per_order", amount: 2, maxPct: 5 },
];
const TIMES = ["day", "day", "gtc", "gtc", "ioc", "fok", "opg", "cls"] as const;

const RISK: RiskLimits = {
  ...NO_LIMITS,
  maxDailyLossPct: 1,
  maxDrawdownPct: 8,
  maxPositionPct: 60,
  maxGrossExposure: 1,
  maxOrdersPerMinute: 3,
  tradeCooldownSeconds: 86_400,
  flattenOnKill: true,
};

/** Draws from one seed. */
export class Dice {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  /** True with a probability. */
  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  /** An integer, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random.next() * (most - least + 1));
  }

  /** An entry of a list that is not empty. */
  one<T>(list: readonly T[]): T {
    return list[this.between(0, list.length - 1)]!;
  }
}

function randomRows(dice: Dice, count: number): PriceRow[] {
  let cents = dice.between(200, 20_000);
  return Array.from({ length: count }, () => {
    const most = Math.max(1, Math.floor(cents / 20));
    const step = (): number => dice.between(-most, most);
    const open = Math.max(1, cents + step()), close = Math.max(1, open + step());
    const high = Math.max(open, close) + Math.abs(step());
    const low = Math.max(1, Math.min(open, close) - Math.abs(step()));
    cents = Math.max(100, close);
    return [open / 100, high / 100, low / 100, close / 100, dice.between(0, 5000)];
  });
}

function randomBars(dice: Dice, symbol: string, always: boolean): Bars {
  const count = dice.between(8, 40);
  const whole = dailyBars(
    symbol,
    randomRows(dice, count),
    "2024-01-02",
    always ? "always_open" : "XNYS",
  );
  const kept = Array.from({ length: count }, (_, i) => i).filter((i) =>
    i === 0 || dice.chance(0.9)
  );
  const { time, closeTime, open, high, low, close, volume } = whole;
  return barsAt(
    symbol,
    kept.map((i) => [time[i]!, closeTime[i]!]),
    kept.map((i) => [open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]),
  );
}

function randomActions(dice: Dice, bars: readonly Bars[]): ScheduledAction[] {
  const actions: ScheduledAction[] = [];
  bars.forEach((each, series) => {
    for (let row = 1; row < each.length; row++) {
      const place = { series, row, timeUs: each.closeTime[row]! };
      if (dice.chance(0.06)) {
        const [numerator, denominator] = dice.one(RATIOS);
        actions.push({ kind: "split", ...place, numerator, denominator });
      }
      if (dice.chance(0.05)) {
        actions.push({ kind: "dividend", ...place, amountMicros: dice.between(1, 900_000) });
      }
      if (dice.chance(0.1)) {
        const timeUs = dice.one([each.time[row]!, each.time[row]! + 1, each.closeTime[row]!]);
        actions.push({ kind: dice.one(["halt", "resume"]), series, row, timeUs });
      }
    }
  });
  return actions.sort((a, b) => a.timeUs - b.timeUs || a.series - b.series);
}

/** Asks for everything there is; what it asks for depends on the prices and fills that it has seen. */
function randomStrategy(
  seed: number,
  fractional: boolean,
): (context: SetupContext<Record<never, never>>) => Handlers {
  return ({ data }): Handlers => {
    const dice = new Dice(seed), handles: OrderId[] = [];
    const shares = (most: number): number =>
      fractional ? dice.between(1, most * 1e6) / 1e6 : dice.between(1, most);
    const near = (last: number): number =>
      Math.max(0.01, Math.round(last * dice.between(90, 110)) / 100);

    // One that the strategy still knows.
    const handle = (trade: Trade): OrderId | undefined => {
      const id = handles.length === 0 ? undefined : dice.one(handles);
      return id === undefined || trade.order(id) === undefined ? undefined : id;
    };

    const optionsAt = (trade: Trade, last: number): OrderOptions & { type?: "if_touched" } => {
      const kind = dice.between(0, 9), timeInForce = dice.one(TIMES);
      const canRest = timeInForce === "day" || timeInForce === "gtc";
      const prices = kind < 3
        ? {}
        : kind < 6 || !canRest
        ? { limitPrice: near(last) }
        : kind === 6
        ? { stopPrice: near(last) }
        : kind === 7
        ? { stopPrice: near(last), limitPrice: near(last) }
        : kind === 8
        ? (dice.chance(0.5)
          ? { trailAmount: near(last) / 20 + 0.01 }
          : { trailPercent: dice.between(1, 9) })
        : { stopPrice: near(last), type: "if_touched" as const };
      const known = handle(trade);
      const dated = canRest && dice.chance(0.15);
      return {
        ...prices,
        ...(dated
          ? { timeInForce: "gtd", goodTill: trade.now + dice.between(1, 200) * 3_600_000_000 }
          : { timeInForce }),
        ...("limitPrice" in prices && canRest && dice.chance(0.1) ? { postOnly: true } : {}),
        ...(dice.chance(0.15) ? { reduceOnly: true } : {}),
        ...(dice.chance(0.1) ? { allOrNone: true } : {}),
        ...(dice.chance(0.2) ? { stopLoss: near(last) } : {}),
        ...(dice.chance(0.2) ? { takeProfit: near(last) } : {}),
        ...(known !== undefined && dice.chance(0.1) ? { ocoWith: known } : {}),
        ...(known !== undefined && dice.chance(0.1) ? { afterFill: known } : {}),
      };
    };

    const amend = (trade: Trade): void => {
      const id = handle(trade), order = id === undefined ? undefined : trade.order(id);
      if (order === undefined) return;
      const changes = {
        ...(!order.isTarget && !order.isWaiting && dice.chance(0.5)
          ? { quantity: shares(80) }
          : {}),
        ...(order.limitPrice === order.limitPrice && dice.chance(0.6)
          ? { limitPrice: near(order.limitPrice) }
          : {}),
        ...(order.stopPrice === order.stopPrice && order.type !== "trailing_stop" &&
            dice.chance(0.6)
          ? { stopPrice: near(order.stopPrice) }
          : {}),
      };
      if (Object.keys(changes).length > 0) trade.amend(order.id, changes);
    };

    const act = (trade: Trade): void => {
      for (let more = dice.between(0, 3); more > 0; more--) {
        const symbol = dice.one(data.symbols), last = data.window(symbol, "close", 1)[0] ?? 50;
        const price = last === last ? last : 50, side = dice.chance(0.5) ? "buy" : "sell" as const;
        const quantity = shares(dice.chance(0.1) ? 5000 : 60);
        switch (dice.between(0, 9)) {
          case 0:
          case 1:
          case 2:
          case 3: {
            const options = optionsAt(trade, price);
            handles.push(trade.order({ symbol, side, quantity, ...options }));
            break;
          }
          case 4:
            handles.push(trade.target(symbol, side === "buy" ? quantity : -quantity));
            break;
          case 5:
            handles.push(trade.targetWeight(symbol, dice.between(-10, 10) / 10, {
              ...(dice.chance(0.3) ? { stopLoss: near(price), takeProfit: near(price) } : {}),
              ...(dice.chance(0.3) ? { sizedAt: "decision" } : {}),
            }));
            break;
          case 6:
            handles.push(trade.close(symbol));
            break;
          case 7:
            if (handles.length > 0) trade.cancel(dice.one(handles));
            break;
          case 8:
            amend(trade);
            break;
          default:
            if (dice.chance(0.2)) trade.cancelAll(dice.chance(0.5) ? symbol : undefined);
        }
      }
    };
    return {
      onStart: (trade): void => act(trade),
      onBars: (slice, trade): void => {
        if (slice.bar(slice.symbols[0]!)!.close * 100 % 3 < 2) act(trade);
        if (dice.chance(0.2)) data.timer("t", { afterMinutes: dice.between(0, 3000) / 3 });
      },
      onTimer: (_timer, trade): void => act(trade),
      onFill: (_fill, trade): void => void (dice.chance(0.1) && act(trade)),
      onOrder: (_order, trade): void => void (dice.chance(0.05) && act(trade)),
      onStop: (trade): void => act(trade),
    };
  };
}

function randomMatching(dice: Dice): Partial<MatchingRules> {
  return {
    limitFill: dice.chance(0.5) ? "through" : "touch",
    participation: dice.chance(0.5) ? dice.one([0.01, 0.1, 1]) : null,
    latencyUs: dice.chance(0.2) ? dice.between(1, 100_000_000_000) : 0,
    rejectionRate: dice.chance(0.2) ? 0.2 : 0,
    seed: dice.between(0, 1e6),
  };
}

function randomAccount(dice: Dice): AccountRules {
  return {
    ...DEFAULT_ACCOUNT,
    type: dice.chance(0.4) ? "margin" : "cash",
    settlement: dice.chance(0.3) ? "standard" : "instant",
    borrowRatePct: dice.one([0, 3]),
    debitRatePct: dice.one([0, 7]),
    creditRatePct: dice.one([0, 2]),
  };
}

/** Returns all that a run is made of. */
export function randomRun(seed: number): RunInput {
  const dice = new Dice(seed), count = dice.between(1, 3), fractional = dice.chance(0.5);
  const always = SYMBOLS.slice(0, count).map(() => dice.chance(0.25));
  const bars = SYMBOLS.slice(0, count).map((symbol, s) => randomBars(dice, symbol, always[s]!));
  return {
    bars,
    strategy: randomStrategy(seed + 1, fractional),
    cash: dice.between(1000, 200_000),
    venue: {
      slippageBps: dice.between(0, 2) * 5,
      commission: dice.one(COMMISSIONS),
      regulatoryFees: dice.chance(0.5),
    },
    fractional,
    calendars: always.map((each) => each ? "always_open" : "XNYS"),
    actions: dice.chance(0.5) ? randomActions(dice, bars) : [],
    matching: randomMatching(dice),
    account: randomAccount(dice),
  };
}

/** The same, some of them with limits of risk, in a queue or at closes, or with slippage that looks at the market. */
export function anyRun(seed: number): RunInput {
  const input = randomRun(seed), dice = new Dice(seed + 7);
  const queued = dice.chance(0.3);
  return {
    ...input,
    ...(queued
      ? {
        matching: {
          ...input.matching,
          sequence: "queue",
          fillAt: dice.chance(0.5) ? "open" : "close",
          protects: dice.chance(0.5) ? "entry_bar" : "next_bar",
          cashCheck: dice.one(["fill", "fill_opening", "submission_and_opening", "none"]),
          shortProceeds: dice.one(["locked", "margin", "cash"]),
          weightSizing: dice.one(["fill", "decision"]),
          slips: dice.one(["takers", "all"]),
        },
      }
      : {}),
    ...(dice.chance(0.3)
      ? { venue: { ...input.venue!, slippage: { kind: "volume_share" as const } } }
      : {}),
    ...(dice.chance(0.4) ? { risk: RISK } : {}),
  };
}
