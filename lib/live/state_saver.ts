/**
 * Asks strategies for their state when a snapshot is due and at an orderly stop, and watches how much is recorded for a restart of each: a
 * strategy that saves begins its record anew, one that does not may not trade on without end.
 *
 * @module
 */

import type { EventBus } from "../observe/mod.ts";
import { JOURNAL_KIND } from "../protocols/mod.ts";
import { MAX_PAYLOAD_BYTES } from "../store/mod.ts";
import { encodeSaved } from "./book_base.ts";
import { encodeJsonPayload } from "./records.ts";
import type { StrategySeat } from "./strategy_seat.ts";
import type { TradingCore } from "./trading_core.ts";

/** Share of `sandbox.max_replay_events` from which on a strategy is warned of, or asked for its state. */
const WARNING_SHARE = 0.8;

/** What a saver works with. */
export interface SaverOptions {
  readonly core: TradingCore;
  readonly seats: readonly (StrategySeat | null)[];
  readonly bus: EventBus;
  /** The most inputs that are recorded for a restart of a strategy. */
  readonly maxReplayEvents: number;
  readonly isSnapshotDue: () => boolean;
  /** Journals and applies. */
  readonly commit: (kind: number, payload: Uint8Array<ArrayBuffer>) => void;
  /** Deals with a strategy that failed in its save. */
  readonly fence: (strategy: number, error: unknown) => Promise<void>;
}

/** Keeps the states of one session. */
export class StateSaver {
  readonly #options: SaverOptions;
  /** Strategies that were warned of since their record began. */
  readonly #warned: Set<number> = new Set();

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  /** Looks, between two events, whether there is something to do. */
  async look(): Promise<void> {
    const { core, isSnapshotDue, maxReplayEvents } = this.#options;
    if (isSnapshotDue()) await this.save();
    for (const [k, { inputs }] of core.books.entries()) {
      const isHigh = inputs >= maxReplayEvents * WARNING_SHARE;
      if (isHigh && this.#warned.has(k) === false) await this.#relieve(k);
      if (!isHigh) this.#warned.delete(k);
      const isFull = core.books[k]!.inputs >= maxReplayEvents;
      if (isFull === core.standings[k]!.isFull) continue;
      this.#options.commit(
        JOURNAL_KIND.strategy,
        encodeJsonPayload({ strategy: k, event: "inputs", isFull }),
      );
      this.#tell(k, isFull ? "what adds risk is refused from here on" : "it may add risk again");
    }
  }

  /** Asks all strategies that offer it for their state, all at once, and stores what they give in their order. */
  async save(): Promise<void> {
    const asked = this.#options.seats.map((seat) =>
      seat?.opened.saves === true
        ? seat.save().then((child) => ({ seat, child }), (error: unknown) => ({ error }))
        : null
    );
    for (let k = 0; k < asked.length; k++) {
      const saved = await asked[k];
      if (saved === null || saved === undefined) continue;
      if ("error" in saved) await this.#options.fence(k, saved.error);
      else this.#store(k, saved.seat, saved.child);
    }
  }

  #store(
    strategy: number,
    { opened }: StrategySeat,
    child: Awaited<ReturnType<StrategySeat["save"]>>,
  ): void {
    const { core, bus, commit } = this.#options, { engine } = core.books[strategy]!;
    const payload = encodeSaved(
      { strategy, saveVersion: opened.terms.saveVersion, child },
      engine.step,
    );
    if (payload.length <= MAX_PAYLOAD_BYTES) return commit(JOURNAL_KIND.saved, payload);
    const message =
      `strategy ${core.ids[strategy]} and its book are ${payload.length} bytes, and ` +
      `${MAX_PAYLOAD_BYTES} can be stored: a restart goes on from the state before`;
    bus.publish("WARNING", { code: "state_too_large", message }, this.#origin());
  }

  /** Begins the record of a strategy anew by its state, or warns of it. */
  async #relieve(strategy: number): Promise<void> {
    const seat = this.#options.seats[strategy], before = this.#options.core.books[strategy]!.base;
    this.#warned.add(strategy);
    if (seat?.opened.saves === true) await this.save();
    if (this.#options.core.books[strategy]!.base !== before) return;
    this.#tell(strategy, "at the bound what adds risk is refused; save and load end the growth");
  }

  #tell(strategy: number, effect: string): void {
    const { core, bus, maxReplayEvents } = this.#options;
    bus.publish("STRATEGY_INPUTS", {
      strategy: core.ids[strategy]!,
      inputs: core.books[strategy]!.inputs,
      limit: maxReplayEvents,
      effect,
    }, this.#origin());
  }

  #origin(): { readonly timeUs: number; readonly source: string } {
    return { timeUs: this.#options.core.nowUs, source: "session" };
  }
}
