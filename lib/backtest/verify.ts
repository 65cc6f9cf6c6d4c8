/**
 * A stored result checked by running it again: what the file says of itself, and what code, data and settings give today. Each part that is
 * not the same is named.
 *
 * What is not compared: warnings, times, versions, file names, and whether it was checked for look-ahead. They are told for people and differ
 * between machines; a difference of versions is noted.
 *
 * @module
 */

import { canonicalRun, type RunSpec } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import { VERSION } from "../data/mod.ts";
import { sha256Text } from "../run/mod.ts";
import { compareResults, type Comparison } from "./compare.ts";
import type { StoredResult } from "./read_result.ts";
import type { ResultJson } from "./result.ts";
import { sha256Result } from "./result_json.ts";
import { type RunPlace, runSpec } from "./run.ts";
import { tradesCsv } from "./write_result.ts";

/** One part of a verification. */
export interface VerifiedPart {
  readonly name: "file" | "code" | "data" | "config" | "intents" | "ledger" | "result" | "trades";
  readonly equal: boolean;
  /** As the file has it, and as it is now: SHA-256. */
  readonly stored: string;
  readonly now: string;
  /** What differs in it, for people; empty when nothing does. */
  readonly detail: string;
}

/** What came of a verification. */
export interface Verification {
  readonly result: string;
  readonly equal: boolean;
  readonly parts: readonly VerifiedPart[];
  /** The trades of both, with the first that differs. */
  readonly trades: Comparison["trades"];
  readonly notes: readonly string[];
}

/** Where the parts of a result lie now. */
export type VerifyOptions = RunPlace;

/** Values named of a file at most. */
const MAX_NAMED = 8;
/** Parts of a result that a run decides. */
const DECIDED = [
  "strategy",
  "params",
  "seed",
  "data",
  "account",
  "venue",
  "risk",
  "metrics",
  "benchmark",
  "counts",
  "costs",
] as const satisfies readonly (keyof ResultJson)[];

/**
 * Verifies a stored result.
 *
 * @throws {SandbarError} `data_invalid` when it does not say how it was run, what the run itself can be wrong in.
 * @throws {StrategyFailure} When the strategy is refused or fails now.
 */
export async function verifyResult(
  stored: StoredResult,
  options: VerifyOptions,
): Promise<Verification> {
  const { json } = stored, { run } = json;
  if (run === undefined) {
    throw unknown(stored, "it does not say how it was run: a version before this field wrote it");
  }
  const { dataPath: _path, ...spec } = run, ownConfig = configHash(stored, spec);
  const { result } = await runSpec({ ...spec, params: run.params }, { ...options, report: false });
  const now: StoredResult = {
    shown: "now",
    json: JSON.parse(JSON.stringify(result.json)) as ResultJson,
    // Those of the file are of a report; the ledger's hash tells of them.
    orders: undefined,
    trades: [...tradesCsv(result.tables)].join(""),
  };
  const { trades } = compareResults(stored, now), { hashes } = json;
  const own = sha256Result(json, hashes), changed = differences(json, now.json);
  const isOwn = own === hashes.result;
  const parts: VerifiedPart[] = [
    part("file", hashes.result, own, isOwn ? "" : changedText(changed)),
    part("code", json.strategy.sha256, now.json.strategy.sha256, json.strategy.file),
    part("data", hashes.data, now.json.hashes.data, seriesText(json, now.json)),
    part(
      "config",
      hashes.config,
      // A file whose settings were changed runs with these: its own hash tells.
      ownConfig === hashes.config ? now.json.hashes.config : ownConfig,
      ownConfig === hashes.config
        ? ""
        : "the settings of the file are not those that it was run with",
    ),
    part("intents", hashes.intents, now.json.hashes.intents, ""),
    part("ledger", hashes.ledger, now.json.hashes.ledger, ""),
    part("result", hashes.result, now.json.hashes.result, changedText(changed)),
    ...stored.trades === undefined
      ? []
      : [part("trades", sha256Text(stored.trades), sha256Text(now.trades!), "trades.csv")],
  ];
  return {
    result: stored.shown,
    equal: parts.every(({ equal }) => equal),
    parts,
    trades,
    notes: versionNotes(json),
  };
}

function part(
  name: VerifiedPart["name"],
  stored: string,
  now: string,
  detail: string,
): VerifiedPart {
  const equal = stored === now;
  return { name, equal, stored, now, detail: equal ? "" : detail };
}

/** Hash of the settings that the file holds. */
function configHash(stored: StoredResult, spec: RunSpec): string {
  try {
    return sha256Text(canonicalRun(spec, spec.params));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw unknown(stored, "its run has not the form of this version", cause);
  }
}

function seriesText(stored: ResultJson, now: ResultJson): string {
  return stored.data.flatMap(({ symbol, rows, sha256 }) => {
    const other = now.data.find((each) => each.symbol === symbol);
    if (other?.sha256 === sha256) return [];
    const count = other === undefined || other.rows === rows
      ? ""
      : `, ${rows} bars, now ${other.rows}`;
    return [`bars of ${symbol}${count}`];
  }).join("; ");
}

/** Names of the values that differ, such as `metrics.sharpe`. */
function differences(stored: ResultJson, now: ResultJson): string[] {
  const names: string[] = [];
  const visit = (a: unknown, b: unknown, name: string): void => {
    if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
        visit(a[key], b[key], Array.isArray(a) ? `${name}[${key}]` : `${name}.${key}`);
      }
    } else if (a !== b) names.push(name);
  };
  // Where the strategy lies is no part of the result.
  for (const key of DECIDED) {
    if (key !== "strategy") visit(stored[key], now[key], key);
    else visit({ ...stored.strategy, file: "" }, { ...now.strategy, file: "" }, key);
  }
  return names;
}

function changedText(names: readonly string[]): string {
  if (names.length === 0) return "a hash of it was changed";
  const more = names.length - MAX_NAMED;
  return names.slice(0, MAX_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function versionNotes({ sandbar, deno, v8 }: ResultJson): string[] {
  const pairs = [
    ["Sandbar", sandbar, VERSION],
    ["Deno", deno, Deno.version.deno],
    ["V8", v8, Deno.version.v8],
  ] as const;
  return pairs.filter(([, was, is]) => was !== is).map(([name, was, is]) =>
    `made by ${name} ${was}; this is ${is}`
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function unknown({ shown }: StoredResult, why: string, cause?: unknown): SandbarError {
  return new SandbarError(
    "data_invalid",
    `Cannot verify ${shown}: ${why}; run the backtest again and keep its result`,
    cause === undefined ? {} : { cause },
  );
}
