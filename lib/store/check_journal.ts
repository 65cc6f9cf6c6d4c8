/**
 * The journal's part of a check: every fault by its record, and which stretches of records are good.
 *
 * @module
 */

import type { JournalEnd } from "./journal_end.ts";
import { isSameHash } from "./journal_block.ts";
import { type WalkedBlock, walkJournal, type WalkOptions } from "./journal_walk.ts";

/** Something that is damaged or does not belong. */
export interface StoreFinding {
  /** The record, snapshot or value. */
  readonly where: string;
  readonly what: string;
  /** Number of the record, where it is one. */
  readonly sequence?: number;
}

/** Whole records that follow each other without a fault between them. */
export interface GoodStretch {
  readonly from: number;
  readonly to: number;
}

/** What was found in a journal. */
export interface JournalCheck {
  readonly blocks: number;
  /** Whole good records. */
  readonly records: number;
  readonly stretches: readonly GoodStretch[];
  /** Highest number of a good record or part. */
  readonly highest: number;
  /** Number of a record at the end of which only a part is stored: it was under way when the process ended, or is. */
  readonly unfinished: number | undefined;
  readonly findings: readonly StoreFinding[];
}

/**
 * Walks a journal to its end.
 *
 * @param head What the head says; undefined when there is none or it is damaged.
 */
export async function checkJournal(
  options: WalkOptions,
  head: JournalEnd | undefined,
): Promise<JournalCheck> {
  const findings: StoreFinding[] = [], stretches: { from: number; to: number }[] = [];
  let blocks = 0, records = 0, highest = 0, hasFault = false, last: WalkedBlock | undefined;
  let opened: number | undefined;
  for await (const block of walkJournal(options)) {
    const { fault } = last = block;
    blocks++;
    if (fault?.kind === "link") {
      hasFault = true;
      opened = undefined;
    }
    for (const { sequence, part, hasMore } of block.records) {
      highest = Math.max(highest, sequence);
      // Of a record whose beginning is damaged the rest is no record.
      if (part === 0) opened = sequence;
      if (hasMore || opened !== sequence) continue;
      opened = undefined;
      records++;
      const before = stretches[stretches.length - 1];
      // Numbers may be left out, but not where something is damaged.
      if (before === undefined || (hasFault && before.to + 1 !== sequence)) {
        stretches.push({ from: sequence, to: sequence });
      } else before.to = sequence;
      hasFault = false;
    }
    if (fault === undefined) continue;
    const { kind, sequence, what } = fault;
    findings.push({
      where: `record ${sequence}`,
      what: kind === "newer" ? `unknown: ${what}` : what,
      sequence,
    });
    if (kind === "link") continue;
    hasFault = true;
    if (kind === "record") opened = undefined;
  }
  const end = stretches[stretches.length - 1]?.to ?? options.start?.after ?? 0;
  if (head !== undefined && findings.length === 0) {
    findings.push(...endFindings(head, end, last));
  }
  return { blocks, records, stretches, highest, unfinished: opened, findings };
}

/** A journal that is being written may be longer by now than its head was when it was read. */
function endFindings(
  head: JournalEnd,
  end: number,
  last: WalkedBlock | undefined,
): readonly StoreFinding[] {
  if (end < head.whole) {
    const where = `record ${end + 1}`, what = `records ${end + 1} to ${head.whole} are missing`;
    return [{ where, what, sequence: end + 1 }];
  }
  const isOther = end === head.whole && last?.header?.last === head.last &&
    !isSameHash(last.header.hash, head.hash);
  return isOther ? [{ where: 'value "head"', what: "it ends with another block" }] : [];
}
