/**
 * A small market with quotes between its one-minute bars, driven by hand: one real engine, no costs unless a case says otherwise.
 *
 * @module
 */

import { Engine, type EngineSpec } from "../../lib/engine/mod.ts";
import { type Bars, mergePlan } from "../../lib/market/mod.ts";
import { VERB } from "../../lib/protocols/mod.ts";
import { ORDER_FLAG, ORDER_TYPE, RISK_RULE_NAMES, TIME_IN_FORCE } from "../../lib/trading/mod.ts";
import { barsAt, type PriceRow, type RunInput, specOf } from "../engine/support.ts";

export const SECOND = 1e6, MINUTE = 60e6;
/** Open of a session, microseconds UTC. */
export const OPEN = Date.UTC(2024, 0, 2, 14, 30) * 1000;

/** A bar of which nothing comes. */
export const flat: PriceRow = [100, 100, 100, 100];

/** Returns one-minute bars from the open of a session on. */
export function minutes(symbol: string, rows: readonly PriceRow[]): Bars {
  const times = rows.map((_, i) => [OPEN + i * MINUTE, OPEN + (i + 1) * MINUTE] as const);
  return barsAt(symbol, times, rows);
}

type Names<T> = keyof T & string;

/** What an order may say beside its quantity, in shares and currency. */
export interface Ask {
  readonly type?: Names<typeof ORDER_TYPE>;
  readonly time?: Names<typeof TIME_IN_FORCE>;
  readonly flags?: readonly Names<typeof ORDER_FLAG>[];
  readonly limit?: number;
  readonly stop?: number;
  readonly series?: number;
  /** `weight` and `target` size when they fill. */
  readonly verb?: "weight" | "target";
}

/** One engine with its bars. */
export class QuotedMarket {
  readonly engine: Engine;
  readonly spec: EngineSpec;
  readonly bars: readonly Bars[];
  readonly #plan: Uint16Array | null;

  constructor(rows: readonly (readonly PriceRow[])[], input: Partial<RunInput> = {}) {
    this.bars = rows.map((each, s) => minutes("ABC"[s]!, each));
    this.spec = specOf({
      ...input,
      bars: this.bars,
      matching: { fillModel: "quote", ...input.matching },
    });
    this.#plan = rows.length === 1
      ? null
      : mergePlan(this.bars, this.bars.map((each) => each.length)).entries;
    this.engine = this.open();
  }

  /** Returns another engine of the same market, at its beginning. */
  open(): Engine {
    const engine = new Engine(this.spec, this.bars, this.#plan, null);
    engine.moveTo(OPEN - 1);
    return engine;
  }

  /** Walks bars. */
  walk(steps = 1): this {
    for (let k = 0; k < steps; k++) this.engine.advance();
    return this;
  }

  /** Tells a quote so many seconds after the last bar and returns what came of it by name. */
  quote(seconds: number, bid: number, ask: number, bidSize = 1000, askSize = 1000, s = 0): string {
    const timeUs = OPEN + (this.engine.step + 1) * MINUTE + seconds * SECOND;
    return RISK_RULE_NAMES[this.engine.quote(s, bid, ask, bidSize, askSize, timeUs)]!;
  }

  /** Asks for an order of so many shares, below 0 to sell, and returns its row. */
  order(shares: number, ask: Ask = {}): number {
    const flags = (ask.flags ?? []).reduce((sum, name) => sum + ORDER_FLAG[name], 0);
    const verb = ask.verb === "weight"
      ? VERB.targetWeight
      : ask.verb === "target"
      ? VERB.targetQuantity
      : VERB.order;
    const isWeight = ask.verb === "weight", series = ask.series ?? 0;
    return this.engine.request(
      verb,
      series,
      ORDER_TYPE[ask.type ?? "market"],
      TIME_IN_FORCE[ask.time ?? (ask.verb === undefined ? "gtc" : "day")],
      flags,
      isWeight ? shares : shares * this.engine.ledger.unitsPerShare[series]!,
      (ask.limit ?? 0) * 1e6,
      (ask.stop ?? 0) * 1e6,
    );
  }

  /** Fills as `order quantity @ price`. */
  fills(): string[] {
    const { fills, orders, ledger } = this.engine;
    return Array.from({ length: fills.length }, (_, row) => {
      const order = fills.order[row]!, units = ledger.unitsPerShare[orders.series[order]!]!;
      return `#${order} ${fills.quantity[row]! / units} @ ${fills.price[row]! / 1e6}`;
    });
  }
}
