/**
 * The settings of the configuration file as a table: what `--settings` prints.
 *
 * @module
 */

import type { ConfigKey } from "./config_key.ts";
import { CONFIG_KEYS } from "./config_keys.ts";

/** Returns every setting that has an effect as a row of text: name, what it holds, default, meaning; first the heads of the columns. */
export function settingsTable(): readonly (readonly string[])[] {
  return [
    ["setting", "holds", "default", "meaning"],
    ...CONFIG_KEYS.map((key) => [
      key.path,
      holds(key),
      key.default === null ? "-" : String(key.default),
      key.effect,
    ]),
  ];
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
