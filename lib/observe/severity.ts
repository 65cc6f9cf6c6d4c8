/**
 * How much an event matters.
 *
 * @module
 */

import { didYouMean, SandbarError } from "../core/mod.ts";

/** Severities with their weight; a greater one matters more. */
export const SEVERITY = { debug: 10, info: 20, warning: 30, error: 40, critical: 50 } as const;

export type Severity = keyof typeof SEVERITY;

/** Names, the least first. */
export const SEVERITY_NAMES: readonly Severity[] = [
  "debug",
  "info",
  "warning",
  "error",
  "critical",
];

/**
 * Returns the severity that a text names.
 *
 * @throws {SandbarError} `usage` when there is no such severity.
 */
export function parseSeverity(text: string): Severity {
  const found = SEVERITY_NAMES.find((name) => name === text);
  if (found !== undefined) return found;
  throw new SandbarError(
    "usage",
    `no severity ${JSON.stringify(text)}${didYouMean(text, SEVERITY_NAMES)}; there is ${
      SEVERITY_NAMES.join(", ")
    }`,
  );
}

/** Whether a severity is at least another one. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITY[severity] >= SEVERITY[least];
}
