/**
 * The simulated exchange of engines without a path: each order is held against the bar on its own, protective orders of entries first, then
 * in order of creation.
 *
 * A trailing stop moves with the closes: within a bar its stop is the one that the close before has set. Orders for the close come last.
 *
 * Every working order is looked at on every bar: this is for comparison with such engines, not for books of thousands of orders.
 *
 * @module
 */

import { mulDiv, type StateTape } from "../core/mod.ts";
import type { Bars } from "../market/mod.ts";
import {
  isWorking,
  ORDER_FLAG,
  ORDER_REASON,
  ORDER_TYPE,
  type OrderTable,
  restsAsLimit,
  type RowMap,
  RowScratch,
  TIME_IN_FORCE,
  type WorkingOrders,
} from "../trading/mod.ts";
import type { ExecutionBooks } from "./execution.ts";
import type { LevelTrades } from "./level_trades.ts";
import { isTouched } from "./order_intake.ts";
import { PaperCheck } from "./paper_check.ts";
import { toTicks } from "./price_ticks.ts";
import { type BarTicks, type QueueRule, queueRuleOf } from "./queue_rules.ts";
import { carryParts, renumberParts, type VenueParts } from "./venue_parts.ts";

const F64 = Float64Array, I32 = Int32Array;

/** Matches the orders of a book against bars, one after the other. */
export class QueueVenue {
  readonly levels: LevelTrades | null;
  readonly #books: ExecutionBooks;
  readonly #table: OrderTable;
  readonly #working: WorkingOrders;
  readonly #parts: VenueParts;
  readonly #rule: QueueRule;
  readonly #paper: PaperCheck | null;
  readonly #atClose: boolean;
  readonly #protectsAtOnce: boolean;
  readonly #bar: BarTicks = { open: 0, high: 0, low: 0, close: 0 };
  readonly #rowsOfSeries: RowScratch = new RowScratch();
  readonly #due: RowScratch = new RowScratch();
  /** Row of the last split of each series, and the close before it in the shares after it, ticks. */
  readonly #splitRow: Int32Array;
  readonly #splitClose: Float64Array;

  constructor(parts: VenueParts) {
    const { books, rules } = parts, count = books.ledger.seriesCount;
    this.levels = parts.levels;
    this.#books = books;
    this.#table = books.book.table;
    this.#working = books.book.working;
    this.#parts = parts;
    this.#rule = queueRuleOf(rules);
    this.#paper = rules.cashCheck === "submission_and_opening"
      ? new PaperCheck(books, parts.costs)
      : null;
    this.#atClose = rules.fillAt === "close";
    this.#protectsAtOnce = rules.protects === "entry_bar";
    this.#splitRow = new I32(count);
    this.#splitClose = new F64(count);
  }

