/**
 * One strategy's book in the host: the engine that counts, the recorded requests that it was given, and the rows by which the strategy's own
 * book follows.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { type SavedState, StateTape } from "../core/mod.ts";
import {
  cancelOrders,
  closePositions,
  copyState,
  Engine,
  type EngineSpec,
  type MirrorPosition,
  MirrorSource,
  Replay,
  ShadowGate,
} from "../engine/mod.ts";
import { INTENT_WIDTH, MIRROR_WIDTH } from "../protocols/mod.ts";
import type { BookBase } from "./book_base.ts";
import type { LiveMarket } from "./live_market.ts";
import { GrowingRows } from "./growing_rows.ts";

/** Rows of the host's book that a strategy was told between two instants. */
export interface Telling {
  /** The instant before, -1 before the first. */
  readonly step: number;
  /** Rows from one to before another. */
  readonly first: number;
  readonly end: number;
  /** Engine time, microseconds UTC. */
  readonly timeUs: number;
}

/** What a book is restored from. */
export interface BookState {
  readonly engine: SavedState;
  readonly shadow: SavedState;
  /** Micro-units after each instant. */
  readonly equity: Float64Array;
  readonly intents: Float64Array;
  readonly mirrored: Float64Array;
  readonly tellings: readonly Telling[];
  readonly executions: readonly (readonly [string, number])[];
  readonly skipped: readonly number[];
  readonly flattening: number;
  readonly mirroredBefore: number;
  readonly base: BookBase | null;
  readonly mirror: MirrorPosition;
}

/** A book. */
export class LiveBook {
  readonly engine: Engine;
  readonly shadow: ShadowGate;
  /** Micro-units after each instant. */
  readonly equity: Float64Array;
  /** Every request so far, six numbers a row: what a restarted strategy must ask for again. */
  readonly intents: GrowingRows = new GrowingRows(INTENT_WIDTH);
  /** Every row that the strategy's book was told since its base, twelve numbers a row. */
  readonly mirrored: GrowingRows = new GrowingRows(MIRROR_WIDTH);
  /** Which of those rows were told between two instants. */
  readonly tellings: Telling[] = [];
  /** Instants that the strategy did not see, because it failed in them. */
  readonly skipped: Set<number> = new Set();
  /** From where a restarted strategy goes on; null: from its start. */
  base: BookBase | null = null;
  readonly #spec: EngineSpec;
  /** Fill of each of the broker's executions, by its id. */
  readonly executions: Map<string, number> = new Map();
  readonly instruments: EngineSpec["instruments"];
  readonly #replay: Replay;
  readonly #mirror: MirrorSource;
  #hash = createHash("sha256");
  /** Rows of `mirrored` before those of the last instant. */
  mirroredBefore = 0;
  /** Why all positions are to be closed at the next open, 0 when they are not. */
  flattening = 0;

  constructor(spec: EngineSpec, market: LiveMarket) {
    this.#spec = spec;
    this.equity = new Float64Array(market.capacity);
    this.instruments = spec.instruments;
    this.engine = new Engine(
      { ...spec, mirror: "original" },
      market.bars,
      market.plan,
      this.equity,
    );
    this.shadow = new ShadowGate(
      this.engine,
      spec.instruments,
      market.sessions[market.sessionsOf[0]!]!,
    );
    this.#replay = new Replay(this.engine, market.startUs, this.shadow);
    this.#mirror = new MirrorSource(this.engine);
  }

  /** Walks the instant whose bars were just appended; {@linkcode collect} then gathers what it has changed. */
  advance(): void {
    // Here and not before, so that no row comes between two of the strategy's that it does not know of.
    if (this.flattening !== 0) closePositions(this.engine, this.flattening);
    this.flattening = 0;
    this.#replay.advance();
  }

