/**
 * Attacks from inside the sealed realm on the engine beside it: each with the realm's built-ins frozen and not frozen, so that the two
 * defences are tested one without the other. Proved by numbers: no order may carry a number of a later bar.
 *
 * @module
 */

import { assertMatch } from "@std/assert";
import { attack, type AttackOptions } from "./attack.ts";
import { assertUnharmed, outcome, type RedTeamCase } from "./case.ts";

/** What must come of it beside no leak: a pattern for both modes, or one for each. Without one the run must reach its end. */
export type Expected = RegExp | { readonly frozen: RegExp; readonly open: RegExp };

/** An attack as a row of a table. */
export type SealedRow = readonly [
  id: string,
  title: string,
  source: string,
  expected?: Expected,
  options?: AttackOptions,
];

/** Returns the cases of a table. `alsoWithoutBan` runs them without the process-wide ban on code from text as well. */
export function sealedCases(rows: readonly SealedRow[], alsoWithoutBan = false): RedTeamCase[] {
  return rows.map(([id, title, source, expected = /^done: /, options = {}]): RedTeamCase => ({
    id: `SE-${id}`,
    title,
    expected: "no look-ahead, no way out, books equal; frozen and not",
    run: async () => {
      const told: string[] = [];
      const bans = alsoWithoutBan ? [true, false] : [true];
      for (const banCodegen of bans) {
        for (const freeze of [true, false]) {
          const found = await attack(source, {
            rows: 1500,
            ...options,
            freeze,
            limits: { ...options.limits, banCodegen },
          });
          const label = `${freeze ? "frozen" : "not frozen"}${banCodegen ? "" : ", no ban"}`;
          const pattern = expected instanceof RegExp
            ? expected
            : freeze
            ? expected.frozen
            : expected.open;
          assertUnharmed(found, label);
          assertMatch(outcome(found), pattern, `${label}: found ${outcome(found)}`);
          told.push(outcome(found));
        }
      }
      return [...new Set(told)].join(" / ");
    },
  }));
}
