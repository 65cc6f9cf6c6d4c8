/**
 * The paper exchange: the simulated venue with an account of its own, behind what a broker offers. It knows orders by client id, numbers its
 * reports, and keeps a ledger that whoever trades on it can be compared with. No sockets: the server beside it gives it some.
 *
 * Time is that of the market: it stands still until `advance` brings the next instant of the bars.
 *
 * @module
 */

import { formatDecimal, parseDecimal } from "../../../core/mod.ts";
import { correct, Engine, type EngineSpec } from "../../../engine/mod.ts";
import { type Bars, PRICE_DIGITS } from "../../../market/mod.ts";
import {
  type BrokerAccount,
  type BrokerOrder,
  type Execution,
  type OrderRequest,
  type RefusalCode,
  type ReplaceRequest,
  type RequestResult,
  TERM,
  VERB,
} from "../../../protocols/mod.ts";
import { isWorking, ORDER_REASON_NAMES, ORDER_STATE_NAMES } from "../../../trading/mod.ts";
import {
  accountOf,
  type ExchangeLedger,
  type HeldPosition,
  positionsOf,
  totalsOf,
} from "./books.ts";
import { Executions } from "./executions.ts";
import type { Faults } from "./faults.ts";
import { orderTerms, unitsOf } from "./order_terms.ts";
import { type ExchangeOrder, OrderNames, ownerOf } from "./order_names.ts";
import { MAX_REPORTS, ReportLog } from "./report_log.ts";

/** What an exchange is made from: the engine's spec and the market of a run. Limits of risk are not the exchange's. */
export interface ExchangeParts {
  readonly accountId: string;
  readonly spec: EngineSpec;
  readonly bars: readonly Bars[];
  /** Merge plan entries, null for a single series. */
  readonly plan: Uint16Array | null;
  readonly steps: number;
  /** Just before the first bar, microseconds UTC. */
  readonly startUs: number;
  readonly isSynthetic: boolean;
  readonly period: string;
  readonly faults: Faults;
}

/** An exchange with one account. */
export class PaperExchange {
  readonly parts: ExchangeParts;
  readonly engine: Engine;
  readonly log = new ReportLog();
  readonly names = new OrderNames();
  /** True when the account may not trade. */
  isBlocked = false;
  readonly #executions: Executions;
  readonly #seriesOf: ReadonlyMap<string, number>;
  readonly #submitsSeen = new Map<string, number>();
  /** Look-ups that an order does not answer yet. */
  readonly #hidden = new Map<string, number>();
  #fillsTold = 0;
  #endsTold = 0;

  constructor(parts: ExchangeParts) {
    const { risk: _risk, ...spec } = parts.spec;
    this.parts = parts;
    this.engine = new Engine(spec, parts.bars, parts.plan, null);
    this.engine.moveTo(parts.startUs);
    this.#seriesOf = new Map(spec.instruments.map(({ symbol }, s) => [symbol, s]));
    this.#executions = new Executions(this.engine, spec.instruments, this.names);
  }

  /** Instants that have happened. */
  get steps(): number {
    return this.engine.step + 1;
  }

  /** Time of the market, microseconds UTC. */
  get nowUs(): number {
    return this.engine.nowUs;
  }

  /** Brings the next instant: fills, ends and their reports. Returns false when there is none left. */
  advance(): boolean {
    if (this.steps >= this.parts.steps) {
      this.log.release(Infinity);
      return false;
    }
    this.engine.advance();
    this.log.release(this.engine.step);
    this.#tell();
    return true;
  }

  /** Takes an order. One whose client id is known is that order: its first answer is given again, and nothing changes. */
  submit(request: OrderRequest): RequestResult {
    const { clientId, symbol } = request;
    this.#submitsSeen.set(clientId, (this.#submitsSeen.get(clientId) ?? 0) + 1);
    const known = this.names.byClient(clientId);
    if (known !== undefined) return { outcome: "confirmed", brokerId: known.brokerId };
    const s = this.#seriesOf.get(symbol);
    if (s === undefined) {
      return refused(
        "invalid_order",
        `no symbol ${JSON.stringify(symbol)}; known are ${[...this.#seriesOf.keys()].join(", ")}`,
      );
    }
    if (this.isBlocked) return refused("account_blocked", "the account may not trade");
    if (this.log.last >= MAX_REPORTS) {
      return refused("account_blocked", `the log is full after ${MAX_REPORTS} reports`);
    }
    const terms = orderTerms(request, this.parts.spec.instruments[s]!);
    if (typeof terms === "string") return refused("invalid_order", terms);
    if (this.engine.rows[s]! < 0) return refused("no_quote", `${symbol} has not traded yet`);
    const { type, timeInForce, flags, quantity, limit, stop } = terms;
    let row: number;
    try {
      for (const [kind, value] of terms.terms) this.engine.term(kind, value);
      row = this.engine.request(VERB.order, s, type, timeInForce, flags, quantity, limit, stop);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return refused("invalid_order", `${request.type} ${request.timeInForce}: ${error.message}`);
    }
    const { orders } = this.engine;
    if (!isWorking(orders.state[row]!)) {
      this.#endsTold = orders.ended.length;
      return refused("order_rejected", ORDER_REASON_NAMES[orders.reason[row]!]!);
    }
    const order = this.names.add(row, request, this.nowUs);
    this.#report({ kind: "acknowledged", ...ownerOf(order), timeUs: this.nowUs, reason: "" });
    return { outcome: "confirmed", brokerId: order.brokerId };
  }

