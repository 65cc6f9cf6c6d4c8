/**
 * The host's side of a sandboxed run: applies the intents that came out of the child to the host's own engine over the host's own
 * bars. Rows are hostile until checked; what is reported comes from this engine alone.
 *
 * @module
 */

import * as core from "../core/mod.ts";
import * as protocols from "../protocols/mod.ts";
import type { Engine } from "./engine.ts";
import type { ShadowGate } from "./shadow_gate.ts";

const { isWhole, roundHalfEven } = core;
const { INTENT_WIDTH, PHASE, VERB } = protocols;

const floor = Math.floor;

/** Why a batch of intents was refused. */
export class ReplayError extends Error {
  override readonly name = "ReplayError";
}

/** Applies intents to an engine, slice by slice. */
export class Replay {
  readonly engine: Engine;
  readonly #shadow: ShadowGate | null;

  /**
   * @param startUs Microseconds UTC before the first bar.
   * @param shadow Counts what it would have refused; default none.
   */
  constructor(engine: Engine, startUs: number, shadow: ShadowGate | null = null) {
    this.engine = engine;
    this.#shadow = shadow;
    engine.moveTo(startUs);
  }

  /**
   * Walks `steps` instants and applies the rows that belong to them.
   *
   * @param rows Six numbers an intent (see `protocols/intents.ts`), in order.
   * @param count Number of rows.
   * @throws {ReplayError} When a row is not of this slice, out of order, out of range, or without effect.
   */
  run(steps: number, rows: Float64Array, count: number): void {
    const engine = this.engine;
    let at = 0;
    for (let k = 0; k < steps; k++) {
      const position = (engine.step + 1) * 2;
      if (at < count && rows[at * INTENT_WIDTH] === position) {
        at = this.#between(rows, at, count, position, engine.peek());
      }
      engine.advance();
      if (this.#shadow !== null) this.#shadow.follow();
      while (at < count && rows[at * INTENT_WIDTH] === position + PHASE.after) {
        this.#apply(rows, at++, engine.nowUs);
      }
    }
    if (at !== count) throw refused(at, "it belongs to another step");
  }

  /**
   * Applies what was asked between the last instant and the next one, event by event as it comes (live).
   *
   * @param untilUs Time of the next instant as far as it is known: what was asked at or after it is refused.
   * @throws {ReplayError} As {@linkcode run}.
   */
  between(rows: Float64Array, count: number, untilUs: number): void {
    const position = (this.engine.step + 1) * 2;
    if (this.#between(rows, 0, count, position, untilUs) !== count) {
      throw refused(0, "it belongs to another step");
    }
  }

  /** Walks one instant. */
  advance(): void {
    this.engine.advance();
    if (this.#shadow !== null) this.#shadow.follow();
  }

  /**
   * Applies what was asked at the instant that was just walked.
   *
   * @throws {ReplayError} As {@linkcode run}.
   */
  after(rows: Float64Array, count: number): void {
    const position = this.engine.step * 2 + PHASE.after;
    for (let at = 0; at < count; at++) {
      if (rows[at * INTENT_WIDTH] !== position) throw refused(at, "it belongs to another step");
      this.#apply(rows, at, this.engine.nowUs);
    }
  }

  /** Applies what was asked after the last bar (session closings, `onStop`) and ends the run. */
  finish(rows: Float64Array, count: number): void {
    const engine = this.engine, between = (engine.step + 1) * 2;
    let at = 0;
    while (at < count) {
      const position = rows[at * INTENT_WIDTH]!;
      if (position !== between && position !== between - 1) {
        throw refused(at, "it belongs to another step");
      }
      this.#apply(rows, at++, engine.nowUs);
    }
    engine.finish();
  }

  #between(
    rows: Float64Array,
    from: number,
    count: number,
    position: number,
    nextUs: number,
  ): number {
    const engine = this.engine;
    let at = from;
    while (at < count && rows[at * INTENT_WIDTH] === position) {
      const timeUs = rows[at * INTENT_WIDTH + 1]!;
      // Between two bars a strategy may act at any instant: it has seen nothing new.
      if (!(timeUs >= engine.nowUs && timeUs < nextUs && roundHalfEven(timeUs) === timeUs)) {
        throw refused(at, "its time is not between the two bars");
      }
      engine.moveTo(timeUs);
      this.#apply(rows, at++, timeUs);
    }
    return at;
  }

  #apply(rows: Float64Array, at: number, nowUs: number): void {
    const base = at * INTENT_WIDTH, timeUs = rows[base + 1]!, code = rows[base + 2]!;
    if (timeUs !== nowUs) throw refused(at, "its time is not the engine's");
    if (!isWhole(code) || code < 0) throw refused(at, "its code is not a whole number");
    // No `%` on doubles (V8 calls fmod): what lies below the series fits in 20 bits.
    const series = floor(code / 1048576), bits = (code - series * 1048576) | 0;
    const verb = bits & 15, type = (bits >> 4) & 15, timeInForce = (bits >> 8) & 15;
    const flags = bits >> 12;
    if (verb < VERB.order || verb > VERB.term) throw refused(at, "its verb is unknown");
    const quantity = rows[base + 3]!, limit = rows[base + 4]!, stop = rows[base + 5]!;
    const engine = this.engine, shadow = this.#shadow;
    try {
      if (verb === VERB.term) {
        engine.term(type, quantity);
        if (shadow !== null) shadow.term(type, quantity);
        return;
      }
      if (shadow !== null) shadow.judge(verb, series, type, flags, quantity, limit, stop);
      const id = engine.request(verb, series, type, timeInForce, flags, quantity, limit, stop);
      if (shadow !== null) shadow.take(verb, id);
    } catch (error) {
      throw refused(at, error instanceof Error ? error.message : "unknown");
    }
  }
}

function refused(row: number, why: string): ReplayError {
  return new ReplayError("intent " + row + " of the slice cannot be replayed: " + why);
}
