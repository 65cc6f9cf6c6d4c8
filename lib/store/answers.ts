/**
 * How long a database may take to answer. A process that was paused while it wrote keeps the lock of the file, and Deno KV waits for it for
 * ever and cannot be called back: so whoever waits gives up, for good, and says who may hold the file.
 *
 * @module
 */

import { SandbarError, US_PER_SECOND } from "../core/mod.ts";
import type { Clock } from "../protocols/mod.ts";
import { LONGEST_ANSWER_US, SLOW_ANSWER_US } from "./limits.ts";

/** What is needed to wait for a database. */
export interface WaitingParts {
  readonly clock: Pick<Clock, "sleep">;
  /** Told, once an opening, when an answer takes longer than a second. */
  readonly onSlow?: ((text: string) => void) | undefined;
  /** Returns who may hold the file, for people: the database itself answers nothing while it waits. */
  readonly holders?: (() => readonly string[]) | undefined;
}

/** Answers of one database. */
export class Answers {
  readonly #shown: string;
  readonly #parts: WaitingParts;
  #late: SandbarError | undefined;
  #unanswered: Promise<unknown> | undefined;
  #hasTold = false;

  /** @param shown How messages call the database. */
  constructor(shown: string, parts: WaitingParts) {
    this.#shown = shown;
    this.#parts = parts;
  }

  /** True once an answer was too late: nothing is asked any more. */
  get areLate(): boolean {
    return this.#late !== undefined;
  }

  /** Settles when what was not answered in time has been answered after all; undefined while nothing is late. */
  get unanswered(): Promise<unknown> | undefined {
    return this.#unanswered;
  }

  /**
   * Returns the answer of what is asked.
   *
   * @throws {SandbarError} `persistence_io` when it takes too long, and at once for all that is asked later.
   */
  async of<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#late !== undefined) throw this.#late;
    const asked = ask(), answered = new AbortController();
    const late = this.#lateness(answered.signal);
    // Ended by the answer, it has no one who waits.
    late.catch(() => undefined);
    try {
      return await Promise.race([asked, late]);
    } catch (error) {
      if (error === this.#late) this.#unanswered ??= asked.catch(() => undefined);
      throw error;
    } finally {
      answered.abort();
    }
  }

  /** Rejects when the time is over. */
  async #lateness(signal: AbortSignal): Promise<never> {
    const { clock, onSlow } = this.#parts;
    await clock.sleep(SLOW_ANSWER_US, { signal });
    if (!this.#hasTold) {
      this.#hasTold = true;
      onSlow?.(
        `Waiting for ${this.#shown}: another process may be writing it, or was paused while it wrote`,
      );
    }
    await clock.sleep(LONGEST_ANSWER_US - SLOW_ANSWER_US, { signal });
    throw this.#late ??= this.#lateError();
  }

  #lateError(): SandbarError {
    const holders = this.#parts.holders?.() ?? [];
    const seconds = LONGEST_ANSWER_US / US_PER_SECOND;
    const who = holders.length === 0 ? "" : `, perhaps ${holders.join(", ")}`;
    return new SandbarError(
      "persistence_io",
      `Cannot use the store ${this.#shown}: no answer for ${seconds} seconds; another process holds the file${who}: ` +
        `one that is paused keeps it until it goes on (kill -CONT) or ends (kill -KILL); then start again`,
      { context: { location: this.#shown, isLate: true } },
    );
  }
}