  /** See `Venue.carry`. */
  carry(tape: StateTape): void {
    const count = this.#books.ledger.seriesCount;
    carryParts(this.#parts, tape);
    tape.entries(this.#splitRow, count);
    tape.entries(this.#splitClose, count);
  }

  /** See `Venue.match`. */
  match(
    step: number,
    series: readonly Bars[],
    rows: Int32Array,
    touched: Int32Array,
    count: number,
  ): void {
    const { ledger, book } = this.#books, { execution, intake, bars: entry } = this.#parts;
    execution.step = step;
    for (let k = 0; k < count; k++) {
      const s = touched[k]!, bars = series[s]!, row = rows[s]!;
      if (entry !== null) entry.enter(s, bars, row);
      if (ledger.position[s] !== 0) {
        ledger.setMark(s, toTicks(this.#atClose ? bars.close[row]! : bars.open[row]!));
      }
    }
    if (book.fresh.length > 0) {
      if (this.#paper !== null) this.#checkOnPaper(series, rows, touched, count);
      intake.take(series, rows, touched, count);
    }
    this.#collect(touched, count);
    const due = this.#due;
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < due.length; k++) {
        const order = due.at(k), isProtective = this.#table.parent.get(order) !== 0;
        if (isProtective === (pass === 0)) this.#tryOne(order, series, rows);
      }
    }
    if (this.#protectsAtOnce && book.fresh.length > 0) this.#tryReleased(step, series, rows);
    for (let k = 0; k < count; k++) {
      const s = touched[k]!, row = rows[s]!;
      if (this.#working.watched[s]! > 0 && this.#parts.edges.closes(s, row)) {
        this.#parts.auctions.fillAtClose(s, series[s]!, row);
      }
    }
    intake.unparkAll();
  }

  /** See `Venue.renumber`. */
  renumber(map: RowMap): void {
    renumberParts(this.#parts, map);
  }

  /** See `Venue.pass`. */
  pass(s: number, openTimeUs: number): void {
    this.#parts.intake.pass(s, openTimeUs);
  }

  /** See `Venue.split`. */
  split(s: number, bars: Bars, row: number, numerator: number, denominator: number): void {
    if (this.levels !== null) this.levels.clear(s);
    const { market } = this.#parts;
    if (market !== null) market.split(s, bars, row, numerator, denominator);
    // Read before somebody restates the bars; a second split of the same night goes on from the first.
    const before = this.#splitRow[s] === row ? this.#splitClose[s]! : toTicks(bars.close[row - 1]!);
    this.#splitRow[s] = row;
    this.#splitClose[s] = mulDiv(before, denominator, numerator);
  }

  /** The close before a bar in ticks, in the shares of the bar: the price that a decision was made on. The open on the first bar. */
  #closeBefore(s: number, bars: Bars, row: number): number {
    if (row === 0) return toTicks(bars.open[0]!);
    return this.#splitRow[s] === row ? this.#splitClose[s]! : toTicks(bars.close[row - 1]!);
  }

  #checkOnPaper(
    series: readonly Bars[],
    rows: Int32Array,
    touched: Int32Array,
    count: number,
  ): void {
    const { fresh } = this.#books.book, paper = this.#paper!, { intake } = this.#parts;
    paper.start();
    for (let k = 0; k < fresh.length; k++) {
      const order = fresh.at(k), s = this.#table.series[order]!, bars = series[s]!, row = rows[s]!;
      if (!isWorking(this.#table.state[order]!) || this.#table.parent.get(order) !== 0) continue;
      if (!isTouched(s, touched, count) || !intake.isAlive(order, bars.time[row]!)) continue;
      if (!paper.charge(order, this.#closeBefore(s, bars, row))) {
        intake.end(order, ORDER_REASON.insufficient_funds, bars.time[row]!);
      }
    }
  }

  /** All working orders of the series that have a bar, oldest first. */
  #collect(touched: Int32Array, count: number): void {
    const due = this.#due, rowsOfSeries = this.#rowsOfSeries;
    due.clear();
    for (let k = 0; k < count; k++) {
      const length = this.#working.list(touched[k]!, rowsOfSeries);
      for (let i = 0; i < length; i++) due.add(rowsOfSeries.at(i));
    }
    due.sort();
  }

  /** Holds the protective orders of the entries at market of this step against the whole bar. */
  #tryReleased(step: number, series: readonly Bars[], rows: Int32Array): void {
    const table = this.#table, { fills, book } = this.#books, due = this.#due;
    due.clear();
    for (let k = 0; k < book.fresh.length; k++) {
      const order = book.fresh.at(k), parent = table.parent.get(order) - 1;
      const entered = parent >= 0 && table.type[parent] === ORDER_TYPE.market &&
        table.fill[parent]! >= 0 && fills.step[table.fill[parent]!] === step;
      if (entered) due.add(order);
    }
    if (due.length === 0) return;
    due.sort();
    const first = due.at(0), s = table.series[first]!;
    this.#parts.intake.takeReleased(series[s]!.time[rows[s]!]!);
    for (let k = 0; k < due.length; k++) this.#tryOne(due.at(k), series, rows);
  }

  #tryOne(order: number, series: readonly Bars[], rows: Int32Array): void {
    const table = this.#table, s = table.series[order]!, bars = series[s]!, row = rows[s]!;
    const { intake, edges } = this.#parts, openTimeUs = bars.time[row]!;
    if (!isWorking(table.state[order]!) || !intake.isAlive(order, openTimeUs)) return;
    const bar = this.#bar, type = table.type[order]!, timeInForce = table.timeInForce[order]!;
    if (timeInForce === TIME_IN_FORCE.cls) return;
    if (timeInForce === TIME_IN_FORCE.opg && !edges.opens(s, row)) return;
    bar.open = toTicks(bars.open[row]!);
    bar.high = toTicks(bars.high[row]!);
    bar.low = toTicks(bars.low[row]!);
    bar.close = toTicks(bars.close[row]!);
    const atOnce = type === ORDER_TYPE.market || timeInForce >= TIME_IN_FORCE.ioc ||
      this.#isTriggered(order);
    const price = atOnce ? this.#rule.at(bar) : this.#reached(order, s, bars, row);
    if (price !== 0) this.#trade(order, s, bars, row, price);
    else if (type === ORDER_TYPE.trailing_stop) this.#parts.path.trail(order, bar.close);
  }

  /** A stop that has met its price before and waits for volume. */
  #isTriggered(order: number): boolean {
    return (this.#table.flags[order]! & ORDER_FLAG.triggered) !== 0 &&
      this.#table.type[order] !== ORDER_TYPE.stop_limit;
  }

  /** The price at which the bar reaches an order that waits for one, 0 when it does not. */
  #reached(order: number, s: number, bars: Bars, row: number): number {
    const table = this.#table, type = table.type[order]!, buys = table.quantity[order]! > 0;
    if (type === ORDER_TYPE.trailing_stop && table.stop[order] === 0) {
      this.#parts.path.trail(order, this.#closeBefore(s, bars, row));
    }
    const isLimit = restsAsLimit(table, order);
    const falls = buys === (isLimit || type === ORDER_TYPE.if_touched);
    return this.#rule.reached(
      this.#bar,
      isLimit ? table.limit[order]! : table.stop[order]!,
      falls,
      isLimit,
    );
  }

  #trade(order: number, s: number, bars: Bars, row: number, price: number): void {
    const table = this.#table, { auctions, intake } = this.#parts;
    const openTimeUs = bars.time[row]!, closeTimeUs = bars.closeTime[row]!;
    const isMoment = price === this.#rule.at(this.#bar);
    if (!isMoment && !intake.isAliveInside(order, openTimeUs, closeTimeUs)) return;
    this.#working.lift(order);
    if (isMoment) {
      const timeUs = this.#atClose ? closeTimeUs : openTimeUs;
      const wasLimit = restsAsLimit(table, order);
      const quantity = auctions.wanted(order, s, price, this.#books.ledger.equity());
      auctions.trade(order, s, quantity, price, openTimeUs, timeUs);
      // A stop-limit order that the open has made a limit order is held against the bar as one.
      if (!wasLimit && isWorking(table.state[order]!) && restsAsLimit(table, order)) {
        const again = this.#atClose ? 0 : this.#reached(order, s, bars, row);
        if (again !== 0 && this.#working.has(order)) this.#trade(order, s, bars, row, again);
      }
      return;
    }
    // A stop-limit order that the price has left behind rests: whether it came back within the bar is not known.
    this.#parts.path.tradeInside(order, s, price, closeTimeUs);
  }
}
