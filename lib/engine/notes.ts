/**
 * What a strategy writes: log lines and marks, bounded, handed over as JSON lines after each slice.
 *
 * @module
 */

import type { StateTape } from "../core/mod.ts";

const quote = JSON.stringify;

/** Bounds of a run; what is beyond them is dropped and counted. */
export const MAX_LOG_LINES = 10_000,
  MAX_MARKS = 10_000,
  MAX_LOG_CHARACTERS = 1_000,
  MAX_MARK_CHARACTERS = 100;

/** Notes of a run since they were last taken. */
export class Notes {
  #text = "";
  #lines = 0;
  #marks = 0;
  /** Notes beyond the bounds. */
  dropped = 0;

  /** Adds a log line; only text is kept of what is given. */
  log(timeUs: number, text: unknown): void {
    if (typeof text !== "string" || this.#lines === MAX_LOG_LINES) {
      this.dropped++;
      return;
    }
    this.#lines++;
    this.#text += '["log",' + timeUs + "," + quote(cut(text, MAX_LOG_CHARACTERS)) + "]\n";
  }

  /** Adds a mark in the report. */
  mark(timeUs: number, label: unknown): void {
    if (typeof label !== "string" || this.#marks === MAX_MARKS) {
      this.dropped++;
      return;
    }
    this.#marks++;
    this.#text += '["mark",' + timeUs + "," + quote(cut(label, MAX_MARK_CHARACTERS)) + "]\n";
  }

  /** Writes what is left of the bounds to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("notes", 1);
    this.#lines = tape.number(this.#lines);
    this.#marks = tape.number(this.#marks);
    this.dropped = tape.number(this.dropped);
  }

  /** Returns the notes as JSON lines, each `[kind, microseconds, text]`, and forgets them. */
  take(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  let short = "";
  for (let i = 0; i < most; i++) short += text[i];
  return short;
}
