/**
 * How a strategy can fail, told so that its author can act on it.
 *
 * @module
 */

import { formatDay, formatIso, thousands, type TimeUs, US_PER_DAY } from "../core/mod.ts";

/** What went wrong with a strategy; `lookahead`: it decided otherwise when the future was kept out of its process. */
export type FailureKind =
  | "load"
  | "import"
  | "throw"
  | "timeout"
  | "memory"
  | "quota"
  | "lookahead";

/** A strategy that was refused, failed or was stopped. The child is gone when this is thrown. */
export class StrategyFailure extends Error {
  override readonly name = "StrategyFailure";
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Where a strategy was when it failed. */
export type Stage = "start" | "load" | "setup" | "run";

/**
 * Returns the failure that a child's error text tells of. The text is the strategy's own and only shown, never acted upon.
 *
 * @param text Message and the strategy's own frames, as `path:line:column` from its folder.
 * @param file The strategy's entry as the user gave it.
 * @param when For the message, for example `in bar 500 (2006-08-14)`; empty while loading.
 */
export function failureOf(
  text: string,
  stage: Stage,
  file: string,
  when: string,
  sources: Readonly<Record<string, string>>,
): StrategyFailure {
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "";
  const lines = printable(text).split("\n"), what = lines[0] ?? "";
  if (stage === "start") return new StrategyFailure("load", `the sandbox failed: ${what}`);
  const specifier = stage === "load" ? importedIn(what) : undefined;
  if (specifier !== undefined) {
    const hint = specifier.startsWith(".")
      ? "the strategy's folder has no such file of TypeScript or JavaScript"
      : 'only "sandbar/strategy" and files of its own folder can be imported';
    return new StrategyFailure(
      "import",
      `the strategy tried to import ${specifier} at ${
        importPlace(specifier, sources, folder)
      }: ${hint}`,
    );
  }
  if (stage === "load" && what.startsWith(LATE)) {
    return new StrategyFailure("timeout", `the strategy ${what.slice(LATE.indexOf("did"))}`);
  }
  const frames = lines.slice(1).flatMap((line) => {
    const match = /\(([^():]+:\d+):\d+\)\s*$/.exec(line);
    return match === null ? [] : [folder + match[1]!];
  });
  const place = frames[0] ??
    (stage === "load" ? unknownNamePlace(what, sources, folder) : undefined);
  const at = place === undefined ? "" : ` at ${place}`;
  const message = what.replace(/^Error: /, "");
  const kind: FailureKind = /quota: /.test(what)
    ? "quota"
    : OUT_OF_MEMORY.test(what)
    ? "memory"
    : stage === "load"
    ? "load"
    : "throw";
  const verb = stage === "load"
    ? "could not be loaded"
    : stage === "setup"
    ? "failed in setup"
    : `failed ${when}`;
  return new StrategyFailure(kind, `the strategy ${verb}${at}: ${message}`);
}

/** How the child tells that the top-level code of a module has not ended. */
const LATE = "TypeError: it did not load in time";

/** Where a name is imported that the module does not have: V8 does not say. */
function unknownNamePlace(
  what: string,
  sources: Readonly<Record<string, string>>,
  folder: string,
): string | undefined {
  const name = /^SyntaxError: The requested module .* does not provide an export named '([^']+)'/
    .exec(what)?.[1];
  return name === undefined
    ? undefined
    : lineWhere(sources, folder, (line) => line.split(/[^\w$]+/).includes(name));
}

/** What V8 throws when a buffer finds no room under the limit of the operating system. */
const OUT_OF_MEMORY = /^RangeError: Array buffer allocation failed/;

/** The specifier that the child's linker refused, if that is what happened. */
function importedIn(what: string): string | undefined {
  const refused = /^TypeError: may not import ("(?:[^"\\]|\\.)*")/.exec(what);
  if (refused === null) return undefined;
  try {
    return String(JSON.parse(refused[1]!));
  } catch {
    // Not our linker's text: the strategy wrote something like it.
    return undefined;
  }
}

/**
 * Returns where a run was, from the child's own words; undefined when they make no sense. They are shown, nothing more.
 *
 * @param step Number of the last instant, from 0; -1 before the first.
 * @param timeUs Engine time, microseconds UTC.
 * @param stepsSent Instants that were sent.
 * @param intraday True shows the time of day.
 */
export function placeOf(
  step: unknown,
  timeUs: unknown,
  stepsSent: number,
  intraday: boolean,
): string | undefined {
  if (typeof step !== "number" || !Number.isInteger(step) || step < 0 || step >= stepsSent) {
    return undefined;
  }
  if (typeof timeUs !== "number" || !(timeUs > -6e16 && timeUs < 9e15)) return undefined;
  const whole = Math.floor(timeUs) as TimeUs;
  const time = intraday
    ? formatIso(whole).replace("T", " ").replace(/(:00)?(\.0+)?Z$/, " UTC")
    : formatDay(Math.floor(whole / US_PER_DAY));
  return `in bar ${thousands(step + 1)} (${time})`;
}

function importPlace(
  specifier: string,
  sources: Readonly<Record<string, string>>,
  folder: string,
): string {
  return lineWhere(
    sources,
    folder,
    (line) => line.includes(`"${specifier}"`) || line.includes(`'${specifier}'`),
  ) ?? `${folder}${Object.keys(sources)[0] ?? ""}`;
}

/** The first line, as `path:line`, for which something is true. */
function lineWhere(
  sources: Readonly<Record<string, string>>,
  folder: string,
  isIt: (line: string) => boolean,
): string | undefined {
  for (const [name, code] of Object.entries(sources)) {
    const at = code.split("\n").findIndex(isIt);
    if (at !== -1) return `${folder}${name}:${at + 1}`;
  }
  return undefined;
}

/** Drops control and direction characters, so that a strategy's text cannot move a terminal's cursor or turn words around. */
export function printable(text: string): string {
  return text.replace(/[^\P{C}\n]|[\u2028\u2029]/gu, " ").slice(0, 4000);
}
