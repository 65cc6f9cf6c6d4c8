/**
 * The state of an account that trades, as a function of its journal: records go in, books change, nothing else happens. A running session and
 * the recovery of one apply the same records by the same code, so that a restart comes to the state that was left.
 *
 * No clock, no chance, no waiting.
 *
 * @module
 */

import { invariant, SandbarError, US_PER_DAY } from "../core/mod.ts";
import { cancelOrders } from "../engine/mod.ts";
import { type FeedBar, JOURNAL_KIND, type JournalRecord } from "../protocols/mod.ts";
import type { ReconcilePlan } from "../trading/host_door.ts";
import { ENGINE_STATE, type EngineStateName, ORDER_REASON } from "../trading/mod.ts";
import { AccountRisk } from "./account_risk.ts";
import {
  type AccountTerms,
  type CoreStrategy,
  HOLD_TEXTS,
  type OperatorFields,
  type OperatorState,
  type StrategyStanding,
} from "./account_state.ts";
import { assignmentOf } from "./assignment.ts";
import { decodeSaved } from "./book_base.ts";
import { BrokerReports } from "./broker_reports.ts";
import type { OperatorCommand } from "./control/controlled.ts";
import type { DispatchRecord, DispatchReport } from "./dispatch/mod.ts";
import { LiveBook } from "./live_book.ts";
import type { LiveMarket } from "./live_market.ts";
import { reportOf } from "./reconcile/mod.ts";
import {
  decodeBars,
  decodeIntents,
  decodeJsonPayload,
  decodeQuote,
  type FeedQuote,
} from "./records.ts";
import { Unassigned } from "./unassigned.ts";

/** An account. */
export class TradingCore {
  readonly market: LiveMarket;
  readonly ids: readonly string[];
  readonly books: readonly LiveBook[];
  readonly standings: readonly StrategyStanding[];
  state: OperatorState = "ready";
  /** Why it is held back; empty when it is ready. */
  why = "";
  /** What holds back what adds risk, such as late bars or a lost link. */
  readonly #holds = new Set<string>();
  /** Equity at the last close of the day before, micro-units. */
  dayStart: number;
  #day = -1;
  /** True once a recorded feed has ended and the books are closed. */
  isFinished = false;
  /** Quotes since the last bars. */
  quotes = 0;

  /** What no strategy owns, by symbol; of an account at a broker. */
  readonly unassigned: Unassigned = new Unassigned();
  /** Symbols that take no risk until a reconciliation agrees. */
  frozen: readonly string[] = [];
  /** Why nothing takes risk until a reconciliation agrees; empty while everything may. */
  unreconciled = "";
  readonly #reports: BrokerReports | null;
  /** Limits of the account as a whole, null without. */
  readonly risk: AccountRisk | null;

  constructor(
    market: LiveMarket,
    strategies: readonly CoreStrategy[],
    { names, limits }: AccountTerms,
  ) {
    this.market = market;
    this.ids = strategies.map(({ id }) => id);
    this.books = strategies.map(({ spec }) => new LiveBook(spec, market));
    this.standings = strategies.map(() => ({ restarts: 0, quarantined: "", isFull: false }));
    this.#reports = names === null ? null : new BrokerReports(this.books, names);
    this.dayStart = this.equity();
    this.risk = limits === undefined ? null : new AccountRisk(limits, {
      engines: this.books.map(({ engine }) => engine),
      unassigned: this.unassigned,
      equity: () => this.equity(),
      lastPrice: (symbol) => this.lastPrice(symbol),
    }, market.sessions[market.sessionsOf[0]!]!);
  }

  /** Engine time: that of the newest market data or tick, microseconds UTC. */
  get nowUs(): number {
    return this.books.reduce((most, { engine }) => Math.max(most, engine.nowUs), 0);
  }

