/**
 * A dispatcher before a paper exchange, with a real order book behind it: what is reported moves the book as it does in a session.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { DispatchEvent, DispatchReport } from "../../../../lib/live/account/dispatch_news.ts";
import { Dispatcher, type DispatchOutcome } from "../../../../lib/live/broker/dispatch/mod.ts";
import { decodeJsonPayload } from "../../../../lib/live/account/records.ts";
import type { OrderRequest } from "../../../../lib/protocols/mod.ts";
import {
  ORDER_COMMAND,
  ORDER_REASON,
  ORDER_REPORT,
  ORDER_STATE_NAMES,
  OrderBook,
  OrderIds,
} from "../../../../lib/trading/mod.ts";
import { MemoryJournal } from "../../../support/memory_journal.ts";
import {
  type BenchOptions,
  type ExchangeBench,
  openExchange,
} from "../../../vendors/paper/exchange_bench.ts";

/** Turns of the event loop that a message may take. */
const MAX_TURNS = 20_000;

/** The defaults of the settings. */
export const RULES = { submitTimeoutMs: 10_000, unknownDeadlineSeconds: 30 };

/** A process that trades: dispatcher, journal, book. Several of them in turn trade on one exchange. */
export class Desk implements AsyncDisposable {
  readonly bench: ExchangeBench;
  readonly journal: MemoryJournal;
  readonly dispatcher: Dispatcher;
  readonly broker;
  readonly reports: DispatchReport[] = [];
  readonly events: DispatchEvent[] = [];
  readonly book = new OrderBook(2);
  readonly ids = new OrderIds();
  mayAct = true;

  constructor(bench: ExchangeBench, journal = new MemoryJournal()) {
    this.bench = bench;
    this.journal = journal;
    // The dispatcher's patience ends before the client's.
    const requestTimeoutMs = 2 * RULES.submitTimeoutMs;
    this.broker = bench.client({ requestTimeoutMs, heartbeatMs: 1e9, heartbeatDeadlineMs: 1e9 });
    this.dispatcher = new Dispatcher({
      broker: this.broker,
      journal,
      lease: { mayAct: () => this.mayAct },
      clock: bench.clock,
      rules: RULES,
      timeUs: () => bench.exchange.nowUs,
      report: (report) => this.#take(report),
      event: (event) => this.events.push(event),
    });
  }

  /** Makes an order of ten shares, far below the market or at it, in the book; the same again for a process that has restarted. */
  make(clientId: string, limitPrice?: string): OrderRequest {
    const { book } = this, row = book.add(0, 0, 0, 1, 0, 10, 0, 0, 0, 0, Infinity);
    this.ids.bindClient(row, clientId);
    book.command(row, ORDER_COMMAND.send, ORDER_REASON.none, 0);
    const plain = { clientId, symbol: "ACME", side: "buy", quantity: "10" } as const;
    return limitPrice === undefined
      ? { ...plain, type: "market", timeInForce: "gtc" }
      : { ...plain, type: "limit", timeInForce: "gtc", limitPrice };
  }

  /** State of an order in the book. */
  state(clientId: string): string {
    return ORDER_STATE_NAMES[this.book.table.state[this.ids.byClient(clientId)]!]!;
  }

  /** Kinds of the reports of an order, in order. */
  told(clientId: string): string[] {
    return this.reports.flatMap((report) => {
      const id = "clientId" in report
        ? report.clientId
        : "execution" in report
        ? report.execution.clientId
        : "";
      return id === clientId ? [report.kind] : [];
    });
  }

  /** What the journal has of dispatches, as `submit a-1 send`. */
  recorded(): string[] {
    return this.journal.records.map(({ payload }) => {
      const { step, request, clientId, answer } = decodeJsonPayload(payload);
      return `${request} ${clientId} ${answer ?? step}`;
    });
  }

  /** How often the exchange was asked to submit an order. */
  seen(clientId: string): number {
    return this.bench.exchange.ledger().submitsSeen[clientId] ?? 0;
  }

  /** Waits for what comes over the loopback interface by itself. */
  async until(isTrue: () => boolean): Promise<void> {
    for (let turns = 0; !isTrue(); turns++) {
      assert(turns < MAX_TURNS, `not so after ${MAX_TURNS} turns of the event loop`);
      await this.bench.clock.sleep(0);
    }
  }

  /** Waits until one more order request has arrived at the exchange. */
  async arrival(
    act: () => Promise<DispatchOutcome>,
  ): Promise<{ readonly outcome: Promise<DispatchOutcome> }> {
    const { server } = this.bench, before = server.orderRequests, outcome = act();
    await this.until(() => server.orderRequests > before);
    return { outcome };
  }

  /** Lets time pass in steps that leave sockets the time they need, until a promise is settled. */
  async pass<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    for (let steps = 0; !isSettled; steps++) {
      assert(steps < 2_000, "not settled within 500 seconds");
      await this.round();
      if (!isSettled) await this.bench.clock.advance(250_000);
    }
    return promise;
  }

  /** Lets a time pass in such steps. */
  async passSeconds(seconds: number): Promise<void> {
    for (let quarter = 0; quarter < seconds * 4; quarter++) {
      await this.round();
      await this.bench.clock.advance(250_000);
    }
    await this.round();
  }

  /** A round trip of its own: what was on the loopback interface before it has arrived. */
  async round(): Promise<void> {
    for (let k = 0; k < 3; k++) {
      const response = await fetch(this.bench.server.url + "/v1/ledger");
      await response.body?.cancel();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispatcher[Symbol.asyncDispose]();
    await this.broker[Symbol.asyncDispose]();
  }

  #take(report: DispatchReport): void {
    this.reports.push(report);
    const { book, ids } = this, timeUs = "timeUs" in report ? report.timeUs : 0;
    switch (report.kind) {
      case "unanswered": {
        const row = ids.byClient(report.clientId);
        book.command(row, ORDER_COMMAND.time_out, ORDER_REASON.none, timeUs);
        return;
      }
      case "fill": {
        const { executionId, clientId, quantity } = report.execution;
        const row = ids.byClient(clientId);
        if (row >= 0 && ids.bindExecution(executionId, 0)) {
          book.execute(row, Number(quantity), 0, report.execution.timeUs);
        }
        return;
      }
      case "corrected":
      case "charged":
      case "replaced":
        return;
      default: {
        const row = ids.byClient(report.clientId);
        if (row >= 0) book.report(row, ORDER_REPORT[report.kind], ORDER_REASON.none, timeUs);
      }
    }
  }
}

/** Starts an exchange whose market has prices, with a desk that is connected. */
export async function openDesk(
  options: BenchOptions = {},
): Promise<{ readonly desk: Desk } & AsyncDisposable> {
  const bench = openExchange(options), desk = new Desk(bench);
  bench.exchange.advance();
  await desk.broker.connect();
  return {
    desk,
    async [Symbol.asyncDispose](): Promise<void> {
      await desk[Symbol.asyncDispose]();
      await bench[Symbol.asyncDispose]();
    },
  };
}
