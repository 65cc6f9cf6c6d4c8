/**
 * Tells what has happened in the books since the last time: fills, ends, refusals, positions, kills. It reads the books and changes nothing.
 *
 * @module
 */

import { formatDecimal, formatMoney } from "../core/mod.ts";
import type { Engine } from "../engine/mod.ts";
import type { EventBus, EventOrigin } from "../observe/mod.ts";
import { PRICE_DIGITS } from "../market/mod.ts";
import type { FeedFault } from "../protocols/mod.ts";
import {
  type KillCause,
  ORDER_REASON,
  ORDER_REASON_NAMES,
  ORDER_STATE,
  ORDER_STATE_NAMES,
  RISK_RULE_NAMES,
} from "../trading/mod.ts";
import type { OperatorCommand } from "./control/controlled.ts";
import type { LiveBook } from "./live_book.ts";
import { quantityText, sideOf } from "./order_text.ts";
import { fillFlow, recount } from "./recount.ts";
import type { OperatorState } from "./account_state.ts";
import type { TradingCore } from "./trading_core.ts";

/** How far each book has been told. */
interface Told {
  fills: number;
  ended: number;
  refusals: number;
  kills: number;
  /** Units of each series. */
  readonly positions: Float64Array;
  /** What the open position of each series has brought in so far, micro-units. */
  readonly flows: Float64Array;
}

/** Publishes the events of an account's books. */
export class BookEvents {
  readonly #core: TradingCore;
  readonly #bus: EventBus;
  readonly #told: readonly Told[];
  /** The cause of a kill that was told last: that of the account trips the switch of every book, and is told once. */
  #cause: KillCause | null = null;

