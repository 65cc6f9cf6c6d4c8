/**
 * What a strategy says of itself, checked by the host, and what follows from it: the values of its parameters and its rights.
 *
 * @module
 */

import type { ParamValue } from "../config/mod.ts";
import { didYouMean, SandbarError } from "../core/mod.ts";
import { ALL_RIGHTS, type Rights } from "../engine/mod.ts";
import { ORDER_TYPE_NAMES, TIME_IN_FORCE_NAMES } from "../trading/mod.ts";
import { printable, StrategyFailure } from "../sandbox/mod.ts";

/** A parameter as declared. */
export interface DeclaredParam {
  readonly name: string;
  readonly kind: "int" | "number" | "boolean" | "choice";
  readonly default: ParamValue;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly choices: readonly string[] | undefined;
}

/** A strategy's description after the host's checks. */
export interface StrategyTerms {
  readonly name: string;
  /** Version of what it saves. */
  readonly saveVersion: number;
  readonly params: readonly DeclaredParam[];
  readonly rights: Rights;
  /** Periods it can work with, undefined for any. */
  readonly periods: readonly string[] | undefined;
}

const MAX_PARAMS = 100;

/**
 * Returns the checked terms of an untrusted description.
 *
 * @throws {StrategyFailure} `load` when it is malformed.
 */
export function readTerms(description: Readonly<Record<string, unknown>>): StrategyTerms {
  const { name, params, needs, saveVersion } = description;
  if (typeof name !== "string" || !/^[\p{L}\p{N} ._-]{1,64}$/u.test(name)) {
    throw malformed(
      "its name must be 1 to 64 letters, digits, spaces, dots, hyphens or underscores",
    );
  }
  if (!Array.isArray(params) || params.length > MAX_PARAMS) {
    throw malformed(`it has more than ${MAX_PARAMS} parameters`);
  }
  if (typeof saveVersion !== "number") throw malformed("its saveVersion must be a finite number");
  return { name, saveVersion, params: params.map(readParam), ...readNeeds(needs) };
}

function malformed(why: string): StrategyFailure {
  return new StrategyFailure("load", `the strategy was refused: ${why}`);
}

function readParam(value: unknown): DeclaredParam {
  const param = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const { name, kind, min, max, choices } = param, initial = param["default"];
  if (typeof name !== "string" || !/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) {
    throw malformed(
      `a parameter's name must be a plain word, found ${
        printable(JSON.stringify(name) ?? "nothing")
      }`,
    );
  }
  const known = kind === "int" || kind === "number" || kind === "boolean" || kind === "choice";
  if (
    !known ||
    (typeof initial !== "number" && typeof initial !== "boolean" && typeof initial !== "string")
  ) {
    throw malformed(
      `parameter "${name}" must be made with param.int, param.number, param.boolean or param.choice`,
    );
  }
  return {
    name,
    kind,
    default: initial,
    min: typeof min === "number" ? min : undefined,
    max: typeof max === "number" ? max : undefined,
    choices: Array.isArray(choices)
      ? choices.filter((choice) => typeof choice === "string")
      : undefined,
  };
}

function readNeeds(value: unknown): { rights: Rights; periods: readonly string[] | undefined } {
  if (value === null || value === undefined) return { rights: ALL_RIGHTS, periods: undefined };
  if (typeof value !== "object") throw malformed("its needs must be an object");
  const needs = value as Record<string, unknown>;
  const words = (
    name: string,
    allowed: readonly string[] | undefined,
  ): readonly string[] | undefined => {
    const list = needs[name];
    if (list === undefined) return undefined;
    if (!Array.isArray(list)) throw malformed(`needs.${name} must be a list`);
    for (const word of list) {
      if (typeof word !== "string" || (allowed !== undefined && !allowed.includes(word))) {
        throw malformed(
          `needs.${name}: ${printable(JSON.stringify(word) ?? "nothing")} is not one of ${
            allowed?.join(", ") ?? "texts"
          }`,
        );
      }
    }
    return list as string[];
  };
  // Targets and closes are market orders for the day: a strategy that trades at all needs them.
  const types = words("orderTypes", ORDER_TYPE_NAMES) ?? ["market"];
  const times = words("timeInForce", TIME_IN_FORCE_NAMES) ?? ["day"];
  return {
    rights: {
      short: needs["short"] === true,
      orderTypes: maskOf(types, ORDER_TYPE_NAMES),
      timesInForce: maskOf(times, TIME_IN_FORCE_NAMES),
    },
    periods: words("periods", undefined),
  };
}

/** Words as a sum of 1 << place. */
function maskOf(words: readonly string[], names: readonly string[]): number {
  return words.reduce((mask, word) => mask | (1 << names.indexOf(word)), 0);
}

/**
 * Returns the value of every declared parameter: the one that was set, or its default.
 *
 * @throws {SandbarError} `usage` on an unknown name, a value of the wrong kind or out of bounds.
 */
export function paramValues(
  terms: StrategyTerms,
  set: Readonly<Record<string, ParamValue>>,
): Record<string, ParamValue> {
  const names = terms.params.map((param) => param.name);
  for (const name of Object.keys(set)) {
    if (names.includes(name)) continue;
    const known = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
    throw new SandbarError(
      "usage",
      `--set: strategy "${terms.name}" has no parameter "${name}"${
        didYouMean(name, names)
      }; ${known}`,
    );
  }
  return Object.fromEntries(
    terms.params.map((param) => [param.name, valueOf(param, set[param.name])]),
  );
}

function valueOf(param: DeclaredParam, given: ParamValue | undefined): ParamValue {
  if (given === undefined) return param.default;
  const refuse = (wanted: string): SandbarError =>
    new SandbarError("usage", `--set ${param.name}=${given}: give ${wanted}`);
  switch (param.kind) {
    case "boolean":
      if (given === true || given === "true") return true;
      if (given === false || given === "false") return false;
      throw refuse("true or false");
    case "choice":
      if (param.choices?.includes(String(given))) return String(given);
      throw refuse(`one of ${param.choices?.join(", ") ?? ""}`);
    case "int":
    case "number": {
      const text = String(given).trim(),
        value = Number(text),
        { min = -Infinity, max = Infinity } = param;
      const legal = text !== "" && Number.isFinite(value) &&
        (param.kind === "number" || Number.isInteger(value)) &&
        value >= min && value <= max;
      if (legal) return value;
      const bounds = param.min === undefined && param.max === undefined
        ? ""
        : param.max === undefined
        ? ` of at least ${min}`
        : param.min === undefined
        ? ` of at most ${max}`
        : ` from ${min} to ${max}`;
      throw refuse(`${param.kind === "int" ? "a whole number" : "a number"}${bounds}`);
    }
  }
}