  /** What is neither in the market nor in the books. */
  operatorFields(): OperatorFields {
    const { state, why, frozen, unreconciled, isFinished, dayStart } = this;
    const unassigned = this.unassigned.state();
    return {
      state,
      why,
      holds: [...this.#holds],
      frozen,
      unreconciled,
      unassigned,
      risk: this.risk?.state() ?? null,
      isFinished,
      quotes: this.quotes,
      dayStart,
      day: this.#day,
    };
  }

  /** Takes it back; the books are restored apart. */
  restoreOperator(fields: OperatorFields): void {
    this.state = fields.state;
    this.why = fields.why;
    for (const cause of fields.holds) this.#holds.add(cause);
    this.frozen = fields.frozen;
    this.unreconciled = fields.unreconciled;
    this.unassigned.restore(fields.unassigned);
    if (fields.risk !== null) this.risk?.restore(fields.risk);
    this.isFinished = fields.isFinished;
    this.quotes = fields.quotes;
    this.dayStart = fields.dayStart;
    this.#day = fields.day;
  }

  /** Whether a cause holds back what adds risk. */
  isHeldBy(cause: string): boolean {
    return this.#holds.has(cause);
  }

  /** Whether a report tells what is not in the books yet. */
  isNews(report: DispatchReport): boolean {
    return this.#reports?.isNews(report) ?? false;
  }

  /** Equity of the account, micro-units. */
  equity(): number {
    return this.books.reduce((sum, { engine }) => sum + engine.equity(), this.#restEquity());
  }

  #restEquity(): number {
    return this.unassigned.equity((symbol) => this.lastPrice(symbol));
  }

  /** Cash of the account, micro-units. */
  cash(): number {
    return this.books.reduce((sum, { engine }) => sum + engine.ledger.cash, this.unassigned.cash);
  }

  /** Last price of a symbol in ticks, 0 for one without. */
  lastPrice(symbol: string): number {
    const s = this.market.bars.findIndex((bars) => bars.symbol === symbol);
    return s === -1 ? 0 : this.books[0]!.engine.lastPrice(s);
  }

  /** What holds the account back as a whole, and why. */
  standing(): { readonly state: EngineStateName; readonly why: string } {
    // Not the account itself, which a view would show whole.
    if (this.state !== "ready") return { state: this.state, why: this.why };
    if (this.unreconciled !== "") return { state: "degraded", why: this.unreconciled };
    if (this.#holds.size === 0) return { state: "ready", why: "" };
    return {
      state: "degraded",
      why: [...this.#holds].map((cause) => HOLD_TEXTS[cause] ?? cause).join(", "),
    };
  }

  /**
   * Applies a record.
   *
   * @throws {ReplayError} When intents cannot be applied; the record must not be journaled then.
   * @throws {SandbarError} `journal_corrupt` on a record of another form.
   */
  apply(record: Pick<JournalRecord, "kind" | "payload">): void {
    const { kind, payload } = record;
    switch (kind) {
      case JOURNAL_KIND.bars:
        return this.#bars(decodeBars(payload));
      case JOURNAL_KIND.quote:
        return this.#quote(decodeQuote(payload));
      case JOURNAL_KIND.intents: {
        const { strategy, rows, count } = decodeIntents(payload);
        return this.#bookOf(strategy).apply(rows, count);
      }
      case JOURNAL_KIND.command:
        return this.#command(decodeJsonPayload(payload));
      case JOURNAL_KIND.strategy:
        return this.#strategy(decodeJsonPayload(payload));
      case JOURNAL_KIND.saved: {
        const { strategy, saveVersion, child } = decodeSaved(payload);
        this.#bookOf(strategy).rebase({ child, saveVersion, isNew: false });
        return this.#setFull(strategy, false);
      }
      case JOURNAL_KIND.dispatch:
        return this.#reports?.dispatch(decodeJsonPayload(payload) as unknown as DispatchRecord);
      case JOURNAL_KIND.report:
        this.#report(decodeJsonPayload(payload) as unknown as DispatchReport);
        return this.#judge();
      case JOURNAL_KIND.correction:
        return this.#correct(decodeJsonPayload(payload) as unknown as ReconcilePlan);
      case JOURNAL_KIND.stop:
        return this.#stop(decodeJsonPayload(payload));
      default:
        // Starts, requests under way and the like tell of the process, not of the account.
        return;
    }
  }

  /** A quote between two bars: it fills what it reaches, and prices what is held for the limits. */
  #quote({ series, bid, ask, bidSize, askSize, timeUs }: FeedQuote): void {
    this.#beginDay(timeUs);
    this.quotes++;
    // Where bars price everything a quote is only passed over.
    const books = this.books.filter(({ engine }) => engine.quotes !== null);
    this.risk?.begin(timeUs);
    for (const { engine } of books) engine.quote(series, bid, ask, bidSize, askSize, timeUs);
    this.risk?.judge(this.nowUs);
    for (const book of books) book.tell(timeUs);
  }

  #beginDay(timeUs: number): void {
    const day = Math.floor(timeUs / US_PER_DAY);
    if (day === this.#day) return;
    this.#day = day;
    this.dayStart = this.equity();
  }

  #bars(instant: readonly FeedBar[]): void {
    this.#beginDay(instant[0]!.timeUs);
    this.quotes = 0;
    this.risk?.begin(instant[0]!.closeUs);
    this.market.append(instant);
    for (const book of this.books) book.advance();
    this.risk?.judge(this.nowUs);
    for (const book of this.books) book.collect();
  }

  #bookOf(strategy: unknown): LiveBook {
    const book = this.books[strategy as number];
    if (book !== undefined) return book;
    throw new SandbarError(
      "journal_corrupt",
      `Cannot read a record of the journal: it is of strategy number ${strategy}, and there are ${this.books.length}`,
    );
  }