  /** Starts at the present: what recovery has brought back was told when it happened. */
  constructor(core: TradingCore, bus: EventBus) {
    this.#core = core;
    this.#bus = bus;
    this.#told = core.books.map(({ engine }) => ({
      fills: engine.fills.length,
      ended: engine.orders.ended.length,
      refusals: engine.risk.refusals.length,
      kills: engine.risk.killCount,
      ...heldOf(engine),
    }));
  }

  /** Publishes what is new. */
  tell(): void {
    this.#core.books.forEach((book, k) => this.#tellBook(book, this.#core.ids[k]!, this.#told[k]!));
  }

  /** Publishes what the operator has done. */
  tellCommand(command: OperatorCommand, before: OperatorState): void {
    const { kind, who, why } = command, origin = this.#origin(this.#core.nowUs), bus = this.#bus;
    bus.publish("OPERATOR_COMMAND", { command: kind, who, why, outcome: "done:" }, origin);
    const after = this.#core.state;
    if (after !== before) bus.publish("ENGINE_STATE", { before, after, why }, origin);
    if (kind === "pause") bus.publish("ENGINE_PAUSE", { who, why }, origin);
    if (kind === "halt") bus.publish("ENGINE_HALTED", { who, why }, origin);
    if (kind === "resume") bus.publish("ENGINE_RESUME", { who, why }, origin);
    if (kind === "resume" && command.rearm === true) {
      bus.publish("KILL_SWITCH_REARMED", { who, why }, origin);
    }
  }

  /** Publishes what was wrong with what the feed brought. */
  tellFault(fault: FeedFault, timeUs: number): void {
    const origin = this.#origin(timeUs),
      symbolOf = (s: number): string => this.#core.market.bars[s]!.symbol;
    switch (fault.kind) {
      case "gap":
        this.#bus.publish("DATA_GAP_DETECTED", {
          symbol: symbolOf(fault.series),
          missing: fault.missing,
          untilUs: fault.toUs,
        }, origin);
        return;
      case "overflow":
        this.#bus.publish("DATA_ERROR", {
          symbol: "",
          message: `${fault.refused} bars were refused, because more came than could be taken`,
        }, origin);
        return;
      default:
        this.#bus.publish("DATA_ERROR", {
          symbol: symbolOf(fault.bar.series),
          message: fault.kind === "invalid" ? fault.reason : `a bar came ${fault.kind}`,
        }, origin);
    }
  }

  #tellBook(book: LiveBook, id: string, told: Told): void {
    const { engine } = book, { fills, orders, risk } = engine;
    for (; told.refusals < risk.refusals.length; told.refusals++) {
      this.#refusal(book, id, told.refusals);
    }
    for (; told.fills < fills.length; told.fills++) {
      this.#fill(book, id, told.fills, told);
    }
    // A split changes what is held without a fill.
    told.positions.set(engine.ledger.position);
    for (; told.ended < orders.ended.length; told.ended++) {
      this.#ended(book, id, orders.ended.row(told.ended));
    }
    for (; told.kills < risk.killCount; told.kills++) {
      const kill = risk.kills[told.kills];
      if (kill === undefined) continue;
      const cause = kill.causes.find(({ timeUs }) => timeUs === kill.timeUs) ?? kill.causes[0]!;
      const rule = RISK_RULE_NAMES[cause.rule]!;
      if (cause === this.#cause) continue;
      this.#cause = cause;
      this.#bus.publish("KILL_SWITCH_TRIGGERED", {
        rule,
        cause: cause.reason === ""
          ? `${rule}: ${cause.measured.toFixed(2)}% (limit: ${cause.limit}%)`
          : `${rule}: ${cause.reason}`,
        measured: cause.measured,
        limit: cause.limit,
      }, this.#origin(kill.timeUs));
    }
  }

  #refusal(book: LiveBook, id: string, at: number): void {
    const { engine } = book, { refusals } = engine.risk, row = refusals.order[at]!;
    const rule = RISK_RULE_NAMES[refusals.rule[at]!]!;
    this.#bus.publish("RISK_REFUSED", {
      strategy: id,
      symbol: engine.series[engine.orders.series[row]!]!.symbol,
      intent: `${sideOf(engine, row)} ${quantityText(engine, row)}`,
      rule,
      cause: rule,
      measured: refusals.measured[at]!,
      limit: refusals.limit[at]!,
    }, this.#origin(engine.nowUs, `${id}-${row}`));
  }

  #fill(book: LiveBook, id: string, fill: number, { positions, flows }: Told): void {
    const { engine } = book, { fills, orders, ledger } = engine, row = fills.order[fill]!;
    const s = orders.series[row]!, units = fills.quantity[fill]!, scale = ledger.unitsPerShare[s]!;
    const digits = scale === 1 ? 0 : 6, symbol = engine.series[s]!.symbol;
    const price = formatDecimal(fills.price[fill]!, PRICE_DIGITS, 2);
    const origin = this.#origin(fills.timeUs[fill]!, `${id}-${row}`);
    this.#bus.publish("TRADE_FILLED", {
      strategy: id,
      symbol,
      side: units > 0 ? "buy" : "sell",
      quantity: formatDecimal(Math.abs(units), digits),
      price,
      commission: formatDecimal(fills.commission[fill]!, 6, 2),
      fee: formatDecimal(fills.fee[fill]!, 6, 2),
      remaining: "0",
      clientId: `${id}-${row}`,
      executionId: `${id}-${fill}`,
    }, origin);
    const before = positions[s]!, after = before + units;
    positions[s] = after;
    flows[s] = (before === 0 ? 0 : flows[s]!) + fillFlow(engine, fill);
    if (before === 0 && after !== 0) {
      const quantity = formatDecimal(after, digits);
      this.#bus.publish("POSITION_OPENED", { strategy: id, symbol, quantity, price }, origin);
    } else if (after === 0 && before !== 0) {
      const profit = formatMoney(flows[s]!);
      this.#bus.publish("POSITION_CLOSED", { strategy: id, symbol, price, profit }, {
        ...origin,
        isRaised: flows[s]! < 0,
      });
    }
  }

  #ended(book: LiveBook, id: string, row: number): void {
    const { engine } = book, { orders } = engine, state = orders.state[row]!;
    if (state === ORDER_STATE.filled) return;
    const s = orders.series[row]!, symbol = engine.series[s]!.symbol, clientId = `${id}-${row}`;
    const reason = orders.reason[row] === ORDER_REASON.none
      ? null
      : ORDER_REASON_NAMES[orders.reason[row]!]!;
    const origin = this.#origin(orders.endedUs[row]!, clientId),
      quantity = quantityText(engine, row);
    if (state === ORDER_STATE.rejected) {
      // A refusal by a rule of risk has an event of its own.
      if (reason === "risk_refused" || reason === "kill_switch") return;
      this.#bus.publish("TRADE_REJECTED", {
        strategy: id,
        symbol,
        side: sideOf(engine, row),
        quantity,
        reason: reason ?? "unknown",
        clientId,
      }, origin);
      return;
    }
    this.#bus.publish("TRADE_CANCELLED", {
      strategy: id,
      symbol,
      state: ORDER_STATE_NAMES[state]!,
      quantity,
      filled: formatDecimal(
        Math.abs(orders.filled[row]!),
        engine.ledger.unitsPerShare[s] === 1 ? 0 : 6,
      ),
      reason,
      clientId,
    }, origin);
  }

  #origin(timeUs: number, correlationId: string | null = null): EventOrigin {
    return { timeUs, source: "book", correlationId };
  }
}

function heldOf(engine: Engine): Pick<Told, "positions" | "flows"> {
  return { positions: engine.ledger.position.slice(), flows: recount(engine).flows };
}
