/**
 * How much a child may send: the host keeps rows and notes, so that they are counted by answer and by run.
 *
 * @module
 */

import { StrategyFailure } from "./failure.ts";
import { type Frame, HEADER_BYTES, KIND } from "./frames.ts";

/** Most bytes of rows and notes that belong to one answer. */
const MAX_ANSWER_BYTES = 64 << 20;
/** Most bytes of rows and notes in a run: more than 20 million intents. */
const MAX_RUN_BYTES = 1 << 30;

/** What one child has sent. */
export class AnswerBudget {
  #answer = 0;
  #run = 0;

  /** Begins the next answer. */
  begin(): void {
    this.#answer = 0;
  }

  /** Counts a frame that is kept. @throws {StrategyFailure} `quota` when it is too much. */
  take({ kind, bytes }: Frame): void {
    // An empty frame is not free either.
    const size = HEADER_BYTES + bytes.length;
    this.#answer += size;
    // A saved state takes the place of the one before.
    if (kind !== KIND.tape && kind !== KIND.state) this.#run += size;
    if (this.#answer > MAX_ANSWER_BYTES) throw tooMuch(MAX_ANSWER_BYTES, "one slice");
    if (this.#run > MAX_RUN_BYTES) throw tooMuch(MAX_RUN_BYTES, "the run");
  }
}

function tooMuch(bytes: number, where: string): StrategyFailure {
  return new StrategyFailure(
    "quota",
    `the strategy sent more than ${bytes >> 20} MiB of orders, plots and notes in ${where}`,
  );
}
