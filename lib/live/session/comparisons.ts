/**
 * When the books are compared where the venue is inside: when the operator asks, every so many ticks, and at the latest after a time. Says what
 * came of it as events and in words.
 *
 * @module
 */

import { counted } from "../../core/mod.ts";
import type { EventBus, EventOrigin } from "../../observe/mod.ts";
import type { Clock } from "../../protocols/mod.ts";
import { type Agreed, compareInside } from "./inside_account.ts";
import type { TradingCore } from "../account/trading_core.ts";

/** What comparisons work with. */
export interface ComparisonParts {
  readonly core: TradingCore;
  readonly bus: EventBus;
  readonly clock: Clock;
  /** What each strategy last agreed on. */
  readonly agreed: Agreed;
  readonly rules: { readonly reconcileTicks: number; readonly reconcileUs: number };
}

/** The comparisons of one session. */
export class Comparisons {
  readonly #parts: ComparisonParts;
  #ticks = 0;
  #comparedUs: number;

  constructor(parts: ComparisonParts) {
    this.#parts = parts;
    this.#comparedUs = parts.clock.monotonicUs();
  }

  /** Compares when it is time to. */
  tick(): void {
    const { clock, rules } = this.#parts, silentUs = clock.monotonicUs() - this.#comparedUs;
    if (++this.#ticks >= rules.reconcileTicks) this.reconcile(`after ${this.#ticks} ticks`);
    else if (silentUs >= rules.reconcileUs) this.reconcile("the time has come");
  }

  /** Compares now. Returns what was found, for people. */
  reconcile(why: string): string {
    const { core, bus, clock } = this.#parts;
    this.#ticks = 0;
    this.#comparedUs = clock.monotonicUs();
    const origin: EventOrigin = { timeUs: core.nowUs, source: "session" };
    bus.publish("RECONCILIATION_START", { why }, origin);
    const differences = compareInside(core, this.#parts.agreed);
    for (const each of differences) {
      const raised = { ...origin, isRaised: true };
      bus.publish("RECONCILIATION_MISMATCH", { ...each, action: "report it: a defect" }, raised);
    }
    const outcome = differences.length === 0 ? "equal" : "different";
    bus.publish(
      "RECONCILIATION_END",
      { outcome, mismatches: differences.length, corrections: 0 },
      origin,
    );
    const fills = core.books.reduce((sum, { engine }) => sum + engine.fills.length, 0);
    const looked = `${counted(core.books.length, "book")} with ${counted(fills, "fill")} compared`;
    if (differences.length === 0) {
      return `${looked}: ledgers balance, cash and positions are what the fills give`;
    }
    const told = differences.map(({ kind, symbol, ours, theirs }) =>
      `${kind}${symbol === null ? "" : ` ${symbol}`}: ours ${ours}, must be ${theirs}`
    );
    return `${looked}, which differ, a defect to report: ${told.join("; ")}`;
  }
}
