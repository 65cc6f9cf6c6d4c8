/**
 * The broker's side of a session: its link, the dispatcher before it, the desk that sends what the books wish, and the comparison of both sides.
 * What it hears is queued for the session, which takes one thing after the other.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import type { EventBus, EventOrigin } from "../../observe/mod.ts";
import type { Broker, Clock, Journal, JournalRecord } from "../../protocols/mod.ts";
import {
  type Correction,
  describeFindings,
  planReconciliation,
  type ReconcilePlan,
  type ReconcileRules,
} from "../../trading/host_door.ts";
import type { LinkView } from "../control/controlled.ts";
import { BrokerDesk, doubtfulOf } from "./broker_desk.ts";
import type { DispatchEvent, DispatchReport } from "../account/dispatch_news.ts";
import type { DispatchRecord } from "../account/dispatch_records.ts";
import { CLOCK_MARGIN_US, Dispatcher } from "./dispatch/mod.ts";
import type { OrderNames } from "../account/order_names.ts";
import { missedReports, ourSide, type OurSideParts, readBrokerSide } from "./reconcile/mod.ts";
import type { TradingCore } from "../account/trading_core.ts";

/** What a broker's side is made from. */
export interface BrokerSideParts {
  readonly broker: Broker;
  readonly core: TradingCore;
  readonly names: OrderNames;
  /** Writes to the journal; what it is given is applied to the core as well. */
  readonly journal: Journal;
  readonly lease: { mayAct(): boolean };
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly accountId: string | null;
  readonly isFirstStart: boolean;
  readonly rules: ReconcileRules & {
    readonly submitTimeoutMs: number;
    readonly unknownDeadlineSeconds: number;
  };
}

/** Called when there is something for the session to take. */
export interface BrokerSideListener {
  /** Something waits. */
  readonly wake: () => void;
  /** Nothing can be sent any more. */
  readonly fail: (error: unknown) => void;
}

/** The most reports that wait for the session; more is a broker gone mad, and stops it. */
const MAX_REPORTS = 100_000;

/** The side of one broker. */
export class BrokerSide implements AsyncDisposable {
  isConnected = false;
  /** What the last comparison came to, null before the first. */
  lastPlan: ReconcilePlan | null = null;
  readonly #parts: BrokerSideParts;
  readonly #dispatcher: Dispatcher;
  readonly #desk: BrokerDesk;
  readonly #reports: (DispatchReport | DispatchRecord)[] = [];
  #listener: BrokerSideListener | null = null;
  #isFirst: boolean;
  #comparedUs = 0;
  #heardUs: number | null = null;
  #unlisten: (() => void) | null = null;

