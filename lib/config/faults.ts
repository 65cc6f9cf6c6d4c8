/**
 * Faults of settings, collected while a file and flags are read, and told together: each with its place in the file where it has one.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";

/** Faults told at once; more are counted. */
const MAX_FAULTS = 50;

/** Collects faults; nothing starts before there are none. */
export class Faults {
  readonly #faults: { readonly at: number | undefined; readonly text: string }[] = [];
  readonly #placeOf: (at: number) => string;

  /** @param placeOf Returns an offset of the file as `file:line:column`. */
  constructor(placeOf: (at: number) => string) {
    this.#placeOf = placeOf;
  }

  /** Notes a fault at an offset of the file, or of a flag. */
  add(at: number | undefined, text: string): void {
    this.#faults.push({ at, text });
  }

  /** Whether a fault that begins with these words was noted. */
  isTold(start: string): boolean {
    return this.#faults.some(({ text }) => text.startsWith(start));
  }

  /**
   * Returns when there was no fault.
   *
   * @throws {SandbarError} `config_invalid` with every fault, `usage` when all are of flags.
   */
  refuse(): void {
    if (this.#faults.length === 0) return;
    // Flags come first: they have no place.
    const sorted = this.#faults.toSorted((a, b) => (a.at ?? -1) - (b.at ?? -1));
    const told = sorted.slice(0, MAX_FAULTS).map(({ at, text }) =>
      at === undefined ? text : `${this.#placeOf(at)}: ${text}`
    );
    const count = sorted.length, ofFlags = sorted.every(({ at }) => at === undefined);
    if (count > told.length) told.push(`and ${count - told.length} more`);
    throw new SandbarError(
      ofFlags ? "usage" : "config_invalid",
      count > 1
        ? `Cannot use the settings, ${count} faults:\n  ${told.join("\n  ")}`
        : ofFlags
        ? told[0]!
        : `Cannot use the settings: ${told[0]}`,
    );
  }
}
