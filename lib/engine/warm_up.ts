/**
 * Brings the indicators of a strategy over bars that are past for it: no handler is called and no order is there. A book without orders walks
 * beside them, because it is the book that knows when prices are restated.
 *
 * @module
 */

import { Engine } from "./engine.ts";
import type { StrategyRun, StrategyRunOptions } from "./strategy_run.ts";

/** Walks the bars before a strategy's start. */
export class WarmUp {
  readonly #walker: Engine;
  readonly #run: StrategyRun;

  constructor(options: StrategyRunOptions, run: StrategyRun) {
    this.#walker = new Engine(options.spec, options.series, options.plan, null);
    this.#walker.listener = run;
    this.#run = run;
  }

  /** Walks `steps` instants, whose bars are there. */
  walk(steps: number): void {
    const walker = this.#walker, { board } = this.#run, isSingle = walker.series.length === 1;
    for (let k = 0; k < steps; k++) {
      walker.advance();
      if (isSingle) board.advance(0);
      else for (let i = 0; i < walker.touchedCount; i++) board.advance(walker.touched[i]!);
    }
  }
}
