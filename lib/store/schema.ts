/**
 * Which records this version can read: a record that it cannot is a reason not to start, never one to skip.
 *
 * @module
 */

import { JOURNAL_KIND } from "../protocols/mod.ts";

/** By kind of record: the newest version of its payload that is known. */
export type Schema = Readonly<Record<number, number>>;

/** Every kind in its first version. */
export const FIRST_SCHEMA: Schema = Object.fromEntries(
  Object.values(JOURNAL_KIND).map((kind) => [kind, 1]),
);

/** Returns why a record cannot be read, undefined when it can. */
export function unknownIn(schema: Schema, kind: number, version: number): string | undefined {
  const newest = schema[kind];
  if (newest === undefined) return `records of kind ${kind}`;
  return version > newest
    ? `version ${version} of records of kind ${kind}, newest known is ${newest}`
    : undefined;
}
