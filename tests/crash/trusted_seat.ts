/**
 * A seat without a process: a strategy that can be trusted, in a run of its own whose book follows the host's. It is
 * what the sealed child does, but for the walls.
 *
 * @module
 */

import { StateTape } from "../../lib/core/mod.ts";
import {
  ALL_RIGHTS,
  type EngineSpec,
  StrategyRun,
  type StrategyRunOptions,
} from "../../lib/engine/mod.ts";
import { WarmUp } from "../../lib/engine/warm_up.ts";
import type { BookBase } from "../../lib/live/account/book_base.ts";
import type { LiveBook, Telling } from "../../lib/live/account/live_book.ts";
import type { LiveMarket } from "../../lib/live/account/live_market.ts";
import type { PastInstants, Seat } from "../../lib/live/strategies/seat.ts";
import { allocateColumns, Bars, COLUMN_NAMES, LAST_OF_INSTANT } from "../../lib/market/mod.ts";
import { INTENT_WIDTH, MIRROR_WIDTH } from "../../lib/protocols/mod.ts";
import { type SavedChild, type SliceReport, StrategyFailure } from "../../lib/sandbox/mod.ts";
import { strategyParts } from "../../lib/strategy/engine_door.ts";
import { defineStrategy, type Handlers, type SetupContext } from "../../lib/strategy/mod.ts";

/** What a strategy's `setup` is. */
export type Setup = (context: SetupContext<Record<never, never>>) => Handlers;

/** A strategy in the process of the test. */
export class TrustedSeat implements Seat {
  /** Seats that were opened and not disposed of: each would be a process. */
  static open = 0;
  readonly opened: Seat["opened"];
  readonly sourceHash = "";
  readonly osLimits = true;
  readonly networkIsolated = true;
  readonly #run: StrategyRun;
  readonly #options: StrategyRunOptions;
  readonly #bars: readonly Bars[];
  readonly #market: LiveMarket;
  #planAt = 0;
  #isGone = false;

  constructor(setup: Setup, spec: Omit<EngineSpec, "rights">, market: LiveMarket) {
    const { risk: _risk, ...own } = spec;
    TrustedSeat.open++;
    this.#market = market;
    this.#bars = market.bars.map((bars) =>
      new Bars(bars.symbol, bars.tickScale, allocateColumns(bars.close.length), 0)
    );
    this.#options = {
      spec: { ...own, rights: ALL_RIGHTS, mirror: "copy" },
      series: this.#bars,
      plan: market.plan,
      period: "1d",
      plotStride: 0,
      startUs: market.startUs,
    };
    this.#run = new StrategyRun(this.#options);
    this.#run.setup(strategyParts(defineStrategy({ name: "trusted", setup }))!, {}, () => {});
    this.opened = {
      terms: {
        name: "trusted",
        saveVersion: 1,
        params: [],
        rights: ALL_RIGHTS,
        periods: undefined,
      },
      params: {},
      plots: "",
      saves: this.#run.saves,
    };
  }

  begin(from: BookBase | null): Promise<SliceReport> {
    return this.#do(() => {
      if (from !== null) this.#resume(from);
      if (from !== null && from.child.state !== null) return;
      this.#run.start();
      this.#run.tick(this.#run.engine.nowUs);
    });
  }

  async save(): Promise<SavedChild> {
    // In a turn of its own, as an answer of another process would come.
    await Promise.resolve();
    const state = this.#run.saveText(), engine = this.#run.engine.snapshot();
    const tape = new StateTape();
    this.#run.carry(tape);
    return { state, engine, run: tape.saved(), chance: [0, 0, 0, 0] };
  }

  get nextEventUs(): number {
    return this.#run.nextEventUs();
  }

  tick(timeUs: number): Promise<SliceReport> {
    return this.#do(() => this.#run.tick(timeUs));
  }

  step(book: LiveBook): Promise<SliceReport> {
    const { rows, count } = book.lastMirrored();
    return this.replay({ steps: 1, to: 0, rows, rowCount: count, isUnseen: false });
  }

  replay({ steps, rows, rowCount, isUnseen }: PastInstants): Promise<SliceReport> {
    return this.#do(() => {
      this.#fill(steps);
      this.#mirror(rows, rowCount);
      if (isUnseen) this.#run.pass(steps);
      else this.#run.run(steps);
    });
  }

  tell(book: LiveBook, { first, end, timeUs }: Telling): Promise<SliceReport> {
    return this.#do(() => {
      this.#mirror(book.mirrored.from(first, end), end - first);
      this.#run.told(timeUs);
    });
  }

  stop(): Promise<SliceReport> {
    return this.#do(() => this.#run.stop());
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isGone) TrustedSeat.open--;
    this.#isGone = true;
    return Promise.resolve();
  }

  #resume({ child, steps, isNew }: BookBase): void {
    const run = this.#run;
    this.#fill(steps);
    new WarmUp(this.#options, run).walk(steps);
    run.engine.restore(child.engine);
    if (child.run !== null) run.carry(new StateTape(child.run));
    if (isNew) run.skip();
    if (child.state !== null) run.load(JSON.parse(child.state));
  }

  #mirror(rows: Float64Array, count: number): void {
    const buffer = new Float64Array(this.#run.engine.mirror!.reserve(count));
    buffer.set(rows.subarray(0, count * MIRROR_WIDTH));
  }

  /** Lets its bars grow by so many instants. */
  #fill(steps: number): void {
    const { plan } = this.#market;
    for (let left = steps; left > 0;) {
      const entry = plan === null ? LAST_OF_INSTANT : plan[this.#planAt++]!;
      const s = entry & ~LAST_OF_INSTANT, from = this.#market.bars[s]!, bars = this.#bars[s]!;
      for (const name of COLUMN_NAMES) bars[name][bars.length] = from[name][bars.length]!;
      bars.length++;
      if ((entry & LAST_OF_INSTANT) !== 0) left--;
    }
  }

  async #do(work: () => void): Promise<SliceReport> {
    // In a turn of its own, as an answer of another process would come.
    await Promise.resolve();
    try {
      work();
    } catch (error) {
      throw new StrategyFailure("throw", error instanceof Error ? error.message : String(error));
    }
    const { engine, book: { intents } } = this.#run, count = intents.length;
    const rows = new Float64Array(intents.bytes.slice(0, count * INTENT_WIDTH * 8));
    intents.clear();
    return {
      bookHash: engine.mirrorHash(),
      nextEventUs: this.#run.nextEventUs(),
      intents: rows,
      intentCount: count,
      plots: new Float64Array(0),
      notes: "",
    };
  }
}