  /** Cancels what is left of an order. */
  cancel(clientId: string): RequestResult {
    const order = this.names.byClient(clientId);
    if (order === undefined) return unknownOrder(clientId);
    if (!this.#works(order)) return this.#over("cancel", order);
    const { engine } = this, s = engine.orders.series[order.row]!;
    engine.request(VERB.cancel, s, 0, 0, 0, order.row, 0, 0);
    this.#tell();
    return { outcome: "confirmed", brokerId: order.brokerId };
  }

  /** Gives an order new terms and a new name. */
  replace(request: ReplaceRequest): RequestResult {
    const { clientId, newClientId, quantity, limitPrice, stopPrice } = request;
    const order = this.names.byClient(clientId), known = this.names.byClient(newClientId);
    if (order === undefined) return unknownOrder(clientId);
    if (known !== undefined) {
      return order.replacedBy === newClientId
        ? { outcome: "confirmed", brokerId: known.brokerId }
        : refused("invalid_order", `client id ${newClientId} is another order's`);
    }
    if (!this.#works(order)) return this.#over("replace", order);
    const { engine } = this, { orders } = engine, { row } = order;
    const s = orders.series[row]!, sign = orders.quantity[row]! < 0 ? -1 : 1;
    const successor: OrderRequest = {
      ...order.request,
      clientId: newClientId,
      quantity: quantity ?? order.request.quantity,
      ...(limitPrice === undefined ? {} : { limitPrice }),
      ...(stopPrice === undefined ? {} : { stopPrice }),
    };
    const instrument = this.parts.spec.instruments[s]!, terms = orderTerms(successor, instrument);
    if (typeof terms === "string") return refused("invalid_order", terms);
    const units = quantity === undefined ? 0 : sign * unitsOf(quantity, instrument);
    if (units !== 0 && Math.abs(units) <= Math.abs(orders.filled[row]!)) {
      return refused("invalid_order", `${quantity} shares in all are filled already`);
    }
    try {
      engine.term(TERM.row, row);
      engine.request(
        VERB.amend,
        s,
        0,
        0,
        0,
        units,
        limitPrice === undefined ? 0 : terms.limit,
        stopPrice === undefined ? 0 : terms.stop,
      );
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return refused("invalid_order", error.message);
    }
    const filled = orders.filled[row]!;
    const next = this.names.replace(order, successor, filled, this.nowUs);
    this.#report({
      kind: "replaced",
      clientId,
      newClientId,
      brokerId: order.brokerId,
      newBrokerId: next.brokerId,
      quantity: successor.quantity,
      limitPrice: successor.limitPrice ?? null,
      stopPrice: successor.stopPrice ?? null,
      timeUs: this.nowUs,
    });
    return { outcome: "confirmed", brokerId: next.brokerId };
  }

  /** Lets the next look-ups of an order find nothing. */
  hide(clientId: string, lookups: number): void {
    this.#hidden.set(clientId, lookups);
  }

  /** Returns an order, null for one that the exchange does not have. */
  orderByClientId(clientId: string): BrokerOrder | null {
    const hidden = this.#hidden.get(clientId) ?? 0;
    if (hidden > 0) {
      this.#hidden.set(clientId, hidden - 1);
      return null;
    }
    const order = this.names.byClient(clientId);
    return order === undefined ? null : this.#shown(order);
  }

