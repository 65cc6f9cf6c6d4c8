/**
 * What to make of an order when our state and the broker's status stand side by side: one table, every pair decided.
 *
 * Rows are our states and `absent` for an order that our book does not know; columns are the broker's statuses and `absent` for an order that it
 * does not have. A cell is one of:
 *
 * | cell | means |
 * |---|---|
 * | `=` | both tell the same; what is filled is compared beside it |
 * | `~` | a request is in flight: whoever sent it waits for the answer or asks by client id, so this is no drift |
 * | `take` | the broker's word is newer: its status is what a report told that did not arrive |
 * | `close` | it works here and the broker does not have it (any more): it is over |
 * | `revive` | proved absent here, and it works there: it is an order again, and cancelled |
 * | `cancel` | over here, and it works there: the broker is asked to cancel it |
 * | `unclear` | the broker's status tells nothing, or the pair cannot be: told to people, and asked again |
 * | `foreign` | works there, unknown here: made elsewhere, or by a journal that is not this one |
 *
 * @module
 */

import { invariant } from "../../core/mod.ts";
import { ORDER_STATE_NAMES, type OrderStateName } from "../orders/lifecycle.ts";
import { BROKER_STATUS_NAMES, type BrokerStatusName } from "./sides.ts";

/** What to make of a pair. */
export type OrderVerdict =
  | "agree"
  | "in_flight"
  | "take"
  | "close"
  | "revive"
  | "cancel"
  | "unclear"
  | "foreign";

/** Our side of a pair. */
export type OurOrderState = OrderStateName | "absent";
/** The broker's side of a pair. */
export type TheirOrderState = BrokerStatusName | "absent";

const TABLE = `
ours              absent  pending  accepted  partially_filled  suspended  filled   cancelled  rejected  expired  replaced  unknown
absent            =       foreign  foreign   foreign           foreign    =        =          =         =        =         foreign
pending           =       cancel   cancel    cancel            cancel     unclear  unclear    unclear   unclear  unclear   unclear
submitted         ~       ~        ~         ~                 ~          ~        ~          ~         ~        ~         ~
unknown           ~       ~        ~         ~                 ~          ~        ~          ~         ~        ~         ~
accepted          close   =        =         =                 take       take     take       take      take     take      unclear
partially_filled  close   =        =         =                 take       take     take       take      take     take      unclear
pending_cancel    close   ~        ~         ~                 ~          take     take       take      take     take      ~
pending_replace   close   ~        ~         ~                 ~          take     take       take      take     take      ~
suspended         close   take     take      take              =          take     take       take      take     take      unclear
filled            =       cancel   cancel    cancel            cancel     =        =          =         =        =         unclear
cancelled         =       cancel   cancel    cancel            cancel     =        =          =         =        =         unclear
rejected          =       cancel   cancel    cancel            cancel     =        =          =         =        =         unclear
never_received    =       revive   revive    revive            revive     take     take       take      take     take      revive
expired           =       cancel   cancel    cancel            cancel     =        =          =         =        =         unclear
replaced          =       cancel   cancel    cancel            cancel     =        =          =         =        =         unclear
`;

const OURS: readonly OurOrderState[] = ["absent", ...ORDER_STATE_NAMES];
const THEIRS: readonly TheirOrderState[] = ["absent", ...BROKER_STATUS_NAMES];

const VERDICTS = readTable();

/** Returns what to make of an order. */
export function orderVerdict(ours: OurOrderState, theirs: TheirOrderState): OrderVerdict {
  return VERDICTS.get(`${ours} ${theirs}`)!;
}

function readTable(): ReadonlyMap<string, OrderVerdict> {
  const lines = TABLE.trim().split("\n").map((line) => line.trim().split(/ +/));
  const columns = lines[0]!.slice(1), verdicts = new Map<string, OrderVerdict>();
  invariant(columns.join() === THEIRS.join(), "the columns of the table of order verdicts");
  invariant(
    lines.slice(1).map((line) => line[0]).join() === OURS.join(),
    "the rows of the table of order verdicts",
  );
  for (const line of lines.slice(1)) {
    invariant(line.length === columns.length + 1, `the table of order verdicts in row ${line[0]}`);
    columns.forEach((column, k) => verdicts.set(`${line[0]} ${column}`, verdictOf(line[k + 1]!)));
  }
  return verdicts;
}

function verdictOf(word: string): OrderVerdict {
  switch (word) {
    case "=":
      return "agree";
    case "~":
      return "in_flight";
    case "take":
    case "close":
    case "revive":
    case "cancel":
    case "unclear":
    case "foreign":
      return word;
    default:
      invariant(false, `the table of order verdicts has no verdict ${word}`);
  }
}
