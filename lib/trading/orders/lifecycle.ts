/**
 * The life of an order as one table: what each command and each report does in each state. Every pair is decided.
 *
 * A *command* is ours: one that the table does not allow is refused and changes nothing. A *report* is the venue's: it never fails. It
 * moves the order, or it is a repeat of what is known, or it is unexpected: booked all the same, told, and asked about. An order that was
 * proved absent and turns up after all is revived.
 *
 * @module
 */

import { invariant, numbered } from "../../core/mod.ts";

/** Where an order stands. The numbers are places in this list. */
export const ORDER_STATE_NAMES = [
  "pending",
  "submitted",
  "unknown",
  "accepted",
  "partially_filled",
  "pending_cancel",
  "pending_replace",
  "suspended",
  "filled",
  "cancelled",
  "rejected",
  "never_received",
  "expired",
  "replaced",
] as const;

/** What we may ask. */
export const ORDER_COMMAND_NAMES = ["send", "refuse", "cancel", "replace", "time_out"] as const;

/** What a venue may tell. `found` is the answer to a look-up, `absent` the proof that the venue never had the order. */
export const ORDER_REPORT_NAMES = [
  "acknowledged",
  "partial_fill",
  "full_fill",
  "rejected",
  "cancelled",
  "expired",
  "suspended",
  "resumed",
  "replaced",
  "cancel_refused",
  "replace_refused",
  "absent",
  "corrected",
] as const;

export type OrderStateName = typeof ORDER_STATE_NAMES[number];
export type OrderCommandName = typeof ORDER_COMMAND_NAMES[number];
export type OrderReportName = typeof ORDER_REPORT_NAMES[number];

// One row a state. A cell is the next state, or one of:
//   -     commands: refused ("cannot cancel order in FILLED state"); reports: unexpected (booked, told, asked about)
//   =     the state stays: a command without effect, a report that is recorded
//   .     the state stays: a repeat of what is known, counted
//   back  the working state that the order was in before
const COMMANDS = `
state             send       refuse    cancel          replace          time_out
pending           submitted  rejected  cancelled       =                -
submitted         -          -         pending_cancel  -                unknown
unknown           -          -         =               -                =
accepted          -          -         pending_cancel  pending_replace  -
partially_filled  -          -         pending_cancel  pending_replace  -
pending_cancel    -          -         =               -                =
pending_replace   -          -         pending_cancel  -                =
suspended         -          -         pending_cancel  pending_replace  -
filled            -          -         -               -                -
cancelled         -          -         -               -                -
rejected          -          -         -               -                -
never_received    -          -         -               -                -
expired           -          -         -               -                -
replaced          -          -         -               -                -
`;

const REPORTS = `
state             acknowledged  partial_fill      full_fill  rejected  cancelled  expired  suspended  resumed  replaced  cancel_refused  replace_refused  absent          corrected
pending           -             -                 -          -         -          expired  -          -        -         -               -                -               -
submitted         accepted      partially_filled  filled     rejected  cancelled  expired  suspended  -        -         -               -                never_received  =
unknown           accepted      partially_filled  filled     rejected  cancelled  expired  suspended  -        -         -               -                never_received  =
accepted          .             partially_filled  filled     rejected  cancelled  expired  suspended  .        replaced  .               .                -               =
partially_filled  .             =                 filled     rejected  cancelled  expired  suspended  .        replaced  .               .                -               =
pending_cancel    .             =                 filled     rejected  cancelled  expired  =          .        replaced  back            .                never_received  =
pending_replace   .             =                 filled     rejected  cancelled  expired  suspended  .        replaced  .               back             never_received  =
suspended         .             =                 filled     rejected  cancelled  expired  .          back     replaced  .               .                -               =
filled            .             =                 =          -         .          .        .          .        -         .               .                -               =
cancelled         .             =                 filled     .         .          .        .          .        .         .               .                .               =
rejected          .             =                 filled     .         .          .        .          .        .         .               .                .               =
never_received    accepted      partially_filled  filled     .         .          .        suspended  .        .         .               .                .               =
expired           .             =                 filled     .         .          .        .          .        .         .               .                .               =
replaced          .             =                 filled     .         .          .        .          .        .         .               .                .               =
`;

/** A state by its number, `ORDER_STATE.filled` for example. */
export const ORDER_STATE: { readonly [Name in OrderStateName]: number } = numbered(
  ORDER_STATE_NAMES,
);
/** A command by its number. */
export const ORDER_COMMAND: { readonly [Name in OrderCommandName]: number } = numbered(
  ORDER_COMMAND_NAMES,
);
/** A report by its number. */
export const ORDER_REPORT: { readonly [Name in OrderReportName]: number } = numbered(
  ORDER_REPORT_NAMES,
);

/** What a cell says when it names no next state. */
export const CELL = {
  /** A command that is refused, a report that is unexpected. */
  refused: -1,
  /** The state stays, and the event is recorded. */
  same: -2,
  /** A repeat of what is known. */
  repeat: -3,
  /** Back to the working state before. */
  back: -4,
} as const;

const FILLED = ORDER_STATE.filled;
const COMMAND_CELLS = cells(COMMANDS, ORDER_COMMAND_NAMES),
  REPORT_CELLS = cells(REPORTS, ORDER_REPORT_NAMES);
const COMMAND_COUNT = ORDER_COMMAND_NAMES.length, REPORT_COUNT = ORDER_REPORT_NAMES.length;

/** Returns the next state of an order after a command of ours, or a negative {@linkcode CELL}. */
export function afterCommand(state: number, command: number): number {
  return COMMAND_CELLS[state * COMMAND_COUNT + command]!;
}

/** Returns the next state of an order after a report of the venue, or a negative {@linkcode CELL}. */
export function afterReport(state: number, report: number): number {
  return REPORT_CELLS[state * REPORT_COUNT + report]!;
}

/** True while an order can still trade or be cancelled: `pending` to `suspended`. */
export function isWorking(state: number): boolean {
  return state < FILLED;
}

/** Reads a table into a flat array, a state a row. */
function cells(text: string, columns: readonly string[]): Int8Array {
  const lines = text.trim().split("\n").map((line) => line.trim().split(/ +/));
  const table = new Int8Array(ORDER_STATE_NAMES.length * columns.length);
  invariant(lines.length === ORDER_STATE_NAMES.length + 1, "the lifecycle table lacks a state");
  for (let k = 0; k < columns.length; k++) {
    invariant(lines[0]![k + 1] === columns[k], "the lifecycle table's columns");
  }
  for (let state = 0; state < ORDER_STATE_NAMES.length; state++) {
    const line = lines[state + 1]!;
    invariant(
      line[0] === ORDER_STATE_NAMES[state] && line.length === columns.length + 1,
      "the lifecycle table's row " + line[0],
    );
    for (let k = 0; k < columns.length; k++) {
      table[state * columns.length + k] = cellOf(line[k + 1]!);
    }
  }
  return table;
}

function cellOf(word: string): number {
  switch (word) {
    case "-":
      return CELL.refused;
    case "=":
      return CELL.same;
    case ".":
      return CELL.repeat;
    case "back":
      return CELL.back;
    default: {
      const state = (ORDER_STATE_NAMES as readonly string[]).indexOf(word);
      invariant(state >= 0, "the lifecycle table names an unknown state " + word);
      return state;
    }
  }
}
