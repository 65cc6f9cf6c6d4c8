/**
 * The host's side of a mirrored book: after each instant, what became of the orders since the last one, as rows for the child (see
 * `protocols/mirror.ts`). It looks at the book and changes nothing, so that a run without a child costs nothing.
 *
 * {@linkcode MirrorSource.note} once the strategy's requests are applied (the child knows of them: it made them); {@linkcode MirrorSource.collect}
 * after whatever else has changed the book: an instant, a report, an operator.
 *
 * @module
 */

import { intentCode, MIRROR, MIRROR_WIDTH } from "../protocols/mod.ts";
import { isWorking, RowScratch } from "../trading/mod.ts";
import type { Engine } from "./engine.ts";

/** How far the child's book has been told. */
export interface MirrorPosition {
  /** How many of each. */
  readonly orders: number;
  readonly fills: number;
  readonly ended: number;
  readonly refusals: number;
  /** Fills that were restated since. */
  readonly restated: readonly number[];
  /** Series, units and price of what came from other books since. */
  readonly transfers: readonly (readonly number[])[];
  /** Terms of the working orders. */
  readonly known: readonly (readonly [number, readonly number[]])[];
}

/** Follows one book. */
export class MirrorSource {
  /** Rows that were collected; the first `count` times twelve numbers count. */
  rows: Float64Array<ArrayBuffer> = new Float64Array(64 * MIRROR_WIDTH);
  count = 0;
  readonly #engine: Engine;
  readonly #scratch: RowScratch = new RowScratch();
  #orders = 0;
  #fills = 0;
  #ended = 0;
  #refusals = 0;
  #restated: number[] = [];
  #transfers: (readonly number[])[] = [];
  /** Terms of the working orders as the child has them, five numbers an order. */
  #known = new Map<number, readonly number[]>();

  /** Starts at the state of the engine: a child that follows has the same. */
  constructor(engine: Engine) {
    this.#engine = engine;
    this.skip();
  }

  /** Takes the present state for known. */
  skip(): void {
    this.note();
    this.#fills = this.#engine.fills.length;
    this.#ended = this.#engine.orders.ended.length;
    this.#refusals = this.#engine.risk.refusals.length;
    this.#restated = [];
  }

  /** Notes that a fill was restated. */
  restate(fill: number): void {
    this.#restated.push(fill);
  }

  /** Notes that units of a series came from another book at a price in ticks. */
  transfer(s: number, quantity: number, price: number): void {
    this.#transfers.push([s, quantity, price]);
  }

  /** What the child knows of, as plain data. What has changed since comes with the next rows. */
  position(): MirrorPosition {
    return {
      orders: this.#orders,
      fills: this.#fills,
      ended: this.#ended,
      refusals: this.#refusals,
      restated: [...this.#restated],
      transfers: [...this.#transfers],
      known: [...this.#known],
    };
  }

  /** Goes on from a position in a book that was restored. */
  goTo(position: MirrorPosition): void {
    this.#orders = position.orders;
    this.#fills = position.fills;
    this.#ended = position.ended;
    this.#refusals = position.refusals;
    this.#restated = [...position.restated];
    this.#transfers = [...position.transfers];
    this.#known = new Map(position.known);
  }

  /** Notes the orders as they stand now: what the strategy has asked for until here is known to the child. */
  note(): void {
    this.#orders = this.#engine.orders.length;
    this.#known.clear();
    this.#eachLive((row) => this.#known.set(row, this.#termsOf(row)));
  }

  /** Collects what the instant that was just walked, and the gate before it, have changed. */
  collect(): void {
    const engine = this.#engine, { orders, fills, risk } = engine;
    this.count = 0;
    for (let row = this.#orders; row < orders.length; row++) this.#add(row);
    for (; this.#fills < fills.length; this.#fills++) this.#fill(this.#fills);
    for (; this.#ended < orders.ended.length; this.#ended++) {
      const row = orders.ended.row(this.#ended);
      this.#put(MIRROR.end, row, orders.state[row]!, orders.reason[row]!, orders.endedUs[row]!);
    }
    for (; this.#refusals < risk.refusals.length; this.#refusals++) {
      // A refused amendment: the child has the terms that it asked for.
      const row = risk.refusals.order[this.#refusals]!;
      if (isWorking(orders.state[row]!)) this.#terms(row);
    }
    for (const fill of this.#restated.splice(0)) {
      this.#put(
        MIRROR.restate,
        fill,
        fills.quantity[fill]!,
        fills.price[fill]!,
        fills.commission[fill]!,
        fills.fee[fill]!,
      );
    }
    for (const [s, ...values] of this.#transfers.splice(0)) {
      this.#put(MIRROR.transfer, s!, ...values);
    }
    const denied = engine.book.remote?.denied;
    if (denied !== undefined) {
      for (let k = 0; k < denied.length; k++) {
        if (isWorking(orders.state[denied.at(k)]!)) this.#terms(denied.at(k));
      }
      denied.clear();
    }
    this.#eachLive((row) => {
      const known = this.#known.get(row), now = this.#termsOf(row);
      if (known === undefined || known.some((value, k) => value !== now[k])) this.#terms(row);
    });
    this.note();
  }

  #eachLive(visit: (row: number) => void): void {
    const { book, linked, ledger } = this.#engine, rows = this.#scratch;
    for (let s = 0; s < ledger.seriesCount; s++) {
      for (let k = 0, count = book.working.list(s, rows); k < count; k++) visit(rows.at(k));
      for (let k = 0, count = linked.heldOf(s, rows); k < count; k++) visit(rows.at(k));
    }
  }

  #termsOf(row: number): readonly number[] {
    const { orders } = this.#engine;
    return [
      orders.state[row]!,
      orders.flags[row]!,
      orders.quantity[row]!,
      orders.limit[row]!,
      orders.stop[row]!,
    ];
  }

  #terms(row: number): void {
    this.#put(MIRROR.terms, row, ...this.#termsOf(row));
  }

  #fill(fill: number): void {
    const { fills } = this.#engine;
    this.#put(
      MIRROR.fill,
      fills.order[fill]!,
      fills.timeUs[fill]!,
      fills.quantity[fill]!,
      fills.price[fill]!,
      fills.commission[fill]!,
      fills.fee[fill]!,
      fills.slippage[fill]!,
    );
  }

  #add(row: number): void {
    const { orders } = this.#engine;
    this.#put(
      MIRROR.add,
      row,
      intentCode(
        orders.sizing[row]!,
        orders.type[row]!,
        orders.timeInForce[row]!,
        orders.flags[row]!,
        orders.series[row]!,
      ),
      orders.quantity[row]!,
      orders.limit[row]!,
      orders.stop[row]!,
      orders.trail.get(row),
      orders.createdUs[row]!,
      orders.expiresUs[row]!,
      orders.reason[row]!,
    );
  }

  #put(kind: number, row: number, ...values: readonly number[]): void {
    if ((this.count + 1) * MIRROR_WIDTH > this.rows.length) {
      const longer = new Float64Array(this.rows.length * 2);
      longer.set(this.rows);
      this.rows = longer;
    }
    const at = this.count++ * MIRROR_WIDTH;
    this.rows.fill(0, at, at + MIRROR_WIDTH);
    this.rows[at] = this.#engine.step;
    this.rows[at + 1] = kind;
    this.rows[at + 2] = row;
    this.rows.set(values, at + 3);
  }
}
