/**
 * Watches how much is recorded for the restart of each strategy, and asks for states when a snapshot is due: a strategy that saves begins its
 * record anew, one that does not may not trade on without end.
 *
 * @module
 */

import type { EventBus } from "../../observe/mod.ts";
import { JOURNAL_KIND } from "../../protocols/mod.ts";
import type { AccountLog } from "../account/account_log.ts";
import type { StrategyCrew } from "./strategy_crew.ts";

/** Share of `sandbox.max_replay_events` from which on a strategy is warned of, or asked for its state. */
const WARNING_SHARE = 0.8;

/** What a watch works with. */
export interface WatchParts {
  readonly log: AccountLog;
  readonly crew: StrategyCrew;
  readonly bus: EventBus;
  readonly rules: { readonly maxReplayEvents: number };
  readonly isSnapshotDue: () => boolean;
}

/** Watches one session. */
export class InputWatch {
  readonly #parts: WatchParts;
  /** Strategies that were warned of since their record began. */
  readonly #warned: Set<number> = new Set();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Looks, between two events, whether there is something to do. */
  async look(): Promise<void> {
    const { log: { core }, crew, isSnapshotDue, rules: { maxReplayEvents } } = this.#parts;
    if (isSnapshotDue()) await crew.save();
    for (const [k, book] of core.books.entries()) {
      const isHigh = book.inputs >= maxReplayEvents * WARNING_SHARE;
      if (!isHigh) this.#warned.delete(k);
      else if (!this.#warned.has(k)) await this.#relieve(k);
      const isFull = book.inputs >= maxReplayEvents;
      if (isFull === core.standings[k]!.isFull) continue;
      const { log } = this.#parts;
      log.commitJson(JOURNAL_KIND.strategy, { strategy: k, event: "inputs", isFull });
      this.#tell(k, isFull ? "what adds risk is refused from here on" : "it may add risk again");
    }
  }

  /** Begins the record of a strategy anew by its state, or warns of it. */
  async #relieve(strategy: number): Promise<void> {
    const { crew, log } = this.#parts, book = log.core.books[strategy]!, before = book.base;
    this.#warned.add(strategy);
    if (crew.seats[strategy]?.opened.saves === true) await crew.save();
    if (book.base !== before) return;
    this.#tell(strategy, "at the bound what adds risk is refused; save and load end the growth");
  }

  #tell(strategy: number, effect: string): void {
    const { log: { core }, bus, rules } = this.#parts, { inputs } = core.books[strategy]!;
    const message =
      `strategy ${core.ids[strategy]}: ${inputs} of ${rules.maxReplayEvents} inputs ` +
      `(sandbox.max_replay_events) are kept for a restart: ${effect}`;
    const origin = { timeUs: core.nowUs, source: "strategies" };
    bus.publish("WARNING", { code: "replay_inputs", message }, origin);
  }
}
