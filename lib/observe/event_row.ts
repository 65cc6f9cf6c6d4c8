/**
 * The form of a row of the event catalogue.
 *
 * A field's kind gives its type: `text` and `decimal` (exact decimal text) are texts, `number` and `timeUs` (microseconds UTC) numbers; a
 * `?` allows null.
 *
 * @module
 */

import type { Severity } from "./severity.ts";

/** Kinds of fields. */
export type FieldKind =
  | "text"
  | "text?"
  | "decimal"
  | "decimal?"
  | "number"
  | "number?"
  | "timeUs";

/** A row of the catalogue. */
export interface EventTypeRow {
  readonly severity: Severity;
  /** Severity of the cases that matter more, where there are such. */
  readonly raised?: Severity;
  /** Whether it raises an alert. */
  readonly alerts: boolean;
  /** What has happened when it is published. */
  readonly means: string;
  /** Words for people: a field in braces stands for its value, and a null for nothing. */
  readonly says: string;
  /** The data, field by field. */
  readonly fields: { readonly [field: string]: FieldKind };
}
