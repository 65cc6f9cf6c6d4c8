/**
 * The last quote of each series, what it came to, and how many came to what. Each quote that arrives is judged once, by the rules of
 * `quote_rules.ts`; one that is bad takes the place of the good one before it: from then on nothing is known.
 *
 * @module
 */

import { roundHalfEven, type StateTape } from "../../core/mod.ts";
import { quoteFault, type QuoteSource, type QuoteView } from "./quote_rules.ts";
import type { HaltSource } from "./risk_control.ts";
import { RISK_RULE, RISK_RULE_NAMES } from "./risk_rules.ts";

const F64 = Float64Array, I32 = Int32Array;

interface Quote extends QuoteView {
  bid: number;
  ask: number;
  bidSize: number;
  askSize: number;
  confirmedUs: number;
  isHalted: boolean;
}

/** The quotes of one engine. Prices in ticks, sizes in units. */
export class QuoteBook implements QuoteSource {
  /** Quotes that arrived, by what was wrong with them: a number of `RISK_RULE`, `none` for the good ones. */
  readonly counts: Int32Array = new I32(RISK_RULE_NAMES.length);
  /** When the last quote of each series was made that was not out of order, good or bad; -Infinity before. Microseconds UTC. */
  readonly seenUs: Float64Array;
  readonly #seriesCount: number;
  readonly #halts: HaltSource;
  readonly #ageMaxUs: number;
  readonly #bids: Float64Array;
  readonly #asks: Float64Array;
  readonly #bidSizes: Float64Array;
  readonly #askSizes: Float64Array;
  readonly #confirmedUs: Float64Array;
  readonly #rules: Int32Array;
  /** Kept and overwritten: nobody holds on to it. */
  readonly #view: Quote = {
    bid: NaN,
    ask: NaN,
    bidSize: 0,
    askSize: 0,
    confirmedUs: -Infinity,
    isHalted: false,
  };

  /** @param ageMaxMs How old a quote may be that something is priced with, milliseconds. */
  constructor(seriesCount: number, halts: HaltSource, ageMaxMs: number) {
    this.#seriesCount = seriesCount;
    this.#halts = halts;
    this.#ageMaxUs = ageMaxMs * 1000;
    this.seenUs = new F64(seriesCount);
    this.#bids = new F64(seriesCount);
    this.#asks = new F64(seriesCount);
    this.#bidSizes = new F64(seriesCount);
    this.#askSizes = new F64(seriesCount);
    this.#confirmedUs = new F64(seriesCount);
    this.#rules = new I32(seriesCount);
    for (let s = 0; s < seriesCount; s++) {
      this.seenUs[s] = this.#confirmedUs[s] = -Infinity;
      this.#rules[s] = RISK_RULE.quote_missing;
    }
  }

  /**
   * Takes a quote in.
   *
   * @param timeUs When it was made, microseconds UTC.
   * @param nowUs Engine time at which it is read, not before `timeUs`.
   * @returns What is wrong with it, a number of `RISK_RULE`; 0 for nothing.
   */
  take(
    s: number,
    bid: number,
    ask: number,
    bidSize: number,
    askSize: number,
    timeUs: number,
    nowUs: number,
  ): number {
    const rule = timeUs >= this.seenUs[s]!
      ? this.#keep(s, bid, ask, bidSize, askSize, timeUs, nowUs)
      : timeUs < this.seenUs[s]!
      ? RISK_RULE.quote_out_of_order
      : RISK_RULE.quote_broken;
    this.counts[rule]! += 1;
    return rule;
  }

  #keep(
    s: number,
    bid: number,
    ask: number,
    bidSize: number,
    askSize: number,
    timeUs: number,
    nowUs: number,
  ): number {
    this.seenUs[s] = this.#confirmedUs[s] = timeUs;
    this.#bids[s] = bid;
    this.#asks[s] = ask;
    this.#bidSizes[s] = bidSize;
    this.#askSizes[s] = askSize;
    const { rule } = quoteFault(this.#viewOf(s), null, this.#ageMaxUs / 1000, nowUs);
    return this.#rules[s] = rule;
  }

  /** Takes note that the last quote of a series still holds: a message proves that its subscription is alive. */
  confirm(s: number, timeUs: number): void {
    if (timeUs > this.#confirmedUs[s]!) this.#confirmedUs[s] = timeUs;
  }

  /** Whether the last quote of a series prices something at an instant: it is good, made before and not too old. */
  isGood(s: number, nowUs: number): boolean {
    if (this.#rules[s] !== RISK_RULE.none || !(this.seenUs[s]! <= nowUs)) return false;
    return nowUs - this.#confirmedUs[s]! <= this.#ageMaxUs && !this.#halts.isHalted(s, nowUs);
  }

  /** Middle of the last quote of a series in ticks, 0 when it prices nothing at that instant. */
  midOf(s: number, nowUs: number): number {
    return this.isGood(s, nowUs) ? roundHalfEven((this.#bids[s]! + this.#asks[s]!) / 2) : 0;
  }

  /** See `QuoteSource.quoteOf`. */
  quoteOf(s: number): QuoteView | null {
    return this.seenUs[s] === -Infinity ? null : this.#viewOf(s);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    const count = this.#seriesCount;
    tape.part("quotes", 1);
    tape.entries(this.counts, RISK_RULE_NAMES.length);
    tape.entries(this.seenUs, count);
    tape.entries(this.#bids, count);
    tape.entries(this.#asks, count);
    tape.entries(this.#bidSizes, count);
    tape.entries(this.#askSizes, count);
    tape.entries(this.#confirmedUs, count);
    tape.entries(this.#rules, count);
  }

  #viewOf(s: number): QuoteView {
    const view = this.#view, confirmedUs = this.#confirmedUs[s]!;
    view.bid = this.#bids[s]!;
    view.ask = this.#asks[s]!;
    view.bidSize = this.#bidSizes[s]!;
    view.askSize = this.#askSizes[s]!;
    view.confirmedUs = confirmedUs;
    view.isHalted = this.#halts.isHalted(s, confirmedUs);
    return view;
  }
}