  /** Returns all orders that work. */
  openOrders(): BrokerOrder[] {
    return this.names.all().filter((order) =>
      this.#works(order) && (this.#hidden.get(order.request.clientId) ?? 0) === 0
    ).map((order) => this.#shown(order));
  }

  /** Returns executions at or after a time, oldest first. */
  executionsSince(timeUs: number): Execution[] {
    return this.#executions.all().filter((each) =>
      each.timeUs >= timeUs && (this.#hidden.get(each.clientId) ?? 0) === 0
    ).sort((a, b) => a.timeUs - b.timeUs);
  }

  /** Returns what is held. */
  positions(): HeldPosition[] {
    return positionsOf(this.engine, this.parts.spec.instruments);
  }

  /** Returns the account. */
  account(): BrokerAccount {
    const { engine, isBlocked, parts } = this, { accountId, spec } = parts;
    return accountOf(engine, { accountId, isBlocked, canShort: spec.rights.short });
  }

  /** Returns the exchange's own books. */
  ledger(): ExchangeLedger {
    return {
      ...totalsOf(this.engine),
      positions: this.positions(),
      executions: this.#executions.all(),
      submitsSeen: Object.fromEntries(this.#submitsSeen),
    };
  }

  /**
   * Breaks a trade (`quantity` "0") or restates it. Returns false for an execution that cannot be: an unknown one, one that was told in
   * parts, or one of a symbol that is no longer listed.
   *
   * @throws {SandbarError} `number_range` for text that is no decimal.
   */
  restate(executionId: string, quantity: string, price: string): boolean {
    const row = this.#executions.fillOf(executionId), { engine, parts } = this;
    if (row === -1) return false;
    const { instruments } = parts.spec,
      instrument = instruments[engine.orders.series[engine.fills.order[row]!]!]!;
    const sign = engine.fills.quantity[row]! < 0 ? -1 : 1;
    const units = sign * unitsOf(quantity, instrument);
    if (!correct(engine, instruments, row, units, parseDecimal(price, PRICE_DIGITS))) return false;
    const execution = this.#executions.restated(executionId);
    this.#report({ kind: "corrected", executionId, execution });
    return true;
  }

  #shown(order: ExchangeOrder): BrokerOrder {
    const { orders } = this.engine, { row, request, replacedBy } = order;
    const { quantityDigits } = this.parts.spec.instruments[orders.series[row]!]!;
    const filled = Math.abs(replacedBy === null ? orders.filled[row]! : order.filledThen);
    return {
      ...ownerOf(order),
      symbol: request.symbol,
      side: request.side,
      quantity: request.quantity,
      filledQuantity: formatDecimal(filled, quantityDigits),
      averagePrice: this.#executions.averagePrice(row),
      type: request.type,
      timeInForce: request.timeInForce,
      limitPrice: request.limitPrice ?? null,
      stopPrice: request.stopPrice ?? null,
      status: this.#status(order, filled),
      createdUs: order.createdUs,
      replacedBy,
    };
  }

  #status({ row, replacedBy }: ExchangeOrder, filled: number): BrokerOrder["status"] {
    if (replacedBy !== null) return "replaced";
    const state = ORDER_STATE_NAMES[this.engine.orders.state[row]!]!;
    switch (state) {
      case "filled":
      case "cancelled":
      case "rejected":
      case "expired":
        return state;
      default:
        return filled === 0 ? "accepted" : "partially_filled";
    }
  }

  #works({ row, replacedBy }: ExchangeOrder): boolean {
    return replacedBy === null && isWorking(this.engine.orders.state[row]!);
  }

  #over(verb: string, order: ExchangeOrder): RequestResult {
    const status = this.#status(order, order.filledThen);
    return refused("invalid_transition", `cannot ${verb} order in ${status.toUpperCase()} state`);
  }

  /** Tells what the engine has done since the last time: first the fills, then the orders that ended without one. */
  #tell(): void {
    const { engine } = this, { orders, fills } = engine;
    for (; this.#fillsTold < fills.length; this.#fillsTold++) {
      const row = this.#fillsTold, order = fills.order[row]!;
      const fault = this.parts.faults.forReport("fill");
      const told = this.#executions.add(row, fault?.kind === "partial");
      const isLast = orders.fill[order] === row && !isWorking(orders.state[order]!) &&
        ORDER_STATE_NAMES[orders.state[order]!] === "filled";
      told.forEach((execution, k) => {
        const completes = isLast && k === told.length - 1;
        this.log.add({ kind: "fill", execution, completes }, k === 0 ? fault : null, engine.step);
      });
    }
    for (; this.#endsTold < orders.ended.length; this.#endsTold++) {
      const row = orders.ended.row(this.#endsTold), order = this.names.byRow(row);
      const kind = ORDER_STATE_NAMES[orders.state[row]!]!;
      if (order === undefined) continue;
      if (kind !== "cancelled" && kind !== "rejected" && kind !== "expired") continue;
      const reason = ORDER_REASON_NAMES[orders.reason[row]!]!;
      this.#report({ kind, ...ownerOf(order), timeUs: orders.endedUs[row]!, reason });
    }
  }

  #report(report: Parameters<ReportLog["add"]>[0]): void {
    this.log.add(report, this.parts.faults.forReport(report.kind), this.engine.step);
  }
}

function refused(code: RefusalCode, message: string): RequestResult {
  return { outcome: "refused", code, message };
}

function unknownOrder(clientId: string): RequestResult {
  return refused("unknown_order", `no order has the client id ${JSON.stringify(clientId)}`);
}
