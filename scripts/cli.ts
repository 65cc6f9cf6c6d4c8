/**
 * What every command shares: exit codes, the user's own paths, one message for an error, tables, a progress line that only a terminal sees.
 *
 * @module
 */

import { Command, CommanderError } from "commander";
import { SandbarError } from "../lib/core/mod.ts";
import { StrategyFailure } from "../lib/sandbox/mod.ts";

/** The exit codes of all commands; README has the same table. */
export const EXIT = {
  done: 0,
  defect: 1,
  usage: 2,
  data: 3,
  strategy: 4,
  limit: 5,
  halted: 6,
  inUse: 7,
  interrupted: 130,
} as const;

/** The folder in which the user called: `deno task` has changed the working folder. */
export const USER_DIR = Deno.env.get("INIT_CWD") ?? Deno.cwd();

/** Returns a path of the user's as an absolute one. */
export function userPath(path: string): string {
  return /^([/\\]|[A-Za-z]:[/\\])/.test(path) ? path : `${USER_DIR}/${path}`;
}

/** Returns the command of a task, with the house's manners: suggestions, no stack traces, no exit of its own. */
export function newCommand(name: string, description: string): Command {
  return new Command(`deno task ${name}`)
    .description(description)
    .showSuggestionAfterError()
    .showHelpAfterError("(--help shows every option)")
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(capitalised(text.replace(/^error: /, ""))),
      // Otherwise environment variables are read, which the tasks have no right to.
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** Returns the exit code of an error. */
export function exitCodeOf(thrown: unknown): number {
  const error = firstOf(thrown);
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof StrategyFailure) {
    return error.kind === "timeout" || error.kind === "memory" ? EXIT.limit : EXIT.strategy;
  }
  if (!(error instanceof SandbarError)) return EXIT.defect;
  switch (error.code) {
    case "usage":
    case "bad_period":
    case "config_invalid":
    case "symbol_config":
      return EXIT.usage;
    case "strategy_load":
    case "strategy_fault":
      return EXIT.strategy;
    case "strategy_changed":
      return EXIT.strategy;
    case "account_in_use":
    case "lease_lost":
      return EXIT.inUse;
    case "strategy_limit":
      return EXIT.limit;
    case "interrupted":
      return EXIT.interrupted;
    default:
      return EXIT.data;
  }
}

/** What Deno says of files like /proc: its advice is for its own users, and wrong for ours. */
const RUNTIME_ADVICE = /Requires all access to "[^"]*", run again with the \S+ flag/g;

/** Returns an error as one message for people; a defect of ours comes with its stack. */
export function messageOf(thrown: unknown): string {
  const error = firstOf(thrown);
  if (error instanceof SandbarError || error instanceof StrategyFailure) {
    return capitalised(
      error.message.replace(RUNTIME_ADVICE, "the system's own files are left alone"),
    );
  }
  return `Internal fault, please report it: ${
    error instanceof Error ? error.stack ?? error.message : String(error)
  }`;
}

/** What went wrong first, where cleaning up went wrong as well. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}

function capitalised(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}

/** Runs a command's program; whatever it throws becomes one message and an exit code. */
export async function runProgram(
  program: Command,
  args: readonly string[] = Deno.args,
): Promise<void> {
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    hideProgress();
    // Commander has told its own errors.
    if (!(error instanceof CommanderError)) console.error(messageOf(error));
    Deno.exitCode = exitCodeOf(error);
    // A database that has not answered would keep the process until it does.
    if (error instanceof SandbarError && error.context["isLate"] === true) Deno.exit();
  }
}

/** Returns a signal that aborts at Ctrl-C or a request to end, and a function that stops listening. */
export function interruption(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const abort = (): void =>
    controller.abort(new SandbarError("interrupted", "interrupted: nothing was written"));
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const name of names) Deno.addSignalListener(name, abort);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) Deno.removeSignalListener(name, abort);
    },
  };
}

/** Returns rows as aligned text; `right` numbers the columns of figures. */
export function table(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => right.includes(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
      .join("  ").trimEnd()
  ).join("\n");
}

let progressIsShown = false;

/** Shows how far long work has come; nothing when errors do not go to a terminal. */
export function showProgress(text: string): void {
  if (!Deno.stderr.isTerminal()) return;
  progressIsShown = true;
  Deno.stderr.writeSync(new TextEncoder().encode(`\r${text}\x1b[K`));
}

/** Clears the progress line. */
export function hideProgress(): void {
  if (progressIsShown) Deno.stderr.writeSync(new TextEncoder().encode("\r\x1b[K"));
  progressIsShown = false;
}
