/**
 * The errors of the store, each with its code, the place and what to do.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";

/** What to do about damage: the store itself repairs nothing in silence. */
const DOCTOR = "run `deno task doctor`: it names all damage and offers the last good state";

/** Damage that recovery must not pass over. */
export function journalCorrupt(shown: string, sequence: number, what: string): SandbarError {
  return new SandbarError(
    "journal_corrupt",
    `Cannot recover from ${shown}: record ${sequence} of the journal is damaged (${what}); ${DOCTOR}`,
    { context: { location: shown, sequence, found: what } },
  );
}

/** A damaged value that is neither journal block nor snapshot. */
export function valueCorrupt(shown: string, name: string, what: string): SandbarError {
  return new SandbarError(
    "journal_corrupt",
    `Cannot use ${shown}: the value "${name}" is damaged (${what}); ${DOCTOR}`,
    { context: { location: shown, value: name, found: what } },
  );
}

/** Something that only a later version can read. */
export function schemaNewer(shown: string, what: string): SandbarError {
  return new SandbarError(
    "schema_newer",
    `Cannot use ${shown}: it was written by a newer version of Sandbar (${what}); use that version`,
    { context: { location: shown, found: what } },
  );
}

/** A call of the database that failed; an error that is for people already stays as it is. */
export function ioError(doing: string, shown: string, cause: unknown): SandbarError {
  if (cause instanceof SandbarError) return cause;
  return new SandbarError("persistence_io", `Cannot ${doing} ${shown}: ${reasonOf(cause)}`, {
    context: { location: shown },
    cause,
  });
}

/** What to do about a reason that the system gives. */
const ADVICE: readonly (readonly [reason: RegExp, advice: string])[] = [
  [/disk is full/, "make room and start again"],
  [
    /database is locked/,
    "another process holds it, also one that is paused: let it go on or end it, and start again",
  ],
  [/unable to open database file|readonly database/, "the file and its folder must be writable"],
];

/** Returns what a failed call says, with advice where there is one. */
export function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const advice = ADVICE.find(([reason]) => reason.test(text))?.[1];
  return advice === undefined ? text : `${text}; ${advice}`;
}
