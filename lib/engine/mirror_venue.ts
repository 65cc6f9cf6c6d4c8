/**
 * The venue of a book that follows another one: nothing is matched here. What became of the orders comes as rows from the host's book and is
 * taken as it stands, in place of the matching, so that everything else of an instant (corporate actions, nights, marks, handlers) is the
 * same code in the same order.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";
import { MIRROR, MIRROR_WIDTH } from "../protocols/mod.ts";
import type { Instrument } from "../market/mod.ts";
import { isWorking, ORDER_FLAG } from "../trading/mod.ts";
import type { Venue } from "../venue/mod.ts";
import { correct, type Correctable } from "./corrections.ts";

const F64 = Float64Array, AB = ArrayBuffer, RangeErrorOf = RangeError, floor = Math.floor;

/** What a mirrored book is made of: an engine. */
export type MirroredBooks = Correctable;

/** Takes rows of the host's book. */
export class MirrorVenue implements Venue {
  readonly levels = null;
  readonly #books: MirroredBooks;
  readonly #instruments: readonly Instrument[];
  // The buffer is kept beside its view: `.buffer` is a getter that foreign code could replace.
  #bytes = new AB(64 * MIRROR_WIDTH * 8);
  #rows = new F64(this.#bytes);
  #capacity = 64;
  #count = 0;
  #at = 0;

  constructor(books: MirroredBooks, instruments: readonly Instrument[]) {
    this.#books = books;
    this.#instruments = instruments;
  }

  /** True while rows wait for their instant. */
  get isDue(): boolean {
    return this.#at < this.#count;
  }

  /** Returns a buffer for the rows of the next instants, to be filled by the caller. What was not taken of the ones before is gone. */
  reserve(count: number): ArrayBuffer {
    if (count > this.#capacity) {
      this.#capacity = count * 2;
      this.#bytes = new AB(this.#capacity * MIRROR_WIDTH * 8);
      this.#rows = new F64(this.#bytes);
    }
    this.#count = count;
    this.#at = 0;
    return this.#bytes;
  }

  match(step: number): void {
    const rows = this.#rows;
    while (this.#at < this.#count && rows[this.#at * MIRROR_WIDTH] === step) {
      this.#take(this.#at++ * MIRROR_WIDTH, step);
    }
    // Nobody takes new orders here.
    this.#books.book.fresh.clear();
  }

  pass(): void {
    // What ends in a halt comes as rows too.
  }

  split(): void {
    // Orders are restated by the corporate action itself; the venue keeps nothing of its own.
  }

  renumber(): void {
    throw new RangeErrorOf("orders do not leave a book that follows another one");
  }

  carry(tape: StateTape): void {
    tape.part("mirror venue", 1);
  }

  #take(base: number, step: number): void {
    const rows = this.#rows, { book } = this.#books, order = rows[base + 2]!;
    switch (rows[base + 1]) {
      case MIRROR.fill:
        return this.#fill(base, order, step);
      case MIRROR.end:
        return book.follow(order, rows[base + 3]!, rows[base + 4]!, rows[base + 5]!);
      case MIRROR.terms:
        return this.#terms(base, order);
      case MIRROR.add:
        return this.#add(base, order);
      case MIRROR.restate:
        return this.#restate(base, order);
      case MIRROR.transfer:
        return this.#books.ledger.transfer(order, rows[base + 3]!, rows[base + 4]!);
      default:
        throw new RangeErrorOf("a row of the host's book is of no known kind");
    }
  }

  #fill(base: number, order: number, step: number): void {
    const rows = this.#rows, { book, fills, ledger } = this.#books, { table } = book;
    const timeUs = rows[base + 3]!, quantity = rows[base + 4]!, price = rows[base + 5]!;
    const commission = rows[base + 6]!, fee = rows[base + 7]!, slippage = rows[base + 8]!;
    ledger.fill(table.series[order]!, quantity, price, commission, fee, slippage);
    table.filled[order]! += quantity;
    table.fill[order] = fills.add(order, step, timeUs, quantity, price, commission, fee, slippage);
  }

  #terms(base: number, order: number): void {
    const rows = this.#rows, { book } = this.#books, { table } = book;
    if (!isWorking(table.state[order]!)) return;
    const wasHeld = (table.flags[order]! & ORDER_FLAG.held) !== 0, flags = rows[base + 4]!;
    const isHeld = (flags & ORDER_FLAG.held) !== 0;
    table.quantity[order] = rows[base + 5]!;
    table.limit[order] = rows[base + 6]!;
    table.stop[order] = rows[base + 7]!;
    table.flags[order] = flags;
    if (wasHeld && !isHeld) book.release(order);
    else if (!isHeld) book.working.move(order, true);
    book.follow(order, rows[base + 3]!, 0, 0);
  }

  #restate(base: number, fill: number): void {
    const rows = this.#rows, books = this.#books, { fills, ledger } = books;
    const quantity = rows[base + 3]!, price = rows[base + 4]!;
    const commission = rows[base + 5]!, fee = rows[base + 6]!;
    if (fills.quantity[fill] !== quantity || fills.price[fill] !== price) {
      correct(books, this.#instruments, fill, quantity, price);
    }
    ledger.charge(commission - fills.commission[fill]!, fee - fills.fee[fill]!);
    fills.commission[fill] = commission;
    fills.fee[fill] = fee;
  }

  #add(base: number, order: number): void {
    const rows = this.#rows, { book } = this.#books, { table } = book;
    // A corporate action has made it here as well.
    if (order < table.length) return;
    if (order > table.length) {
      throw new RangeErrorOf("the host's book has rows that this one lacks");
    }
    const code = rows[base + 3]!;
    const row = book.add(
      floor(code / 1048576),
      code % 16,
      floor(code / 16) % 16,
      floor(code / 256) % 16,
      floor(code / 4096) % 256,
      rows[base + 4]!,
      rows[base + 5]!,
      rows[base + 6]!,
      rows[base + 7]!,
      rows[base + 8]!,
      rows[base + 9]!,
    );
    table.reason[row] = rows[base + 10]!;
  }
}
