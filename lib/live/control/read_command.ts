/**
 * From the body of a request to an operator's command: every field checked and copied by name.
 *
 * @module
 */

import { didYouMean } from "../../core/mod.ts";
import { OPERATOR_COMMANDS, type OperatorCommand } from "./controlled.ts";

/** Longest texts of a command. */
const MAX_WHO = 64, MAX_WHY = 500, MAX_WORD = 64;

const FIELDS = ["kind", "who", "why", "rearm", "symbol", "quantity", "strategy"];

/** Returns the command that a value describes, or what is wrong with it, for people. */
export function readCommand(value: unknown): OperatorCommand | string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return "a command is one JSON object";
  }
  const it = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(it)) {
    if (!FIELDS.includes(name)) return `unknown field ${name}${didYouMean(name, FIELDS)}`;
  }
  const kind = OPERATOR_COMMANDS.find((name) => name === it["kind"]);
  if (kind === undefined) {
    const found = String(it["kind"]).slice(0, MAX_WORD);
    return `unknown command ${JSON.stringify(found)}${didYouMean(found, OPERATOR_COMMANDS)}`;
  }
  const who = textOf(it["who"], MAX_WHO), why = textOf(it["why"], MAX_WHY);
  if (who === undefined) return `who: give 1 to ${MAX_WHO} characters`;
  if (why === undefined) return `why: give a reason of 1 to ${MAX_WHY} characters`;
  const rearm = it["rearm"] ?? false;
  if (typeof rearm !== "boolean") return "rearm: give true or false";
  if (rearm && kind !== "resume") return "rearm: only resume re-arms";
  if (kind === "assign") return assignmentOf(it, who, why);
  for (const name of ["symbol", "quantity", "strategy"]) {
    if (it[name] !== undefined) return `${name}: only assign has it`;
  }
  return rearm ? { kind, who, why, rearm } : { kind, who, why };
}

function assignmentOf(
  it: Readonly<Record<string, unknown>>,
  who: string,
  why: string,
): OperatorCommand | string {
  const symbol = textOf(it["symbol"], MAX_WORD), strategy = textOf(it["strategy"], MAX_WORD);
  const quantity = textOf(it["quantity"], MAX_WORD);
  if (symbol === undefined) return "symbol: give the symbol to assign";
  if (quantity === undefined || !/^-?\d{1,12}(\.\d{1,9})?$/.test(quantity)) {
    return "quantity: give shares such as 100, 2.5 or -100";
  }
  if (/^-?[0.]+$/.test(quantity)) return "quantity: 0 shares cannot be assigned";
  if (strategy === undefined) return "strategy: give the id of the strategy that gets them";
  return { kind: "assign", who, why, symbol, quantity, strategy };
}

/** A text of one line within its bound. */
function textOf(value: unknown, most: number): string | undefined {
  return typeof value === "string" && value.trim() !== "" && value.length <= most &&
      // deno-lint-ignore no-control-regex
      !/[\u0000-\u001f\u007f]/.test(value)
    ? value
    : undefined;
}
