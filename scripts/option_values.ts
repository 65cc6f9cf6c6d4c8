/**
 * Values of options as the commands parse them.
 *
 * @module
 */

import { InvalidArgumentError } from "commander";

/** Returns a list separated by commas. */
export function listOf(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

/** Returns a number. */
export function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new InvalidArgumentError(
      text.includes(",") ? "A number is expected, without commas." : "A number is expected.",
    );
  }
  return value;
}

/** Returns the settings before with one more, `name=value`. */
export function settingOf(
  text: string,
  before: Record<string, string> = {},
): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Write name=value, for example fast=5.");
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
}
