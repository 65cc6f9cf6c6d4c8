import { assertEquals } from "@std/assert";
import {
  afterCommand,
  afterReport,
  CELL,
  isWorking,
  ORDER_COMMAND_NAMES,
  ORDER_REPORT_NAMES,
  ORDER_STATE,
  ORDER_STATE_NAMES,
} from "../../lib/trading/orders/lifecycle.ts";

Deno.test("ORD-03 every pair of state and command, and of state and report, is decided", () => {
  for (let state = 0; state < ORDER_STATE_NAMES.length; state++) {
    for (let k = 0; k < ORDER_COMMAND_NAMES.length; k++) {
      const next = afterCommand(state, k);
      assertEquals(
        Number.isInteger(next) && next >= CELL.back && next < ORDER_STATE_NAMES.length,
        true,
      );
    }
    for (let k = 0; k < ORDER_REPORT_NAMES.length; k++) {
      const next = afterReport(state, k);
      assertEquals(
        Number.isInteger(next) && next >= CELL.back && next < ORDER_STATE_NAMES.length,
        true,
      );
    }
  }
});

Deno.test("ORD-03 no command moves a terminal order", () => {
  for (let state = ORDER_STATE.filled; state < ORDER_STATE_NAMES.length; state++) {
    for (let k = 0; k < ORDER_COMMAND_NAMES.length; k++) {
      assertEquals(afterCommand(state, k), CELL.refused);
    }
  }
});

Deno.test("ORD-09 a fill is booked in every state but before the order was sent", () => {
  for (const name of ["partial_fill", "full_fill"] as const) {
    const k = ORDER_REPORT_NAMES.indexOf(name);
    for (let state = ORDER_STATE.submitted; state < ORDER_STATE_NAMES.length; state++) {
      const next = afterReport(state, k);
      assertEquals(next >= 0 || next === CELL.same, true, `${ORDER_STATE_NAMES[state]} ${name}`);
    }
  }
});

Deno.test("ORD-03 no report leads back to pending or submitted, and a terminal order is never working again", () => {
  for (let state = 0; state < ORDER_STATE_NAMES.length; state++) {
    for (let k = 0; k < ORDER_REPORT_NAMES.length; k++) {
      const next = afterReport(state, k);
      assertEquals(next === ORDER_STATE.pending || next === ORDER_STATE.submitted, false);
      // Only an order that was proved absent may turn up and work after all.
      if (!isWorking(state) && state !== ORDER_STATE.never_received) {
        assertEquals(next < 0 || !isWorking(next), true);
      }
    }
  }
});
