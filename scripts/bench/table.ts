/**
 * The figures of a bench as an aligned table, as JSON, and against a recorded baseline.
 *
 * @module
 */

import { thousands } from "../../lib/core/mod.ts";
import { table } from "../cli.ts";

/** One measured figure. */
export interface Row {
  /** Stable name, for the JSON and the baseline. */
  readonly id: string;
  /** What it is, for people. */
  readonly what: string;
  readonly unit: string;
  /** The least of all repeats. */
  readonly value: number;
  /** Times the plain loop in Rust and in TypeScript, where that means something. */
  readonly toRust?: number;
  readonly toTypeScript?: number;
  readonly target?: Target;
}

/** What is wanted of a figure. */
export interface Target {
  readonly text: string;
  readonly met: boolean;
}

/** Ratios of an earlier run. */
export interface Baseline {
  readonly recorded: string;
  readonly machine: string;
  /** Times the plain TypeScript loop of the same run, by row. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** A figure may be so many times its recorded ratio before it is a warning. */
const MOST_LOSS = 1.25;

/** Returns a target that wants at most, or at least, a figure. */
export function target(text: string, met: boolean): Target {
  return { text, met };
}

/** Columns of figures. */
const FIGURES = [1, 3, 4];

/** Returns the table as text. */
export function tableOf(rows: readonly Row[]): string {
  return table([
    ["", "least", "unit", "to Rust", "to TS", "target", ""],
    ...rows.map((row) => [
      row.what,
      shown(row.value),
      row.unit,
      row.toRust === undefined ? "" : `${row.toRust.toFixed(2)}x`,
      row.toTypeScript === undefined ? "" : `${row.toTypeScript.toFixed(2)}x`,
      row.target?.text ?? "",
      row.target === undefined ? "" : row.target.met ? "met" : "MISSED",
    ]),
  ], FIGURES);
}

/** Returns a sentence for each row whose ratio has grown by more than a quarter since the baseline. */
export function lossesSince(baseline: Baseline, rows: readonly Row[]): readonly string[] {
  return rows.flatMap(({ id, what, toTypeScript }) => {
    const before = baseline.ratios[id];
    if (before === undefined || toTypeScript === undefined || toTypeScript <= before * MOST_LOSS) {
      return [];
    }
    return [
      `${what}: ${toTypeScript.toFixed(2)}x the plain loop, ${
        before.toFixed(2)
      }x on ${baseline.recorded}`,
    ];
  });
}

/** Returns the baseline that these rows make. */
export function baselineOf(rows: readonly Row[], recorded: string, machine: string): Baseline {
  const ratios = rows.flatMap(({ id, toTypeScript }) =>
    toTypeScript === undefined ? [] : [[id, Number(toTypeScript.toFixed(3))] as const]
  );
  return { recorded, machine, ratios: Object.fromEntries(ratios) };
}

/** Three significant digits and thousands: 1234567 as `1,234,567`, 7.253 as `7.25`. */
function shown(value: number): string {
  const text = Math.abs(value) >= 100 ? String(Math.round(value)) : value.toPrecision(3);
  return text.replace(/^(-?\d+)/, thousands);
}
