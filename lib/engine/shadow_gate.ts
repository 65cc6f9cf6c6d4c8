/**
 * What the live defaults would have refused of a run without limits: a gate that only counts. It stands beside the host's replay, never in
 * the child, and changes nothing.
 *
 * Each order is judged on the book as it was, in which the orders before it were not refused. A kill is kept as it would be: one for a
 * drawdown until the end of the run. Amendments are not counted.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import type { Instrument } from "../market/mod.ts";
import * as protocols from "../protocols/mod.ts";
import * as trading from "../trading/mod.ts";
import { type KillCause, KillSwitch, type OrderTerms, RiskGate } from "../trading/mod.ts";
import type { Engine } from "./engine.ts";
import type { SessionColumns } from "./session_clock.ts";
import * as verbSizing from "./verb_sizing.ts";

const { TERM, VERB } = protocols;
const { blankTerms, carriedCauses, LIVE_DEFAULTS, RISK_RULE_NAMES, VERDICT } = trading;
const { sizingOf } = verbSizing;

const I32 = Int32Array;

/** Counts refusals of one engine's orders. */
export class ShadowGate {
  /** Orders that would have been refused, and those of each rule. */
  refused = 0;
  readonly counts: Int32Array = new I32(RISK_RULE_NAMES.length);
  /** The first kill, null when there was none. */
  firstKill: KillCause | null = null;
  readonly #engine: Engine;
  readonly #kill: KillSwitch;
  readonly #gate: RiskGate;
  readonly #terms: OrderTerms = blankTerms();
  #equity: number;

  /** @param sessions Those by which the loss of a day is counted. */
  constructor(engine: Engine, instruments: readonly Instrument[], sessions: SessionColumns) {
    this.#engine = engine;
    this.#equity = engine.ledger.initialCash;
    this.#kill = new KillSwitch(LIVE_DEFAULTS, sessions, this.#equity);
    this.#gate = new RiskGate(LIVE_DEFAULTS, this.#kill, engine, instruments, null);
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("shadow gate", 1);
    this.refused = tape.number(this.refused);
    tape.entries(this.counts, RISK_RULE_NAMES.length);
    this.#equity = tape.number(this.#equity);
    this.#kill.carry(tape);
    this.#gate.carry(tape);
    const causes = carriedCauses(this.firstKill === null ? [] : [this.firstKill], tape);
    this.firstKill = causes.length === 0 ? null : causes[0]!;
  }

  /** Follows an instant that the engine has walked. */
  follow(): void {
    const engine = this.#engine, kill = this.#kill, nowUs = engine.nowUs;
    kill.moveTo(nowUs, this.#equity, false);
    this.#equity = engine.equity();
    if (kill.judge(this.#equity, nowUs) && this.firstKill === null) this.firstKill = kill.cause;
  }

  /** Takes note of a term of the order that follows. */
  term(kind: number, value: number): void {
    if (kind === TERM.after_fill) this.#terms.parent = this.#engine.orders.rowOf(value);
  }

  /** Judges a request before the engine takes it. */
  judge(
    verb: number,
    series: number,
    type: number,
    flags: number,
    quantity: number,
    limit: number,
    stop: number,
  ): void {
    // A series that is not there is the engine's to refuse.
    if (verb > VERB.targetWeight || !(series < this.#engine.ledger.seriesCount)) return;
    const terms = this.#terms, nowUs = this.#engine.nowUs;
    terms.series = series;
    terms.sizing = sizingOf(verb);
    terms.type = type;
    terms.flags = flags;
    terms.quantity = quantity;
    terms.limit = limit;
    terms.stop = stop;
    terms.nowUs = nowUs;
    this.#kill.moveTo(nowUs, this.#equity, true);
    const { halts } = this.#engine;
    if (halts.isUsed) this.#gate.setHalted(series, halts.isHalted(series, nowUs));
    if (this.#gate.check(terms) !== VERDICT.refused) return;
    this.refused++;
    this.counts[this.#gate.rule]! += 1;
  }

  /** Takes note of the order that the engine made of the request. */
  take(verb: number, id: number): void {
    this.#terms.parent = -1;
    if (verb <= VERB.targetWeight) {
      this.#gate.take(this.#engine.orders.rowOf(id), this.#engine.nowUs);
    }
  }
}
