/**
 * The book of what no strategy owns: positions that were there before us or were made elsewhere, and the cash that goes with differences. The
 * account is the exact sum of the strategies' books and this one.
 *
 * @module
 */

import { mulDiv } from "../core/mod.ts";
import type { Correction } from "../trading/host_door.ts";

/** A position, in millionths: micro-shares, below 0 when short, and ticks. */
export interface UnassignedPosition {
  readonly symbol: string;
  readonly quantity: number;
  readonly averagePrice: number;
  /** When it was found, microseconds UTC. */
  readonly sinceUs: number;
}

/** Plain data. */
export interface UnassignedState {
  readonly cash: number;
  readonly positions: readonly UnassignedPosition[];
}

/** What no strategy owns. */
export class Unassigned {
  /** Micro-units; may be negative. */
  cash = 0;
  readonly #positions = new Map<string, UnassignedPosition>();

  /** Changes a position by micro-shares; a price of 0 leaves the average as it is. */
  add(symbol: string, quantity: number, averagePrice: number, timeUs: number): void {
    const before = this.#positions.get(symbol), next = (before?.quantity ?? 0) + quantity;
    if (next === 0) this.#positions.delete(symbol);
    else {
      this.#positions.set(symbol, {
        symbol,
        quantity: next,
        averagePrice: averagePrice === 0 ? before?.averagePrice ?? 0 : averagePrice,
        sinceUs: before?.sinceUs ?? timeUs,
      });
    }
  }

  /** Takes what a reconciliation corrects here; other corrections change nothing. */
  correct(correction: Correction, timeUs: number): void {
    switch (correction.kind) {
      case "position":
        return this.add(
          correction.symbol,
          correction.difference,
          correction.averagePrice,
          timeUs,
        );
      case "remove":
        return this.add(correction.symbol, -correction.quantity, 0, timeUs);
      case "cash":
        this.cash += correction.difference;
    }
  }

  /** Micro-shares of a symbol. */
  quantityOf(symbol: string): number {
    return this.#positions.get(symbol)?.quantity ?? 0;
  }

  /** All positions, by symbol. */
  positions(): readonly UnassignedPosition[] {
    return [...this.#positions.values()].sort((a, b) => a.symbol < b.symbol ? -1 : 1);
  }

  /**
   * Cash and positions in micro-units.
   *
   * @param priceOf Last price of a symbol in ticks, 0 for an unknown one: its average price counts then.
   */
  equity(priceOf: (symbol: string) => number): number {
    return this.positions().reduce(
      (sum, it) => sum + mulDiv(it.quantity, priceOf(it.symbol) || it.averagePrice, 1e6),
      this.cash,
    );
  }

  /** Returns everything as plain data. */
  state(): UnassignedState {
    return { cash: this.cash, positions: this.positions() };
  }

  /** Takes it back. */
  restore(state: UnassignedState): void {
    this.cash = state.cash;
    this.#positions.clear();
    for (const position of state.positions) this.#positions.set(position.symbol, position);
  }
}
