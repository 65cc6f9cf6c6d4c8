/**
 * What a broker says, applied to the books of an account: from the journal, in a running session and in recovery alike.
 *
 * @module
 */

import { parseDecimal, SandbarError, unreachable } from "../../core/mod.ts";
import {
  correct,
  type Engine,
  reportFill,
  reportOrder,
  reportReplaced,
  sizeOrder,
} from "../../engine/mod.ts";
import type { Execution } from "../../protocols/mod.ts";
import {
  isWorking,
  ORDER_COMMAND,
  ORDER_REASON,
  ORDER_REPORT,
  ORDER_STATE,
} from "../../trading/mod.ts";
import type { DispatchReport } from "./dispatch_news.ts";
import type { DispatchRecord } from "./dispatch_records.ts";
import type { LiveBook } from "./live_book.ts";
import type { OrderNames } from "./order_names.ts";

/** Lifecycle report of each kind that carries nothing else. */
const PLAIN = {
  acknowledged: ORDER_REPORT.acknowledged,
  rejected: ORDER_REPORT.rejected,
  cancelled: ORDER_REPORT.cancelled,
  expired: ORDER_REPORT.expired,
  suspended: ORDER_REPORT.suspended,
  resumed: ORDER_REPORT.resumed,
  cancel_refused: ORDER_REPORT.cancel_refused,
  replace_refused: ORDER_REPORT.replace_refused,
  absent: ORDER_REPORT.absent,
} as const;

/** Applies what a broker says to books. */
export class BrokerReports {
  /** Reports of orders that are not of this session. */
  foreign = 0;
  readonly #books: readonly LiveBook[];
  readonly #names: OrderNames;

  constructor(books: readonly LiveBook[], names: OrderNames) {
    this.#books = books;
    this.#names = names;
  }

  /** A request is about to be sent, or has its answer. */
  dispatch(record: DispatchRecord): void {
    if (record.step === "answer") return;
    const found = this.#find(record.clientId);
    if (found === null) return;
    const { book, row } = found, { engine } = book, remote = engine.book.remote!;
    switch (record.request) {
      case "submit": {
        const { side, quantity } = record.order, units = unitsOf(engine, row, quantity);
        sizeOrder(engine, row, side === "buy" ? units : -units);
        engine.book.command(row, ORDER_COMMAND.send, ORDER_REASON.none, engine.nowUs);
        return engine.book.dropSent();
      }
      case "cancel":
        return remote.cancels.drop(row);
      case "replace":
        return remote.replaces.drop(row);
    }
  }

  /** Whether a report tells what is not known: a broker tells all again when the link comes back. */
  isNews(report: DispatchReport): boolean {
    if (report.kind === "fill") {
      const { executionId } = report.execution;
      return !this.#books.some((book) => book.executions.has(executionId));
    }
    if (report.kind === "corrected" || report.kind === "charged") return true;
    const found = this.#find(report.clientId);
    if (found === null) return true;
    const { state } = found.book.engine.orders, now = state[found.row]!;
    if (report.kind === "acknowledged") {
      return now === ORDER_STATE.submitted || now === ORDER_STATE.unknown ||
        now === ORDER_STATE.never_received;
    }
    if (report.kind === "replaced") {
      // Told before: the order has had that name since.
      const next = this.#names.find(report.newClientId);
      return next === null ||
        next.generation > found.book.engine.book.remote!.generation.get(found.row);
    }
    return isWorking(now);
  }

  /** A report. Returns the number of the book that it has changed, -1 when it is of none. */
  report(report: DispatchReport): number {
    switch (report.kind) {
      case "fill":
        return this.#fill(report.execution);
      case "corrected":
        return this.#correct(report.executionId, report.execution);
      case "charged":
        return this.#charge(report.executionId, report.commission, report.fee);
      default: {
        const found = this.#find(report.clientId);
        if (found === null) {
          this.foreign++;
          return -1;
        }
        this.#plain(found.book, found.row, report);
        return found.strategy;
      }
    }
  }

