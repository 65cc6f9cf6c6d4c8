import { assertEquals, assertThrows } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import {
  EVENT_TYPE_NAMES,
  EVENT_TYPES,
  EventBus,
  eventText,
  type EventTypeRow,
  parseSeverity,
  SEVERITY,
  SEVERITY_NAMES,
} from "../../lib/observe/mod.ts";

const ROWS: readonly (readonly [string, EventTypeRow])[] = Object.entries(EVENT_TYPES);

/** What the requirements say of severity and alerts: `*` alerts. */
const REQUIRED = `
  debug     CYCLE_START CYCLE_END DECISION_MADE HEARTBEAT
  info      TRADE_SUBMITTED TRADE_FILLED* TRADE_CANCELLED POSITION_OPENED* POSITION_CLOSED* RISK_REFUSED
            KILL_SWITCH_REARMED* KILL_SWITCH_RESET* ENGINE_START* ENGINE_STOP* ENGINE_PAUSE* ENGINE_RESUME* ENGINE_STATE
            CONNECTION_RESTORED* BROKER_CONNECTED RECONCILIATION_START RECONCILIATION_END STRATEGY_STARTED STRATEGY_STOPPED
  warning   TRADE_REJECTED* DAILY_LOSS_WARNING* DRAWDOWN_WARNING* POSITION_LIMIT_WARNING* EXPOSURE_WARNING* WARNING
            CLOCK_SKEW* CLOCK_JUMP* QUOTE_STALE DATA_GAP_DETECTED CORPORATE_ACTION SYNTHETIC_DATA
            RECONCILIATION_MISMATCH* ORDER_UNEXPECTED_REPORT STRATEGY_PERMISSION_DENIED
  error     ERROR* CONNECTION_LOST* BROKER_DISCONNECTED* DATA_ERROR ORDER_UNKNOWN* ORDER_REVIVED* FILL_BUSTED*
            STRATEGY_OVERRUN*
  critical  KILL_SWITCH_TRIGGERED* LEASE_LOST* JOURNAL_ERROR* ENGINE_HALTED* ORDER_OVERFILL* STRATEGY_QUARANTINED*
`;

Deno.test("event catalogue: severity and alert of each type are those of the requirements (OBS-01, ALR-12)", () => {
  const required: Record<string, string> = {};
  let severity = "";
  for (const word of REQUIRED.trim().split(/\s+/)) {
    if (word in SEVERITY) severity = word;
    else required[word.replace("*", "")] = `${severity}${word.endsWith("*") ? " alerts" : ""}`;
  }
  const ours = Object.fromEntries(
    ROWS.map(([name, row]) => [name, `${row.severity}${row.alerts ? " alerts" : ""}`]),
  );
  const ownTypes = ["OPERATOR_COMMAND", "RECOVERY_START", "RECOVERY_END"];
  for (const name of ownTypes) {
    assertEquals(ours[name], "info", name);
    delete ours[name];
  }
  assertEquals(ours, required);
});

Deno.test("event catalogue: a critical event alerts, a raised one matters more, and its words name its fields (ALR-12)", () => {
  for (const [name, row] of ROWS) {
    if (row.severity === "critical") assertEquals(row.alerts, true, name);
    if (row.raised !== undefined) {
      assertEquals(SEVERITY[row.raised] > SEVERITY[row.severity], true, name);
    }
    for (const [, field] of row.says.matchAll(/\{(\w+)\}/g)) {
      assertEquals([name, field!, field! in row.fields], [name, field!, true]);
    }
    assertEquals([name, /^[A-Z]+(_[A-Z]+)*$/.test(name)], [name, true]);
    assertEquals([name, row.means.length > 5 && !row.means.endsWith(".")], [name, true]);
  }
  assertEquals(EVENT_TYPE_NAMES.length, ROWS.length);
});

Deno.test("event text: fields stand in their places, times as text, and a null for nothing", () => {
  const bus = new EventBus(), origin = { timeUs: 1_704_468_600_000_000, source: "test" };
  bus.publish("DATA_GAP_DETECTED", {
    symbol: "AAPL",
    missing: 2,
    untilUs: 1_704_468_600_000_000,
  }, origin);
  bus.publish("RECONCILIATION_MISMATCH", {
    kind: "CASH_MISMATCH",
    symbol: null,
    ours: "1.00",
    theirs: "2.50",
    action: "logged",
  }, origin);
  bus.publish("KILL_SWITCH_RESET", {}, origin);
  assertEquals(bus.recent().map(eventText), [
    "AAPL: 2 missing before 2024-01-05T15:30:00Z",
    "CASH_MISMATCH: ours 1.00, broker 2.50",
    "kill switch lifted by the new session",
  ]);
});

Deno.test("severity: five names with their weights; an unknown one is an error with a suggestion (ALR-01)", () => {
  assertEquals(SEVERITY_NAMES.map((name) => SEVERITY[name]), [10, 20, 30, 40, 50]);
  assertEquals(parseSeverity("warning"), "warning");
  assertThrows(
    () => parseSeverity("warnin"),
    SandbarError,
    'no severity "warnin" (did you mean "warning"?); there is debug, info,',
  );
  assertThrows(() => parseSeverity("constructor"), SandbarError, "no severity");
});
