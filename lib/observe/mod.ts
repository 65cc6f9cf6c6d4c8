/**
 * Floor 5: what the runtime tells: the catalogue of events, the bus that hands them out, and the files that keep them.
 *
 * @module
 */

export * from "./decision_log.ts";
export * from "./event_bus.ts";
export type { EventTypeRow, FieldKind } from "./event_row.ts";
export * from "./event_text.ts";
export * from "./event_types.ts";
export * from "./json_lines_file.ts";
export * from "./json_lines_log.ts";
export * from "./redactor.ts";
export * from "./severity.ts";
export * from "./subscription.ts";
