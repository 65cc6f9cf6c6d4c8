/**
 * What comes beside the bars of an engine: halts, quotes, depth. Each is told at its own time, between two bars, and matched at once; and each
 * decides which bars fill anything.
 *
 * Where quotes of a series come, they price it: of a bar during which one came, good or bad, only the auctions trade. A bar in which none came is
 * matched like any other, after the quote that stands at its open if that is good and recent. So a bad quote prices nothing, and nobody
 * falls back on the open of a bar whose market was there to be seen.
 *
 * @module
 */

import type { Bars, DepthBook } from "../market/mod.ts";
import { DEPTH_SIDE } from "../market/mod.ts";
import { type Ledger, type QuoteBook, RISK_RULE, type RiskControl } from "../trading/mod.ts";
import { type LevelTrades, toTicks, type Venue } from "../venue/mod.ts";
import { type ActionLog, ENTRY } from "./corporate_actions.ts";
import type { Halts } from "./halts.ts";

const I32 = Int32Array, RangeErrorOf = RangeError, floor = Math.floor;

/** What events work on: the engine. */
export interface EventBooks {
  readonly series: readonly Bars[];
  readonly rows: Int32Array;
  readonly touched: Int32Array;
  readonly touchedCount: number;
  readonly step: number;
  nowUs: number;
  readonly ledger: Ledger;
  readonly risk: RiskControl;
  readonly actionLog: ActionLog;
  readonly halts: Halts;
  /** Null where there are only bars. */
  readonly quotes: QuoteBook | null;
  /** Marks the positions if bars have passed since, and returns the equity. */
  equity(): number;
}

/** Halts, quotes and depth of one engine. */
export class MarketEvents {
  readonly #books: EventBooks;
  readonly #venue: Venue;
  /** Smallest step of each series, units. */
  readonly #lots: Float64Array;
  /** Series whose bars are matched at an instant; the first entries. */
  readonly #open: Int32Array;

  constructor(books: EventBooks, venue: Venue, lots: Float64Array) {
    this.#books = books;
    this.#venue = venue;
    this.#lots = lots;
    this.#open = new I32(books.series.length);
  }

  /** False while every bar is matched. */
  get areUsed(): boolean {
    return this.#books.halts.isUsed || this.#books.quotes !== null;
  }

  /** Matches the bars of an instant that can fill something. */
  match(): void {
    const { halts, quotes, series, rows, touched, step } = this.#books, { levels } = this.#venue;
    let open = 0;
    for (let k = 0; k < this.#books.touchedCount; k++) {
      const s = touched[k]!, bars = series[s]!, row = rows[s]!, openUs = bars.time[row]!;
      if (halts.isUsed && halts.isHalted(s, openUs)) this.#venue.pass(s, openUs);
      else if (quotes !== null && quotes.seenUs[s]! > openUs) {
        if (levels !== null) levels.matchAuctions(step, s, bars, row);
      } else {
        if (quotes !== null && levels !== null && quotes.isGood(s, openUs)) {
          levels.match(step, s, openUs);
        }
        this.#open[open++] = s;
      }
    }
    if (open > 0) this.#venue.match(step, series, rows, this.#open, open);
  }

  /** Stops trading of a series from an instant on, or lets it go on. Without effect when that is so already. */
  halt(s: number, isHalted: boolean, timeUs: number): void {
    const { halts, actionLog, step } = this.#books;
    if (!halts.add(s, isHalted, timeUs)) return;
    actionLog.add(step, timeUs, isHalted ? ENTRY.halt : ENTRY.resume, s, -1, 0, 0);
  }

  /**
   * Takes a quote between two bars, and matches what it reaches. Prices in currency, sizes in shares (Infinity when not told), the time at
   * which it was made in microseconds UTC; engine time moves on to it. Bars and quotes come in order of time.
   *
   * @returns What is wrong with it, a number of `RISK_RULE`; 0 for a good one. A bad one prices nothing, and nothing is known after it.
   * @throws {RangeError} When the fill model is not `quote`.
   */
  quote(
    s: number,
    bid: number,
    ask: number,
    bidSize: number,
    askSize: number,
    timeUs: number,
  ): number {
    const quotes = this.#quotes(), books = this.#books;
    const bidTicks = toTicks(bid), askTicks = toTicks(ask);
    const bidUnits = this.#units(s, bidSize), askUnits = this.#units(s, askSize);
    if (timeUs > books.nowUs) books.nowUs = timeUs;
    const rule = quotes.take(s, bidTicks, askTicks, bidUnits, askUnits, timeUs, books.nowUs);
    if (rule !== RISK_RULE.none) return rule;
    const { levels } = this.#venue;
    if (levels !== null) levels.quote(s, bidTicks, askTicks, bidUnits, askUnits);
    this.#matchNow(s);
    return rule;
  }

  /** Returns the depth book of a series, for its feed to tell (ticks and units). From then on orders trade against it, not against quotes. */
  depthOf(s: number): DepthBook {
    return this.#levels().depthOf(s);
  }

  /** Matches what the depth book of a series reaches after an update. Its best prices are judged as a quote; returns as `quote` does. */
  depth(s: number, timeUs: number): number {
    const quotes = this.#quotes(), books = this.#books, levels = this.depthOf(s);
    if (timeUs > books.nowUs) books.nowUs = timeUs;
    const rule = quotes.take(
      s,
      levels.best(DEPTH_SIDE.bid),
      levels.best(DEPTH_SIDE.ask),
      levels.sizeAt(DEPTH_SIDE.bid, 0),
      levels.sizeAt(DEPTH_SIDE.ask, 0),
      timeUs,
      books.nowUs,
    );
    if (rule === RISK_RULE.none) this.#matchNow(s);
    return rule;
  }

  /** Marks the position, judges the account, and matches what rests. */
  #matchNow(s: number): void {
    const { ledger, risk, nowUs, step } = this.#books;
    if (risk.isOn) risk.begin(nowUs);
    if (ledger.openPositions > 0) this.#books.equity();
    this.#mark(s);
    if (risk.isOn) risk.judge(nowUs);
    // At a broker orders are matched there.
    if (this.#venue.levels !== null) this.#venue.levels.match(step < 0 ? 0 : step, s, nowUs);
    // A fill has marked the position at its own price.
    this.#mark(s);
  }

  #mark(s: number): void {
    const { ledger, quotes, nowUs } = this.#books, mid = quotes!.midOf(s, nowUs);
    if (ledger.position[s] !== 0 && mid !== 0) ledger.setMark(s, mid);
  }

  /** Whole lots of a size in shares; what is no size stays as it is, to be judged. */
  #units(s: number, shares: number): number {
    if (!(shares >= 0) || shares === Infinity) return shares;
    const lot = this.#lots[s]!;
    return floor(shares * this.#books.ledger.unitsPerShare[s]! / lot) * lot;
  }

  #quotes(): QuoteBook {
    const { quotes } = this.#books;
    if (quotes === null) throw new RangeErrorOf(ONLY_BARS);
    return quotes;
  }

  #levels(): LevelTrades {
    const { levels } = this.#venue;
    if (levels === null) throw new RangeErrorOf(ONLY_BARS);
    return levels;
  }
}

const ONLY_BARS = "the fill model of this engine is next_open: it takes no quotes";