  constructor(parts: BrokerSideParts) {
    const { broker, core, names, journal, lease, clock, rules } = parts;
    this.#parts = parts;
    this.#isFirst = parts.isFirstStart;
    this.#dispatcher = new Dispatcher({
      broker,
      journal,
      lease,
      clock,
      rules,
      timeUs: () => core.nowUs,
      report: (report) => this.#hear(report),
      event: (event) => this.#tell(event),
      answer: (record) => this.#queue(record),
    });
    this.#desk = new BrokerDesk({
      core,
      names,
      dispatcher: this.#dispatcher,
      end: (clientId, kind) =>
        this.#hear({ kind, clientId, brokerId: "", timeUs: core.nowUs, reason: "" }),
      onSettled: () => this.#listener?.wake(),
      onFailure: (error) => this.#listener?.fail(error),
    });
  }

  /**
   * Opens the link, asks about every request that has no answer on record, and compares both sides.
   *
   * @param records The journal's, of which those of requests count.
   * @throws {SandbarError} `broker_connection`, `account_mismatch`; `reconciliation_failed` in strict mode, with every difference.
   */
  async open(records: readonly JournalRecord[], listener: BrokerSideListener): Promise<void> {
    const { broker, bus, core, names } = this.#parts, { name } = broker.capabilities;
    this.#listener = listener;
    this.#unlisten = broker.onLink((state) => {
      const before = this.isConnected;
      this.isConnected = state === "connected";
      if (before === this.isConnected) return;
      if (this.isConnected) bus.publish("BROKER_CONNECTED", { broker: name }, this.#origin());
      else {bus.publish(
          "BROKER_DISCONNECTED",
          { broker: name, message: "the link is lost" },
          this.#origin(),
        );}
      listener.wake();
    });
    await broker.connect();
    this.isConnected = true;
    await this.#dispatcher.recover(records, doubtfulOf(core, names));
  }

  get client(): Broker {
    return this.#parts.broker;
  }

  /** The link, for people. */
  link(): LinkView {
    return {
      name: this.#parts.broker.capabilities.name,
      state: this.isConnected ? "connected" : "disconnected",
      lastUs: this.#heardUs,
      delayUs: null,
    };
  }

  /** Whether requests are under way. */
  get isBusy(): boolean {
    return this.#desk.isBusy || this.#reports.length > 0;
  }

  /** What was heard since the last call, in order: news of orders, and records of what became of requests. */
  takeReports(): (DispatchReport | DispatchRecord)[] {
    return this.#reports.splice(0).filter((it) => "step" in it || this.#parts.core.isNews(it));
  }

  /** Sends what the books wish, while there is a link. */
  flush(): void {
    if (this.isConnected) this.#desk.flush();
  }

  /** Hears from the broker's records what was told while nobody listened. */
  async catchUp(): Promise<void> {
    const { broker, core, names } = this.#parts, { nowUs } = core;
    const working = ourSide({ ...this.#ours(), sinceUs: Infinity }).orders;
    const oldestUs = working.reduce((oldest, it) => Math.min(oldest, it.changedUs), nowUs);
    let reports: readonly DispatchReport[];
    try {
      reports = await missedReports(broker, {
        working: working.map(({ clientId }) => clientId),
        isOurs: (clientId) => names.find(clientId) !== null,
        sinceUs: Math.max(0, oldestUs - CLOCK_MARGIN_US),
        nowUs,
      });
    } catch (error) {
      // The comparison that follows has no answer either, and says so.
      if (error instanceof SandbarError) return;
      throw error;
    }
    for (const report of reports) this.#hear(report);
  }

  /**
   * Compares both sides. The plan is to be journaled and applied by the caller; executions that we lack are heard like any other.
   *
   * @param why For people.
   */
  async reconcile(why: string): Promise<ReconcilePlan> {
    const { broker, core, bus, rules } = this.#parts;
    bus.publish("RECONCILIATION_START", { why }, this.#origin());
    const sinceUs = Math.max(0, this.#comparedUs - rules.settleDelayUs);
    const parts = { ...this.#ours(), sinceUs };
    const asked = ourSide(parts).orders.map(({ clientId }) => clientId);
    const isBooked = (id: string): boolean => core.books.some((book) => book.executions.has(id));
    const theirs = await readBrokerSide(broker, { clientIds: asked, sinceUs, isBooked });
    // What was heard meanwhile is booked by now: our side is read last.
    const plan = planReconciliation(ourSide(parts), theirs, rules, core.nowUs);
    this.lastPlan = plan;
    if (!("noAnswer" in theirs)) {
      this.#isFirst = false;
      this.#comparedUs = core.nowUs;
    }
    for (const finding of plan.findings) {
      bus.publish("RECONCILIATION_MISMATCH", {
        kind: finding.kind,
        symbol: finding.symbol === "" ? null : finding.symbol,
        ours: String(finding.ours ?? "none"),
        theirs: String(finding.theirs ?? "none"),
        action: finding.consequence,
      }, { ...this.#origin(), isRaised: plan.mode === "strict" });
    }
    bus.publish("RECONCILIATION_END", {
      outcome: plan.verdict.outcome,
      mismatches: plan.findings.length,
      corrections: plan.corrections.length,
    }, this.#origin());
    await this.#act(plan.corrections);
    return plan;
  }

  /** Returns the error of a start that must not go on. */
  static failure(plan: ReconcilePlan): SandbarError {
    const isFirst = plan.findings.some(({ cause }) => cause === "first_start");
    const advice = isFirst
      ? "--adopt books what was in the account before its first start, as unassigned"
      : "auto_sync takes the broker's side; warn starts with the symbols concerned frozen";
    return new SandbarError(
      "reconciliation_failed",
      `Cannot start: our books and the broker's differ (reconciliation.mode ${plan.mode}):\n  ${
        describeFindings(plan).join("\n  ")
      }\n${advice}`,
      { context: { findings: plan.findings.length } },
    );
  }

  /** Ends what is under way; a restart goes on with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener = null;
    this.#unlisten?.();
    await this.#dispatcher[Symbol.asyncDispose]();
    await this.#parts.broker[Symbol.asyncDispose]();
  }

  #ours(): Omit<OurSideParts, "sinceUs"> {
    const { core, names, accountId } = this.#parts, { books, unassigned } = core;
    return { books, unassigned, names, accountId, isFirstStart: this.#isFirst };
  }

  /** What a plan asks of the broker. */
  async #act(corrections: readonly Correction[]): Promise<void> {
    const { broker, core } = this.#parts;
    if (corrections.some(({ kind }) => kind === "fetch_executions")) {
      for (const execution of await broker.executionsSince(0)) {
        this.#hear({ kind: "fill", execution, completes: false });
      }
    }
    for (const correction of corrections) {
      if (correction.kind !== "cancel_order" || correction.clientId === "") continue;
      const symbol = core.market.bars[0]!.symbol;
      this.#dispatcher.cancel(correction.clientId, symbol).catch((error) =>
        this.#listener?.fail(error)
      );
    }
  }

  #hear(report: DispatchReport): void {
    this.#heardUs = this.#parts.clock.now();
    this.#queue(report);
  }

  #queue(it: DispatchReport | DispatchRecord): void {
    if (this.#reports.length >= MAX_REPORTS) {
      this.#listener?.fail(
        new SandbarError(
          "broker_protocol",
          `Cannot go on: more than ${MAX_REPORTS} reports of the broker wait to be booked`,
        ),
      );
      return;
    }
    this.#reports.push(it);
    this.#listener?.wake();
  }

  #tell({ kind, clientId, symbol }: DispatchEvent): void {
    const { bus, names, core } = this.#parts, found = names.find(clientId);
    const strategy = found === null ? "unassigned" : core.ids[found.strategy]!;
    const data = { strategy, symbol, clientId };
    if (kind === "revived") {
      const message = "it was proved absent and works at the broker: it is being cancelled";
      bus.publish("ORDER_REVIVED", { ...data, message }, this.#origin());
    } else if (kind === "unresolved") {
      const message = "the broker has not said what became of it";
      bus.publish("ORDER_UNKNOWN", { ...data, message }, this.#origin());
    }
  }

  #origin(): EventOrigin {
    return { timeUs: this.#parts.core.nowUs, source: "broker" };
  }
}