  #plain(
    book: LiveBook,
    row: number,
    report: Exclude<DispatchReport, { readonly kind: "fill" | "corrected" | "charged" }>,
  ): void {
    const { engine } = book, { kind, timeUs } = report;
    switch (kind) {
      case "unanswered":
        engine.book.command(row, ORDER_COMMAND.time_out, ORDER_REASON.none, timeUs);
        return;
      case "replaced":
        return reportReplaced(engine, row, timeUs);
      case "rejected":
        reportOrder(engine, row, PLAIN.rejected, ORDER_REASON.venue_rejected, timeUs);
        return;
      case "expired":
        reportOrder(engine, row, PLAIN.expired, ORDER_REASON.time_ended, timeUs);
        return;
      case "cancelled":
        // One that was never sent: there is nothing to ask the broker for.
        if (engine.orders.state[row] === ORDER_STATE.pending) {
          engine.book.cancel(row, ORDER_REASON.below_min_size, timeUs);
          engine.linked.afterEnd(row, timeUs);
          return engine.book.dropSent();
        }
        reportOrder(engine, row, PLAIN.cancelled, ORDER_REASON.none, timeUs);
        return;
      case "acknowledged":
      case "suspended":
      case "resumed":
      case "cancel_refused":
      case "replace_refused":
      case "absent":
        reportOrder(engine, row, PLAIN[kind], ORDER_REASON.none, timeUs);
        return;
      default:
        return unreachable(kind);
    }
  }

  #fill(execution: Execution): number {
    const found = this.#find(execution.clientId);
    if (found === null) {
      this.foreign++;
      return -1;
    }
    const { book, row, strategy } = found, { engine } = book, { executionId, side } = execution;
    // Told again it is the same fill.
    if (book.executions.has(executionId)) return -1;
    const units = unitsOf(engine, row, execution.quantity);
    const fill = reportFill(
      engine,
      row,
      side === "buy" ? units : -units,
      parseDecimal(execution.price, 6),
      parseDecimal(execution.commission ?? "0", 6),
      parseDecimal(execution.fee ?? "0", 6),
      execution.timeUs,
    );
    book.executions.set(executionId, fill);
    return strategy;
  }

  #correct(executionId: string, execution: Execution): number {
    const strategy = this.#books.findIndex((book) => book.executions.has(executionId));
    if (strategy === -1) {
      this.foreign++;
      return -1;
    }
    const book = this.#books[strategy]!,
      { engine } = book,
      fill = book.executions.get(executionId)!;
    const units = unitsOf(engine, engine.fills.order[fill]!, execution.quantity);
    // Adding 0 makes a zero of -0, which a broken sale leaves.
    const signed = (engine.fills.quantity[fill]! < 0 ? -units : units) + 0;
    correct(engine, book.instruments, fill, signed, parseDecimal(execution.price, 6));
    book.noteCorrection(fill);
    return strategy;
  }

  /** Charges that come after their execution: the same execution with its costs. */
  #charge(executionId: string, commission: string, fee: string): number {
    const strategy = this.#books.findIndex((book) => book.executions.has(executionId));
    if (strategy === -1) return -1;
    const book = this.#books[strategy]!, fill = book.executions.get(executionId)!;
    book.engine.ledger.charge(parseDecimal(commission, 6), parseDecimal(fee, 6));
    book.engine.fills.commission[fill]! += parseDecimal(commission, 6);
    book.engine.fills.fee[fill]! += parseDecimal(fee, 6);
    book.noteCorrection(fill);
    return strategy;
  }

  #find(clientId: string): { book: LiveBook; row: number; strategy: number } | null {
    const found = this.#names.find(clientId);
    if (found === null) return null;
    const { strategy, row } = found, book = this.#books[strategy]!;
    if (row >= book.engine.orders.length) {
      throw new SandbarError(
        "journal_corrupt",
        `Cannot apply a report of order ${clientId}: the book has ${book.engine.orders.length} orders; run deno task doctor`,
      );
    }
    return { book, row, strategy };
  }
}

function unitsOf(engine: Engine, row: number, quantity: string): number {
  const perShare = engine.ledger.unitsPerShare[engine.orders.series[row]!]!;
  return parseDecimal(quantity, perShare === 1 ? 0 : 6);
}
