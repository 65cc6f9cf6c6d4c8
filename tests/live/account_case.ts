/**
 * An account of several books without strategies: what is asked and the bars are records made by hand, applied as those of a journal are.
 *
 * @module
 */

import { formatDecimal } from "../../lib/core/mod.ts";
import { ALL_RIGHTS } from "../../lib/engine/mod.ts";
import { LiveMarket } from "../../lib/live/live_market.ts";
import { sessionData } from "../../lib/live/mod.ts";
import { encodeBars, encodeIntents, encodeJsonPayload } from "../../lib/live/records.ts";
import { bookSpec } from "../../lib/live/strategy_specs.ts";
import { TradingCore } from "../../lib/live/trading_core.ts";
import { intentCode, JOURNAL_KIND, type JournalRecord, VERB } from "../../lib/protocols/mod.ts";
import {
  NO_LIMITS,
  ORDER_TYPE,
  type RiskLimits,
  riskText,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";
import { liveConfig, SessionCase, STRATEGIES } from "./session_case.ts";

export const SYMBOLS = ["AAPL", "IBM", "MSFT"] as const;
const FILES = ["buy_and_hold.ts", "mean_reversion.ts", "channel_breakout.ts"];
const DAY_US = 86_400e6, OPENS_US = 14.5 * 3600e6, CLOSES_US = 21 * 3600e6;
/** Thursday, 2 January 2003. */
const FIRST_DAY = Date.UTC(2003, 0, 2) * 1000;

type Applied = Pick<JournalRecord, "kind" | "payload">;

/** An order for shares at the market, or with a limit in dollars that works until it is cancelled. */
export interface Asked {
  readonly shares: number;
  readonly series?: number;
  readonly limit?: number;
}

/** What accounts of one kind are made of. */
export interface AccountKind {
  readonly limits: Partial<RiskLimits>;
  /** Of each book on its share; default none. */
  readonly own?: Partial<RiskLimits>;
  readonly books: number;
}

/** An account of 100,000 dollars, which its books share equally. */
export class AccountCase {
  readonly core: TradingCore;
  /** All that was applied, in order. */
  readonly records: Applied[] = [];
  #day = 0;

  private constructor(core: TradingCore) {
    this.core = core;
  }

  static async open({ limits, own = {}, books }: AccountKind): Promise<AccountCase> {
    using session = new SessionCase();
    const config = await liveConfig(session.path, {
      strategies: FILES.slice(0, books).map((file) => STRATEGIES + file),
      symbols: SYMBOLS,
      from: "2003-01-02",
      to: "2003-12-31",
      cash: 100_000,
      slippageBps: 0,
      commission: "none",
    });
    const market = new LiveMarket(sessionData(config, 0).template);
    const strategies = config.strategies.map((strategy) => {
      const spec = { ...bookSpec(config, strategy, market), rights: ALL_RIGHTS };
      return { id: strategy.id, spec: { ...spec, risk: { ...NO_LIMITS, ...own } } };
    });
    const core = new TradingCore(market, strategies, {
      names: null,
      limits: { ...NO_LIMITS, ...limits },
    });
    return new AccountCase(core);
  }

  /** A day whose bars stand still at these prices in dollars. */
  day(...prices: readonly number[]): this {
    let day = FIRST_DAY + this.#day++ * DAY_US;
    // Two days of each week have no session.
    day += Math.floor((this.#day + 2) / 5) * 2 * DAY_US;
    return this.apply({
      kind: JOURNAL_KIND.bars,
      payload: encodeBars(prices.map((price, series) => ({
        series,
        timeUs: day + OPENS_US,
        closeUs: day + CLOSES_US,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 1e9,
      }))),
    });
  }

  /** A book's strategy asks for an order. */
  ask(book: number, { shares, series = 0, limit }: Asked): this {
    const { step, nowUs } = this.core.books[book]!.engine;
    const type = limit === undefined ? ORDER_TYPE.market : ORDER_TYPE.limit;
    const code = intentCode(VERB.order, type, TIME_IN_FORCE.gtc, 0, series);
    const row = Float64Array.of(step * 2 + 1, nowUs, code, shares, (limit ?? 0) * 1e6, 0);
    return this.apply({ kind: JOURNAL_KIND.intents, payload: encodeIntents(book, row, 1) });
  }

  /** A reconciliation finds shares that no strategy owns, bought at 100 dollars before us. */
  find(symbol: string, shares: number): this {
    const plan = {
      timeUs: this.core.nowUs,
      corrections: [{ kind: "position", symbol, difference: shares * 1e6, averagePrice: 100e6 }],
      findings: [],
      verdict: { outcome: "ok", frozen: [] },
    };
    return this.apply({ kind: JOURNAL_KIND.correction, payload: encodeJsonPayload(plan) });
  }

  /** An operator lifts what has tripped the switches. */
  rearm(): this {
    this.apply({ kind: JOURNAL_KIND.command, payload: encodeJsonPayload({ kind: "halt" }) });
    const payload = encodeJsonPayload({ kind: "resume", rearm: true });
    return this.apply({ kind: JOURNAL_KIND.command, payload });
  }

  apply(record: Applied): this {
    this.records.push(record);
    this.core.apply(record);
    return this;
  }

  /** What a book was refused, in words. */
  refusals(book: number): string[] {
    const { refusals } = this.core.books[book]!.engine.risk;
    return Array.from(
      { length: refusals.length },
      (_, k) => riskText(refusals.rule[k]!, refusals.measured[k]!, refusals.limit[k]!),
    );
  }

  /** Everything that the account comes to. */
  outcome(): unknown {
    return this.core.books.map(({ engine }, k) => ({
      cash: formatDecimal(engine.ledger.cash, 6),
      positions: [...engine.ledger.position],
      states: Array.from(engine.orders.state.subarray(0, engine.orders.length)),
      refusals: this.refusals(k),
      kill: engine.risk.kill.state(),
    }));
  }
}