  /** Gathers what the strategy is told with the instant that was just walked. */
  collect(): void {
    this.#mirror.collect();
    this.mirroredBefore = this.mirrored.count;
    this.mirrored.add(this.#mirror.rows, this.#mirror.count);
  }

  /**
   * Gathers what has changed since the strategy was last told, without an instant: reports of a broker, acts of an operator. Returns false when
   * there is nothing.
   */
  tell(timeUs: number): boolean {
    const first = this.mirrored.count;
    this.engine.moveTo(Math.max(this.engine.nowUs, timeUs));
    this.collect();
    if (this.mirrored.count === first) return false;
    const end = this.mirrored.count, { step, nowUs } = this.engine;
    this.tellings.push({ step, first, end, timeUs: nowUs });
    return true;
  }

  /** Notes that a fill was busted, corrected or charged later. */
  noteCorrection(fill: number): void {
    this.#mirror.restate(fill);
  }

  /** Takes units of a series over from another book of the account, at a price in ticks. */
  transfer(s: number, units: number, price: number): void {
    this.engine.ledger.transfer(s, units, price);
    this.#mirror.transfer(s, units, price);
  }

  /** Cancels all orders now and closes all positions at the next open, for a reason of an order. */
  flatten(reason: number): void {
    cancelOrders(this.engine, reason);
    this.flattening = reason;
  }

  /** What a restarted strategy is shown: instants, and rows of what became of its orders. */
  get inputs(): number {
    return this.engine.step + 1 - (this.base?.steps ?? 0) + this.mirrored.count;
  }

  /** Takes the present for the place from which a restarted strategy goes on, and forgets what was recorded for it before. */
  rebase(base: Omit<BookBase, "steps" | "intents">): void {
    this.base = { ...base, steps: this.engine.step + 1, intents: this.intents.count };
    this.mirrored.clear();
    this.tellings.length = 0;
    this.mirroredBefore = 0;
    this.skipped.clear();
  }

  /**
   * Puts another version of the strategy on this book: it starts here, with the book as it is.
   *
   * @param keepsState Whether it takes the state over that the version before has stored.
   */
  upgrade(keepsState: boolean): void {
    const kept = keepsState ? this.base : null, engine = copyState(this.engine, this.#spec);
    this.#mirror.skip();
    this.rebase({
      child: {
        engine,
        run: kept?.child.run ?? null,
        chance: kept?.child.chance ?? null,
        state: kept?.child.state ?? null,
      },
      saveVersion: kept?.saveVersion ?? 0,
      isNew: true,
    });
  }

  /** The rows of the last instant. */
  lastMirrored(): { readonly rows: Float64Array; readonly count: number } {
    return {
      rows: this.mirrored.from(this.mirroredBefore),
      count: this.mirrored.count - this.mirroredBefore,
    };
  }

  /**
   * Applies what the strategy asked for at the instant that was just walked, or after it.
   *
   * @throws {ReplayError} When a row cannot be: the strategy's process broke the rules.
   */
  apply(rows: Float64Array, count: number): void {
    if (count === 0) return;
    if (rows[0] === this.engine.step * 2 + 1) this.#replay.after(rows, count);
    else this.#replay.between(rows, count, Infinity);
    this.#note(rows, count);
  }

  /** Applies what was asked at the end of a recorded feed and ends the run, as a backtest does. */
  finish(rows: Float64Array, count: number): void {
    this.#replay.finish(rows, count);
    this.#note(rows, count);
  }

  /** How far the strategy's book was told: what a restored book goes on from. */
  mirrorPosition(): MirrorPosition {
    return this.#mirror.position();
  }

  /** Brings a book that was just made to a state. */
  restore(state: BookState): void {
    this.engine.restore(state.engine);
    const tape = new StateTape(state.shadow);
    this.shadow.carry(tape);
    tape.end();
    this.equity.set(state.equity);
    this.mirrored.add(state.mirrored, state.mirrored.length / MIRROR_WIDTH);
    this.#note(state.intents, state.intents.length / INTENT_WIDTH);
    this.tellings.push(...state.tellings);
    for (const [id, fill] of state.executions) this.executions.set(id, fill);
    for (const step of state.skipped) this.skipped.add(step);
    this.flattening = state.flattening;
    this.mirroredBefore = state.mirroredBefore;
    this.#mirror.goTo(state.mirror);
    this.base = state.base;
  }

  /** SHA-256 over all requests, as a backtest's result has it. */
  intentsSha256(): string {
    return this.#hash.copy().digest("hex");
  }

  #note(rows: Float64Array, count: number): void {
    this.#mirror.note();
    this.intents.add(rows, count);
    const used = rows.subarray(0, count * INTENT_WIDTH);
    this.#hash.update(new Uint8Array(used.buffer, used.byteOffset, used.byteLength));
  }
}
