/**
 * What a catalog says of a stored series. It lives in the Arrow file's own metadata, so that data and manifest are one file and can
 * never disagree, whatever is killed in the middle of a write.
 *
 * @module
 */

import { CALENDAR_NAMES, type CalendarName } from "../calendar/mod.ts";
import {
  formatDay,
  formatDecimal,
  formatIso,
  parseDay,
  parseDecimal,
  parseIso,
  type TimeUs,
} from "../core/mod.ts";
import type { CorporateAction } from "../market/mod.ts";
import type { Adjusted } from "./series.ts";

/** Number of the manifest's schema. */
export const MANIFEST_SCHEMA = 1;

/** What is known of a stored series. */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA;
  readonly symbol: string;
  readonly period: string;
  readonly calendar: CalendarName;
  readonly rows: number;
  /** ISO 8601: open of the first bar. */
  readonly first: string;
  /** ISO 8601: close of the last bar. */
  readonly last: string;
  /** Name of the source file without its folder, or how the bars were generated. */
  readonly source: string;
  /** SHA-256 of the source file; empty when there is none. */
  readonly sourceSha256: string;
  /** SHA-256 of the columns in their stored order, eight bytes a number, little-endian. */
  readonly dataSha256: string;
  /** Zone of the times in the source: `UTC`, `exchange`, an IANA name, or `in the file` when each time carries its own. */
  readonly timezone: string;
  readonly adjusted: Adjusted;
  readonly synthetic: boolean;
  /** Problems accepted by name at import, with their counts. */
  readonly accepted: Readonly<Record<string, number>>;
  /** Rows left out at import. */
  readonly leftOut: number;
  readonly actions: readonly CorporateAction[];
  /** Version of Sandbar that wrote it. */
  readonly writtenBy: string;
}

/** Returns the manifest as JSON text, one form for one content. */
export function manifestText(manifest: Manifest): string {
  const actions = manifest.actions.map((action) => ({
    exDate: formatDay(action.exDay),
    kind: action.kind,
    value: actionValue(action),
  }));
  return JSON.stringify({ ...manifest, actions }, null, 2);
}

function actionValue(action: CorporateAction): string {
  switch (action.kind) {
    case "split":
      return `${action.numerator}:${action.denominator}`;
    case "dividend":
      return formatDecimal(action.amountMicros, 6, 2);
    case "rename":
      return action.newSymbol;
    case "delist":
      return "";
    case "halt":
    case "resume":
      return formatIso(action.timeUs as TimeUs);
  }
}

/**
 * Returns the manifest of a JSON text.
 *
 * @throws {Error} When a field is missing or of the wrong kind, or the schema is of a newer version.
 */
export function parseManifest(text: string): Manifest {
  const fields = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (fields["schema"] !== MANIFEST_SCHEMA) {
    throw new Error(
      `its manifest has schema ${String(fields["schema"])}, this version reads ${MANIFEST_SCHEMA}`,
    );
  }
  const symbol = textField(fields, "symbol");
  return {
    schema: MANIFEST_SCHEMA,
    symbol,
    period: textField(fields, "period"),
    calendar: oneOf(fields, "calendar", CALENDAR_NAMES),
    rows: countField(fields, "rows"),
    first: textField(fields, "first"),
    last: textField(fields, "last"),
    source: textField(fields, "source"),
    sourceSha256: textField(fields, "sourceSha256"),
    dataSha256: textField(fields, "dataSha256"),
    timezone: textField(fields, "timezone"),
    adjusted: oneOf(fields, "adjusted", ["split", "none", "unknown"]),
    synthetic: oneOf(fields, "synthetic", [true, false]),
    accepted: countsField(fields, "accepted"),
    leftOut: countField(fields, "leftOut"),
    actions: actionsField(fields["actions"], symbol),
    writtenBy: textField(fields, "writtenBy"),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function textField(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw new Error(`its manifest has no text ${name}`);
}

function countField(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`its manifest has no count ${name}`);
}

function oneOf<T>(fields: Fields, name: string, allowed: readonly T[]): T {
  const value = allowed.find((it) => it === fields[name]);
  if (value !== undefined) return value;
  throw new Error(`its manifest has ${name} ${JSON.stringify(fields[name])}`);
}

function countsField(fields: Fields, name: string): Record<string, number> {
  const value = fields[name];
  if (typeof value !== "object" || value === null) throw new Error(`its manifest has no ${name}`);
  return Object.fromEntries(
    Object.keys(value).map((kind) => [kind, countField(value as Fields, kind)]),
  );
}

function actionsField(value: unknown, symbol: string): CorporateAction[] {
  if (!Array.isArray(value)) throw new Error("its manifest has no list actions");
  return value.map((item: unknown): CorporateAction => {
    const fields = item as Fields, exDay = parseDay(textField(fields, "exDate"));
    const kind = oneOf(fields, "kind", [
      "split",
      "dividend",
      "rename",
      "delist",
      "halt",
      "resume",
    ]);
    if (kind === "delist") return { kind, symbol, exDay };
    const text = textField(fields, "value");
    if (kind === "rename") return { kind, symbol, exDay, newSymbol: text };
    if (kind === "dividend") {
      return { kind, symbol, exDay, amountMicros: parseDecimal(text, 6) };
    }
    if (kind === "halt" || kind === "resume") {
      return { kind, symbol, exDay, timeUs: parseIso(text) };
    }
    const [numerator = NaN, denominator = NaN] = text.split(":").map(Number);
    if (!(numerator > 0 && denominator > 0)) throw new Error(`its manifest has split ${text}`);
    return { kind: "split", symbol, exDay, numerator, denominator };
  });
}
