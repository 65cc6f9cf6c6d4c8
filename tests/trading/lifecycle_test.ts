/**
 * The lifecycle cell by cell, written out event by event from ORD-03, independently of the table in the code, and the laws that the whole
 * table keeps.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import {
  afterCommand,
  afterReport,
  CELL,
  isWorking,
  ORDER_COMMAND,
  ORDER_COMMAND_NAMES,
  ORDER_REPORT,
  ORDER_REPORT_NAMES,
  ORDER_STATE,
  ORDER_STATE_NAMES,
  type OrderCommandName,
  type OrderReportName,
  type OrderStateName,
} from "../../lib/trading/orders/lifecycle.ts";

type Outcome =
  | OrderStateName
  | "no effect"
  | "refused"
  | "recorded"
  | "repeat"
  | "unexpected"
  | "back";
/** For an event: what it does in each of some states. What is not named does the rest's. */
type Column = readonly [
  cells: readonly (readonly [states: readonly OrderStateName[], outcome: Outcome])[],
  rest: Outcome,
];

const UNSENT = ["submitted", "unknown"] as const;
const LIVE = ["accepted", "partially_filled"] as const;
const ASKED = ["pending_cancel", "pending_replace"] as const;
const ENDED = ["cancelled", "rejected", "expired", "replaced"] as const;

const COMMANDS: Readonly<Record<OrderCommandName, Column>> = {
  send: [[[["pending"], "submitted"]], "refused"],
  refuse: [[[["pending"], "rejected"]], "refused"],
  cancel: [[
    [["pending"], "cancelled"],
    [["unknown"], "no effect"],
    [["pending_cancel"], "no effect"],
    [["submitted", ...LIVE, "pending_replace", "suspended"], "pending_cancel"],
  ], "refused"],
  replace: [[
    [["pending"], "no effect"],
    [[...LIVE, "suspended"], "pending_replace"],
  ], "refused"],
  time_out: [[
    [["submitted"], "unknown"],
    [["unknown", ...ASKED], "no effect"],
  ], "refused"],
};

const REPORTS: Readonly<Record<OrderReportName, Column>> = {
  acknowledged: [[
    [["pending"], "unexpected"],
    [[...UNSENT, "never_received"], "accepted"],
  ], "repeat"],
  partial_fill: [[
    [["pending"], "unexpected"],
    [[...UNSENT, "accepted", "never_received"], "partially_filled"],
  ], "recorded"],
  full_fill: [[
    [["pending"], "unexpected"],
    [["filled"], "recorded"],
  ], "filled"],
  rejected: [[
    [["pending", "filled"], "unexpected"],
    [[...ENDED, "never_received"], "repeat"],
  ], "rejected"],
  cancelled: [[
    [["pending"], "unexpected"],
    [[...ENDED, "filled", "never_received"], "repeat"],
  ], "cancelled"],
  expired: [[
    [[...ENDED, "filled", "never_received"], "repeat"],
  ], "expired"],
  suspended: [[
    [["pending"], "unexpected"],
    [["pending_cancel"], "recorded"],
    [["suspended", "filled", ...ENDED], "repeat"],
  ], "suspended"],
  resumed: [[
    [["pending", ...UNSENT], "unexpected"],
    [["suspended"], "back"],
  ], "repeat"],
  replaced: [[
    [["pending", ...UNSENT, "filled"], "unexpected"],
    [[...ENDED, "never_received"], "repeat"],
  ], "replaced"],
  cancel_refused: [[
    [["pending", ...UNSENT], "unexpected"],
    [["pending_cancel"], "back"],
  ], "repeat"],
  replace_refused: [[
    [["pending", ...UNSENT], "unexpected"],
    [["pending_replace"], "back"],
  ], "repeat"],
  absent: [[
    [[...UNSENT, ...ASKED], "never_received"],
    [[...ENDED, "never_received"], "repeat"],
  ], "unexpected"],
  corrected: [[[["pending"], "unexpected"]], "recorded"],
};

function expected(column: Column, state: OrderStateName): Outcome {
  return column[0].find(([states]) => states.includes(state))?.[1] ?? column[1];
}

function told(cell: number, isCommand: boolean): Outcome {
  switch (cell) {
    case CELL.refused:
      return isCommand ? "refused" : "unexpected";
    case CELL.same:
      return isCommand ? "no effect" : "recorded";
    case CELL.repeat:
      return "repeat";
    case CELL.back:
      return "back";
    default:
      return ORDER_STATE_NAMES[cell]!;
  }
}

for (const command of ORDER_COMMAND_NAMES) {
  Deno.test(`ORD-03 matrix: command ${command} in all ${ORDER_STATE_NAMES.length} states`, () => {
    for (const state of ORDER_STATE_NAMES) {
      const cell = afterCommand(ORDER_STATE[state], ORDER_COMMAND[command]);
      assertEquals(told(cell, true), expected(COMMANDS[command], state), state);
    }
  });
}

for (const report of ORDER_REPORT_NAMES) {
  Deno.test(`ORD-03 matrix: report ${report} in all ${ORDER_STATE_NAMES.length} states`, () => {
    for (const state of ORDER_STATE_NAMES) {
      const cell = afterReport(ORDER_STATE[state], ORDER_REPORT[report]);
      assertEquals(told(cell, false), expected(REPORTS[report], state), state);
    }
  });
}

Deno.test("ORD-03 no command moves a terminal order", () => {
  for (let state = ORDER_STATE.filled; state < ORDER_STATE_NAMES.length; state++) {
    for (let k = 0; k < ORDER_COMMAND_NAMES.length; k++) {
      assertEquals(afterCommand(state, k), CELL.refused);
    }
  }
});

Deno.test("ORD-09 a fill is booked in every state but before the order was sent", () => {
  for (const name of ["partial_fill", "full_fill"] as const) {
    for (let state = ORDER_STATE.submitted; state < ORDER_STATE_NAMES.length; state++) {
      const next = afterReport(state, ORDER_REPORT[name]);
      assert(next >= 0 || next === CELL.same, `${ORDER_STATE_NAMES[state]} ${name}`);
    }
  }
});

Deno.test("ORD-03 no report leads back to pending or submitted, and a terminal order is never working again", () => {
  for (let state = 0; state < ORDER_STATE_NAMES.length; state++) {
    for (let k = 0; k < ORDER_REPORT_NAMES.length; k++) {
      const next = afterReport(state, k);
      assert(next !== ORDER_STATE.pending && next !== ORDER_STATE.submitted);
      // Only an order that was proved absent may turn up and work after all.
      if (!isWorking(state) && state !== ORDER_STATE.never_received) {
        assert(next < 0 || !isWorking(next));
      }
    }
  }
});

Deno.test("ORD-03 every state but pending is reached by some event, and every working state can end", () => {
  const reached = new Set<number>();
  for (let state = 0; state < ORDER_STATE_NAMES.length; state++) {
    let ends = false;
    const note = (next: number): void => {
      if (next >= 0 && next !== state) reached.add(next);
      if (next >= ORDER_STATE.filled) ends = true;
    };
    for (let k = 0; k < ORDER_COMMAND_NAMES.length; k++) note(afterCommand(state, k));
    for (let k = 0; k < ORDER_REPORT_NAMES.length; k++) note(afterReport(state, k));
    assert(ends || state === ORDER_STATE.filled || !isWorking(state), ORDER_STATE_NAMES[state]!);
  }
  assertEquals(
    ORDER_STATE_NAMES.filter((_, state) => !reached.has(state)),
    ["pending"],
  );
});
