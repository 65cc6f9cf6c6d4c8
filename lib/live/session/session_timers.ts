/**
 * What happens in a session by the clock alone: the tick of the engine's timer, the moment at which a strategy's timer is due in real time, and
 * jumps of the clock.
 *
 * @module
 */

import { watchJumps } from "../../clock/mod.ts";
import type { EventBus, EventOrigin } from "../../observe/mod.ts";
import type { Clock, TimerId } from "../../protocols/mod.ts";

/** How long a timer of a strategy waits for a bar that closes at the same time, in real time. */
export const BAR_GRACE_US = 1e6;
/** Bars of any size are missed after so long. */
const LEAST_SILENCE_US = 6e7;

/** What the timers work with. */
export interface TimerOptions {
  readonly clock: Clock;
  readonly bus: EventBus;
  readonly rules: {
    readonly isRealTime: boolean;
    readonly periodUs: number;
    readonly cycleUs: number;
  };
  /** Engine time, microseconds UTC. */
  readonly nowUs: () => number;
  readonly onDue: () => void;
  readonly onTick: (tick: number) => void;
}

/** The timers of one session. */
export class SessionTimers {
  readonly #options: TimerOptions;
  #tick = 0;
  #tickTimer: TimerId | null = null;
  #dueTimer: TimerId | null = null;
  #dueUs = Infinity;

  constructor(options: TimerOptions) {
    this.#options = options;
  }

  /** Ticks, and watches the clock, until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, rules, bus } = this.#options;
    this.#planTick();
    // A machine that slept and a clock that was set: what was missed comes from the feed, in order.
    await watchJumps(clock, {
      longestSilenceUs: Math.max(rules.periodUs, LEAST_SILENCE_US),
      signal,
      onJump: (jump) => {
        const byUs = jump.kind === "moved" ? jump.byUs : jump.forUs;
        bus.publish("CLOCK_JUMP", { jumpMs: Math.round(byUs / 1000) }, {
          timeUs: jump.timeUs,
          source: "clock",
        });
      },
    });
    for (const timer of [this.#tickTimer, this.#dueTimer]) {
      if (timer !== null) clock.cancelTimer(timer);
    }
  }

  /** In real time, tells when the next timer or session event of a strategy is due, with time for a bar of that moment to come first. */
  planDue(seats: readonly ({ readonly nextEventUs: number } | null)[]): void {
    const { clock, rules, onDue } = this.#options;
    if (!rules.isRealTime) return;
    const dueUs = seats.reduce(
      (least, seat) => Math.min(least, seat?.nextEventUs ?? Infinity),
      Infinity,
    );
    if (dueUs === this.#dueUs) return;
    if (this.#dueTimer !== null) clock.cancelTimer(this.#dueTimer);
    this.#dueUs = dueUs;
    this.#dueTimer = dueUs < Infinity ? clock.setTimer(dueUs + BAR_GRACE_US, onDue) : null;
  }

  #planTick(): void {
    const { clock, rules, bus, onTick } = this.#options;
    this.#tickTimer = clock.setTimer(clock.now() + rules.cycleUs, () => {
      const tick = ++this.#tick, startedUs = clock.monotonicUs();
      bus.publish("CYCLE_START", { tick }, this.#origin());
      // Before the next one is set: whoever is called may end the session.
      this.#planTick();
      onTick(tick);
      const durationUs = clock.monotonicUs() - startedUs;
      bus.publish("CYCLE_END", { tick, durationUs }, this.#origin());
    });
  }

  #origin(): EventOrigin {
    return { timeUs: this.#options.nowUs(), source: "session" };
  }
}
