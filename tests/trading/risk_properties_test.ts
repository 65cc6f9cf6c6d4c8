/**
 * Laws of the risk gate over random orders: exposure stays within its limits whatever is asked in whatever order, reductions always
 * pass, nothing grows after a kill, and host and child refuse the same (RSK-07, RSK-20, RSK-24, RSK-04).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/mod.ts";
import type { Handlers, OrderId, Trade } from "../../lib/strategy/mod.ts";
import { LIVE_DEFAULTS, NO_LIMITS, ORDER_REASON, type RiskLimits } from "../../lib/trading/mod.ts";
import { dailyBars, type PriceRow, type RunOutput, runStrategy } from "../engine/support.ts";

const SYMBOLS = ["A", "B", "C"] as const, STEPS = 40;
const seed = fc.integer({ min: 0, max: 2 ** 31 - 2 });

function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random.next() * (most - least + 1));
}

/** Asks for anything, linked orders and amendments included. */
function act(trade: Trade, random: Random, price: number): void {
  const symbol = SYMBOLS[between(random, 0, 2)]!, timeInForce = "gtc";
  const side = random.next() < 0.5 ? "buy" : "sell" as const;
  const quantity = between(random, 1, random.next() < 0.2 ? 600 : 150);
  const near = price * between(random, 90, 110) / 100, working = trade.orders;
  const some = working[between(random, 0, working.length - 1)];
  switch (between(random, 0, 11)) {
    case 0:
    case 1:
      trade.order({ symbol, side, quantity, reduceOnly: random.next() < 0.2 });
      break;
    case 2:
      trade.order({ symbol, side, quantity, limitPrice: near, timeInForce });
      break;
    case 3:
      trade.order({ symbol, side, quantity, stopPrice: near, timeInForce });
      break;
    case 4:
      trade.order({ symbol, side, quantity, trailPercent: 3, timeInForce });
      break;
    case 5:
      trade.target(symbol, side === "buy" ? quantity : -quantity);
      break;
    case 6:
      trade.targetWeight(symbol, between(random, -6, 6) / 10);
      break;
    case 7:
      trade.close(symbol);
      break;
    case 8: {
      const entry = trade.order({
        symbol,
        side,
        quantity,
        stopLoss: price * (side === "buy" ? 0.95 : 1.05),
      });
      const exit = side === "buy" ? "sell" : "buy";
      trade.order({
        symbol,
        side: exit,
        quantity,
        limitPrice: near,
        timeInForce,
        afterFill: entry,
      });
      break;
    }
    case 9: {
      const first = trade.order({ symbol, side, quantity, limitPrice: near, timeInForce });
      if (trade.orders.some((each) => each.id === first)) {
        trade.order({ symbol, side, quantity, stopPrice: near, timeInForce, ocoWith: first });
      }
      break;
    }
    case 10:
      if (some !== undefined) trade.cancel(some.id);
      break;
    default:
      if (some !== undefined && Number.isFinite(some.quantity) && some.type === "limit") {
        trade.amend(some.id, { quantity: some.filledQuantity + quantity, limitPrice: near });
      }
  }
}

interface Check {
  /** Before what is asked at a step. */
  readonly before?: (trade: Trade) => void;
}

function run(seed: number, risk: RiskLimits, rows: readonly PriceRow[][], check: Check): RunOutput {
  const random = new Random(seed);
  const strategy: Handlers = {
    onBars: (slice, trade): void => {
      check.before?.(trade);
      const price = slice.bar("A")!.close;
      for (let more = between(random, 1, 4); more > 0; more--) act(trade, random, price);
    },
  };
  return runStrategy({
    bars: SYMBOLS.map((symbol, s) => dailyBars(symbol, rows[s]!)),
    risk,
    strategy,
  });
}

const FLAT: readonly PriceRow[][] = SYMBOLS.map(() =>
  Array.from({ length: STEPS }, () => [100, 100, 100, 100, 1e6])
);