  #report(report: DispatchReport): void {
    const strategy = this.#reports?.report(report) ?? -1;
    if (strategy === -1) return;
    const timeUs = report.kind === "charged"
      ? 0
      : report.kind === "fill" || report.kind === "corrected"
      ? report.execution.timeUs
      : report.timeUs;
    this.books[strategy]!.tell(timeUs);
  }

  /** Trips the switch of all books when a report has brought the account too low. */
  #judge(): void {
    if (this.risk?.judge(this.nowUs) !== true) return;
    for (const book of this.books) book.tell(this.nowUs);
  }

  /** Applies the corrections of a reconciliation, and holds back what did not agree. */
  #correct(plan: ReconcilePlan): void {
    const before = this.#restEquity();
    for (const correction of plan.corrections) {
      // Executions are fetched and cancels are sent by whoever reconciles; splits are booked by the engine itself.
      if (correction.kind === "order") this.#report(reportOf(correction, plan.timeUs));
      else this.unassigned.correct(correction, plan.timeUs);
    }
    this.risk?.shift(this.#restEquity() - before);
    this.frozen = plan.verdict.frozen;
    this.unreconciled = plan.verdict.outcome === "failed"
      ? plan.findings.find(({ consequence }) => consequence === "fail")?.text ?? "not reconciled"
      : "";
    this.#setEngines(false);
    for (const { engine } of this.books) {
      engine.series.forEach(({ symbol }, s) =>
        engine.risk.gate.setHalted(s, this.frozen.includes(symbol))
      );
    }
  }

  #command(command: Readonly<Record<string, unknown>>): void {
    const { kind, why } = command;
    switch (kind) {
      case "pause":
        return this.#hold("paused", false, why);
      case "halt":
        return this.#hold("halted", true, why);
      case "resume":
        this.#hold("ready", false, "");
        if (command["rearm"] === true) {
          for (const { engine } of this.books) engine.risk.rearm(engine.nowUs);
          this.risk?.rearm(this.nowUs);
        }
        return;
      case "degrade":
      case "restore":
        if (kind === "degrade") this.#holds.add(String(command["cause"]));
        else this.#holds.delete(String(command["cause"]));
        return this.#setEngines(false);
      case "flatten":
        for (const book of this.books) book.flatten(ORDER_REASON.operator);
        return;
      case "assign":
        return this.#assign(command);
      default:
        // What only looks, or is journaled as what it does.
        return;
    }
  }

  #assign(command: Pick<OperatorCommand, "symbol" | "quantity" | "strategy">): void {
    const moved = assignmentOf(command, this);
    // It was checked before it was journaled; what cannot be done changes nothing, in a replay neither.
    if (typeof moved === "string") return;
    const { strategy, series, microShares, units, price } = moved, book = this.books[strategy]!;
    const { ledger } = book.engine, before = ledger.cash;
    book.transfer(series, units, price);
    this.unassigned.add(book.engine.series[series]!.symbol, -microShares, 0, this.nowUs);
    this.unassigned.cash += before - ledger.cash;
  }

  #hold(state: OperatorState, cancels: boolean, why: unknown): void {
    if (state === "ready" && this.state === "ready") return;
    this.state = state;
    this.why = typeof why === "string" ? why : "";
    this.#setEngines(cancels);
  }

  #setEngines(cancels: boolean): void {
    for (let k = 0; k < this.books.length; k++) this.#setEngine(k, cancels);
  }

  #setEngine(strategy: number, cancels: boolean): void {
    const { risk, nowUs } = this.books[strategy]!.engine;
    const isHeld = this.#holds.size > 0 || this.unreconciled !== "" ||
      this.standings[strategy]!.isFull;
    const state = this.state === "ready" && isHeld ? "degraded" : this.state;
    if (state === "ready" && !risk.isOn && this.frozen.length === 0) return;
    risk.hold(ENGINE_STATE[state], cancels, nowUs);
  }

  #setFull(strategy: number, isFull: boolean): void {
    const standing = this.standings[strategy]!;
    if (standing.isFull === isFull) return;
    standing.isFull = isFull;
    this.#setEngine(strategy, false);
  }

  #strategy(told: Readonly<Record<string, unknown>>): void {
    const number = told["strategy"] as number, book = this.#bookOf(number);
    const standing = this.standings[number]!;
    switch (told["event"]) {
      case "fenced":
        if (told["isUnseen"] === true) book.skipped.add(book.engine.step);
        if (told["policy"] === "flatten") book.flatten(ORDER_REASON.strategy_failed);
        else cancelOrders(book.engine, ORDER_REASON.strategy_failed);
        if (told["quarantined"] === "") standing.restarts++;
        else standing.quarantined = String(told["quarantined"]);
        return;
      case "quarantined":
        standing.quarantined = String(told["why"]);
        return;
      case "inputs":
        return this.#setFull(number, told["isFull"] === true);
      case "upgraded":
        if (told["how"] === "flatten") book.flatten(ORDER_REASON.operator);
        book.upgrade(told["keepsState"] === true);
        // Another version has its own restarts.
        standing.restarts = 0;
        standing.quarantined = "";
        return this.#setFull(number, false);
      default:
        return;
    }
  }

  #stop(told: Readonly<Record<string, unknown>>): void {
    if (told["reason"] === "end_of_feed") {
      const intents = told["intents"];
      invariant(Array.isArray(intents), "the end of a feed is journaled with the last intents");
      this.books.forEach((book, k) => {
        const rows = Float64Array.from(intents[k] as number[]);
        book.finish(rows, rows.length / 6);
      });
      this.isFinished = true;
    } else if (told["orders"] === "cancel") {
      for (const { engine } of this.books) cancelOrders(engine, ORDER_REASON.operator);
    }
  }
}
