/**
 * The market of a live session: columns with room for what is to come, filled instant by instant as the feed tells it. The engines and the
 * children of a session read the same columns.
 *
 * @module
 */

import { SandbarError, thousands } from "../../core/mod.ts";
import { allocateColumns, Bars, COLUMN_NAMES, LAST_OF_INSTANT } from "../../market/mod.ts";
import type { FeedBar } from "../../protocols/mod.ts";
import type { PreparedMarket } from "../../run/mod.ts";

/** What a market is made for. */
export interface MarketTemplate
  extends
    Pick<PreparedMarket, "sessions" | "sessionsOf" | "actions" | "startUs" | "periodsPerYear"> {
  readonly series: readonly {
    readonly symbol: string;
    /** See `Bars.tickScale`. */
    readonly tickScale: number;
    /** The most bars that the session takes. */
    readonly capacity: number;
  }[];
}

/** A market that grows. */
export class LiveMarket implements PreparedMarket {
  readonly bars: readonly Bars[];
  readonly plan: Uint16Array | null;
  readonly sessions: PreparedMarket["sessions"];
  readonly sessionsOf: readonly number[];
  readonly actions: PreparedMarket["actions"];
  readonly startUs: number;
  readonly periodsPerYear: number;
  /** The most instants that there can be. */
  readonly capacity: number;
  #steps = 0;
  #planLength = 0;

  constructor(template: MarketTemplate) {
    this.bars = template.series.map(({ symbol, tickScale, capacity }) =>
      new Bars(symbol, tickScale, allocateColumns(capacity), 0)
    );
    this.capacity = template.series.reduce((sum, each) => sum + each.capacity, 0);
    this.plan = this.bars.length === 1 ? null : new Uint16Array(this.capacity);
    this.sessions = template.sessions;
    this.sessionsOf = template.sessionsOf;
    this.actions = template.actions;
    this.startUs = template.startUs;
    this.periodsPerYear = template.periodsPerYear;
  }

  /** The merge plan so far; nothing for one series. */
  planEntries(): Uint16Array {
    return this.plan === null ? new Uint16Array(0) : this.plan.subarray(0, this.#planLength);
  }

  /**
   * Brings an empty market to a state.
   *
   * @param columns Of each series, in the order of `COLUMN_NAMES`.
   * @throws {RangeError} When it has no room for that.
   */
  restore(steps: number, columns: readonly (readonly Float64Array[])[], plan: Uint16Array): void {
    columns.forEach((each, s) => {
      const bars = this.bars[s]!, rows = each[0]!.length;
      if (rows > bars.close.length) {
        throw new RangeError(`${bars.symbol} has no room for ${rows} bars`);
      }
      COLUMN_NAMES.forEach((name, k) => bars[name].set(each[k]!));
      bars.length = rows;
    });
    if (this.plan !== null) this.plan.set(plan);
    this.#planLength = plan.length;
    this.#steps = steps;
  }

  /** Instants so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Appends the bars of one instant.
   *
   * @param instant At least one bar, by number of their series, all with one close time.
   * @throws {SandbarError} `data_invalid` when a series is full.
   */
  append(instant: readonly FeedBar[]): void {
    for (const { series } of instant) {
      const bars = this.bars[series]!;
      if (bars.length < bars.close.length) continue;
      throw new SandbarError(
        "data_invalid",
        `Cannot take another bar of ${bars.symbol}: the session holds ${
          thousands(bars.length)
        } already, which is all it has room for; stop it and start it anew with another --state`,
      );
    }
    instant.forEach((bar, k) => {
      const bars = this.bars[bar.series]!, row = bars.length++;
      bars.time[row] = bar.timeUs;
      bars.closeTime[row] = bar.closeUs;
      bars.open[row] = bar.open;
      bars.high[row] = bar.high;
      bars.low[row] = bar.low;
      bars.close[row] = bar.close;
      bars.volume[row] = bar.volume;
      if (this.plan !== null) {
        this.plan[this.#planLength++] = k === instant.length - 1
          ? bar.series | LAST_OF_INSTANT
          : bar.series;
      }
    });
    this.#steps++;
  }
}
