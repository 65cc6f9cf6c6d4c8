/**
 * The settings of the configuration file as text: what `--settings` prints.
 *
 * @module
 */

import type { ConfigKey } from "./config_key.ts";
import { CONFIG_KEYS } from "./config_keys.ts";

/** Returns every setting that has an effect, one line each: name, what it holds, default, meaning. */
export function settingsText(): string {
  const cells = CONFIG_KEYS.map((key) => [
    key.path,
    holds(key),
    key.default === null ? "-" : String(key.default),
    key.effect,
  ]);
  const table = [["setting", "holds", "default", "meaning"], ...cells];
  const widths = [0, 1, 2].map((k) => Math.max(...table.map((row) => row[k]!.length)));
  return table.map((row) =>
    row.map((cell, k) => k < widths.length ? cell.padEnd(widths[k]!) : cell).join("  ")
  ).join("\n");
}

function holds({ type, unit, least, most, words }: ConfigKey): string {
  if (words !== undefined) return words.join(", ");
  const bounds = least === undefined && most === undefined
    ? ""
    : most === undefined
    ? ` from ${least}`
    : ` ${least} to ${most}`;
  return `${type}${bounds}${unit === "" ? "" : ` ${unit}`}`;
}
