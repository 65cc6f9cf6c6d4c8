/**
 * Tells that time was lost: the machine slept, its clock was set, or the process stood still. What depends on time having passed evenly
 * (a lease, links, quotes, bars) has to be looked at again then.
 *
 * @module
 */

import type { Clock } from "../protocols/mod.ts";

/** How far the time of day may move away from monotonic time. */
const TOLERANCE_US = 5e6;

/**
 * How fast a time server turns a clock into place, at most, as a share of time: 500 ppm, the limit of `adjtime` (ntp_adjtime(2)). So much is
 * followed in silence; what is more adds up.
 */
const SLEW = 0.0005;

/** What happened to time. */
export type ClockJump =
  /** The time of day moved by so much more (or less, negative) than monotonic time since the beat before. */
  | { readonly kind: "moved"; readonly timeUs: number; readonly byUs: number }
  /** Nothing was heard for so long. */
  | { readonly kind: "silence"; readonly timeUs: number; readonly forUs: number };

/** Compares the two times of a clock from beat to beat. */
export class JumpDetector {
  readonly #clock: Clock;
  readonly #longestSilenceUs: number;
  /** Time of day less monotonic time, as it ought to be. */
  #offsetUs: number;
  #lastBeatUs: number;

  /** @param longestSilenceUs The longest that may lie between two beats, microseconds: the period of the bars. */
  constructor(clock: Clock, longestSilenceUs: number) {
    this.#clock = clock;
    this.#longestSilenceUs = longestSilenceUs;
    this.#lastBeatUs = clock.monotonicUs();
    this.#offsetUs = clock.now() - this.#lastBeatUs;
  }

  /**
   * To be called several times a period. Returns what happened since the beat before, undefined when time went on as it should; a move of
   * the time of day before a silence, for a machine that slept shows both.
   */
  beat(): ClockJump | undefined {
    const beatUs = this.#clock.monotonicUs(), timeUs = this.#clock.now();
    const forUs = beatUs - this.#lastBeatUs, byUs = timeUs - beatUs - this.#offsetUs;
    this.#lastBeatUs = beatUs;
    if (Math.abs(byUs) > TOLERANCE_US) {
      this.#offsetUs += byUs;
      return { kind: "moved", timeUs, byUs };
    }
    const slewUs = Math.floor(forUs * SLEW);
    this.#offsetUs += Math.min(Math.max(byUs, -slewUs), slewUs);
    return forUs > this.#longestSilenceUs ? { kind: "silence", timeUs, forUs } : undefined;
  }
}

/** How {@linkcode watchJumps} watches. */
export interface WatchJumpsOptions {
  /** As of {@linkcode JumpDetector}. Looked at four times in it, at least once in ten seconds. */
  readonly longestSilenceUs: number;
  readonly signal: AbortSignal;
  readonly onJump: (jump: ClockJump) => void;
}

const LONGEST_BEAT_US = 1e7;

/** Looks at a clock again and again, by monotonic time. Resolves when the signal is aborted. */
export async function watchJumps(clock: Clock, options: WatchJumpsOptions): Promise<void> {
  const { longestSilenceUs, signal, onJump } = options;
  const detector = new JumpDetector(clock, longestSilenceUs);
  const beatUs = Math.max(1, Math.min(Math.floor(longestSilenceUs / 4), LONGEST_BEAT_US));
  while (!signal.aborted) {
    try {
      await clock.sleep(beatUs, { signal });
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    const jump = detector.beat();
    if (jump !== undefined) onJump(jump);
  }
}
