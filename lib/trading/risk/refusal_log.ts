/**
 * What the gate refused and why, one row a refusal, bounded: the count goes on, the rows end.
 *
 * @module
 */

import type { StateTape } from "../../core/mod.ts";
import { copyF64, copyI32 } from "../orders/columns.ts";
import { RISK_RULE_NAMES } from "./risk_rules.ts";

/** The most refusals that are kept one by one. */
export const MAX_REFUSALS = 10_000;

const F64 = Float64Array, I32 = Int32Array;

/** Columns of refusals; the first `length` rows are in use. */
export class RefusalLog {
  length = 0;
  /** All refusals, kept or not. */
  total = 0;
  /** Id of the order that was refused, or whose amendment was. */
  order: Int32Array = new I32(64);
  /** Number of the rule. */
  rule: Int32Array = new I32(64);
  /** In the unit of the rule. */
  limit: Float64Array = new F64(64);
  measured: Float64Array = new F64(64);
  /** Refusals of each rule. */
  readonly counts: Int32Array = new I32(RISK_RULE_NAMES.length);
  #capacity = 64;

  /** Adds a refusal. */
  add(order: number, rule: number, limit: number, measured: number): void {
    this.total++;
    this.counts[rule]! += 1;
    if (this.length === MAX_REFUSALS) return;
    if (this.length === this.#capacity) this.#grow();
    const at = this.length++;
    this.order[at] = order;
    this.rule[at] = rule;
    this.limit[at] = limit;
    this.measured[at] = measured;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("refusal log", 1);
    this.total = tape.number(this.total);
    this.length = tape.number(this.length);
    this.#capacity = tape.number(this.#capacity);
    const length = this.length, capacity = this.#capacity;
    this.order = tape.i32(this.order, length, capacity);
    this.rule = tape.i32(this.rule, length, capacity);
    this.limit = tape.f64(this.limit, length, capacity);
    this.measured = tape.f64(this.measured, length, capacity);
    tape.entries(this.counts, RISK_RULE_NAMES.length);
  }

  #grow(): void {
    const from = this.#capacity, to = from * 4;
    this.#capacity = to;
    this.order = copyI32(this.order, from, to);
    this.rule = copyI32(this.rule, from, to);
    this.limit = copyF64(this.limit, from, to);
    this.measured = copyF64(this.measured, from, to);
  }
}