/** Prices that wander, with gaps. */
function wander(seed: number): PriceRow[][] {
  const random = new Random(seed);
  return SYMBOLS.map(() => {
    let cents = 10_000;
    return Array.from({ length: STEPS }, (): PriceRow => {
      const step = (): number => between(random, -300, 300);
      const open = Math.max(1000, cents + step()), close = Math.max(1000, open + step());
      const high = Math.max(open, close) + between(random, 0, 200);
      const low = Math.min(open, close) - between(random, 0, 200);
      cents = close;
      return [open / 100, high / 100, low / 100, close / 100, 1e6];
    });
  });
}

Deno.test("risk law: at one price no sequence of orders brings a position or the whole above its limit (RSK-07, RSK-20, RSK-24)", () => {
  let fills = 0, refused = 0, most = 0;
  fc.assert(
    fc.property(seed, fc.boolean(), (seed, allowShort) => {
      const risk = { ...NO_LIMITS, maxPositionPct: 30, maxGrossExposure: 0.7, allowShort };
      const { engine } = run(seed, risk, FLAT, {
        before: (trade) => {
          const values = SYMBOLS.map((symbol) => trade.position(symbol).value);
          const gross = values.reduce((sum, value) => sum + Math.abs(value), 0);
          for (const value of values) {
            assert(Math.abs(value) <= 0.3 * trade.equity, `position of ${value}`);
            assert(allowShort || value >= 0, `short of ${value}`);
          }
          assert(gross <= 0.7 * trade.equity, `gross of ${gross}`);
          most = Math.max(most, gross / trade.equity);
        },
      });
      fills += engine.fills.length;
      refused += engine.risk.refusals.total;
    }),
    { numRuns: 150 },
  );
  assert(fills > 2000 && refused > 1000 && most > 0.6, `${fills} fills, ${refused}, ${most}`);
});

Deno.test("risk law: under every rule at once a reduction is never refused (RSK-07)", () => {
  const risk: RiskLimits = {
    ...LIVE_DEFAULTS,
    maxOrderQty: 100,
    maxOrderValue: 8000,
    maxOpenOrders: 3,
    maxOrdersPerMinute: 2,
    maxTop5Exposure: 0.3,
  };
  let reductions = 0;
  fc.assert(
    fc.property(seed, (seed) => {
      const ids: OrderId[] = [];
      const { engine } = run(seed, risk, wander(seed), {
        before: (trade) => {
          for (const symbol of SYMBOLS) {
            const held = trade.position(symbol).quantity, size = Math.abs(held);
            if (held === 0) continue;
            const side = held > 0 ? "sell" : "buy", part = Math.max(1, Math.floor(size / 2));
            ids.push(trade.order({ symbol, side, quantity: part }));
            if (seed % 2 === 0) ids.push(trade.close(symbol));
          }
        },
      });
      reductions += ids.length;
      for (const id of ids) {
        const reason = engine.orders.reason[id];
        assert(reason !== ORDER_REASON.risk_refused && reason !== ORDER_REASON.kill_switch);
      }
    }),
    { numRuns: 100 },
  );
  assert(reductions > 500, `only ${reductions} reductions`);
});

Deno.test("risk law: after a kill no position grows or changes its side, whatever rested and is asked (RSK-04)", () => {
  let kills = 0, fillsAfter = 0;
  fc.assert(
    fc.property(seed, (seed) => {
      const risk = { ...NO_LIMITS, maxDrawdownPct: 3 };
      const { engine } = run(seed, risk, wander(seed), {});
      const kill = engine.risk.kills[0];
      if (kill === undefined) return;
      kills++;
      const held = SYMBOLS.map(() => 0), { fills, orders } = engine;
      for (let fill = 0; fill < fills.length; fill++) {
        const s = orders.series[fills.order[fill]!]!, before = held[s]!;
        held[s] = before + fills.quantity[fill]!;
        // A fill of the very instant may have come before the kill.
        if (fills.timeUs[fill]! <= kill.timeUs) continue;
        fillsAfter++;
        assert(Math.abs(held[s]!) < Math.abs(before) && held[s]! * before >= 0, `fill ${fill}`);
      }
      assertEquals(engine.risk.kill.isKilled, true);
    }),
    { numRuns: 100 },
  );
  assert(kills > 30 && fillsAfter > 30, `${kills} kills, ${fillsAfter} fills after them`);
});
