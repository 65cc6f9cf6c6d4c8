/**
 * The broker's turn in a session: what it has reported is journaled, applied and told to the strategies; the link's state holds the books back; both
 * sides are compared at the start, after each reconnection, in between, and when somebody asks.
 *
 * @module
 */

import type { EventBus } from "../observe/mod.ts";
import { type Clock, JOURNAL_KIND } from "../protocols/mod.ts";
import { describeFindings, type ReconcilePlan } from "../trading/host_door.ts";
import type { AccountLog } from "./account_log.ts";
import { BrokerSide } from "./broker_side.ts";
import type { DispatchReport } from "./dispatch/mod.ts";
import type { SessionRules } from "./session_parts.ts";
import type { StrategyCrew } from "./strategy_crew.ts";

/** What a turn works with. */
export interface BrokerTurnParts {
  readonly side: BrokerSide;
  readonly log: AccountLog;
  readonly crew: StrategyCrew;
  readonly bus: EventBus;
  readonly rules: SessionRules;
  readonly clock: Clock;
}

/** How often what is sent at the end of a session is looked after. */
const SETTLE_US = 5e4;
/** How often it is, at most: the rest is the next start's. */
const SETTLE_TRIES = 100;

/** Takes a broker's turns. */
export class BrokerTurn {
  readonly #parts: BrokerTurnParts;
  #wants: string | null = "start";
  #isStarted = false;
  #comparedUs: number;

  constructor(parts: BrokerTurnParts) {
    this.#parts = parts;
    this.#comparedUs = parts.clock.monotonicUs();
  }

  /** Takes what the broker has told, and compares both sides when that is due. */
  async take(): Promise<void> {
    this.#holdByLink();
    await this.#takeReports();
    if (this.#wants === null || !this.#parts.side.isConnected) return;
    const why = this.#wants;
    this.#wants = null;
    await this.#compare(why);
    this.send();
  }

  /** Whether requests are under way whose answers can come. */
  get isWaiting(): boolean {
    return this.#parts.side.isConnected && this.#parts.side.isBusy;
  }

  /** Sends what the books wish; nothing before both sides were compared. */
  send(): void {
    if (this.#isStarted) this.#parts.side.flush();
  }

  /** Compares both sides because somebody asks. Returns what came of it, for people. */
  async reconcile(why: string): Promise<string> {
    if (!this.#parts.side.isConnected) {
      return "the broker is not connected: it is compared when it is";
    }
    const plan = await this.#compare(why), { outcome } = plan.verdict;
    return plan.findings.length === 0
      ? "both sides agree"
      : `${outcome}:\n${describeFindings(plan).map((line) => `  ${line}`).join("\n")}`;
  }

  /** A tick of the engine's timer. */
  tick(tick: number): void {
    const { rules, clock } = this.#parts;
    const isDue = tick % rules.reconcileTicks === 0 ||
      clock.monotonicUs() - this.#comparedUs >= rules.reconcileUs;
    if (isDue) this.#wants ??= "in between";
  }

  /** At the end of a session, takes what is still reported of what was just sent, for a moment. */
  async settle(): Promise<void> {
    const { side, clock } = this.#parts;
    for (let k = 0; k < SETTLE_TRIES && side.isConnected && side.isBusy; k++) {
      await clock.sleep(SETTLE_US);
      await this.#takeReports();
    }
  }

  async #takeReports(): Promise<void> {
    const { side, log, crew } = this.#parts;
    for (let reports = side.takeReports(); reports.length > 0; reports = side.takeReports()) {
      for (const report of reports) {
        if ("step" in report) {
          log.commitJson(JOURNAL_KIND.dispatch, report);
          continue;
        }
        await crew.fireDue(timeOf(report));
        log.commitJson(JOURNAL_KIND.report, report);
        await crew.tell();
      }
      this.send();
    }
  }

  /** Nothing that adds risk is decided while the broker cannot be reached. */
  #holdByLink(): void {
    const { side, log } = this.#parts, isDown = !side.isConnected;
    if (isDown === log.core.isHeldBy("link")) return;
    const kind = isDown ? "degrade" : "restore";
    const why = isDown ? "the broker is not connected" : "the broker is connected";
    log.commitJson(JOURNAL_KIND.command, { kind, cause: "link", who: "broker", why });
    if (!isDown) this.#wants ??= "reconnected";
  }

  async #compare(why: string): Promise<ReconcilePlan> {
    const { side, log, crew, clock } = this.#parts;
    await side.catchUp();
    await this.#takeReports();
    const plan = await side.reconcile(why);
    this.#comparedUs = clock.monotonicUs();
    await this.#takeReports();
    if (!this.#isStarted && plan.mode === "strict" && plan.verdict.outcome === "failed") {
      throw BrokerSide.failure(plan);
    }
    this.#isStarted = true;
    log.commitJson(JOURNAL_KIND.correction, plan);
    await crew.tell();
    return plan;
  }
}

function timeOf(report: DispatchReport): number {
  switch (report.kind) {
    case "fill":
    case "corrected":
      return report.execution.timeUs;
    case "charged":
      return 0;
    default:
      return report.timeUs;
  }
}
