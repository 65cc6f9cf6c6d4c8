/**
 * The settings of the configuration file as a table: what `--settings` prints.
 *
 * @module
 */

import type { ConfigKey, PlainValue } from "./config_key.ts";
import { CONFIG_KEYS } from "./config_keys.ts";

/** Returns every setting that has an effect as a row of text: name, what it holds, default, who reads it, meaning; first the heads of the columns. */
export function settingsTable(): readonly (readonly string[])[] {
  return [
    ["setting", "holds", "default", "read by", "meaning"],
    ...CONFIG_KEYS.map((key) => [
      key.path,
      holds(key),
      key.isRequired === true ? "required" : key.default === null ? "-" : plainText(key.default),
      key.use ?? "both",
      key.effect,
    ]),
  ];
}

/** Returns a value as text for people. */
export function plainText(value: PlainValue): string {
  if (value === null || typeof value !== "object") return String(value);
  const parts = Array.isArray(value)
    ? value.map((each) => Array.isArray(each) ? each.join(" ") : each)
    : Object.entries(value).map(([name, each]) => `${name} ${each}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}

function holds({ type, unit, least, most, words, form }: ConfigKey): string {
  if (words !== undefined) {
    return type === "words" ? `list of ${words.join(", ")}` : words.join(", ");
  }
  if (form !== undefined) return form;
  const bounds = least === undefined && most === undefined
    ? ""
    : most === undefined
    ? ` from ${least}`
    : ` ${least} to ${most}`;
  return `${type}${bounds}${unit === "" ? "" : ` ${unit}`}`;
}
