/**
 * Processes that are measured: workers, whole commands, the Rust loop.
 *
 * @module
 */

import { join } from "@std/path";
import type { Job, Outcome } from "./worker.ts";

const HERE = import.meta.dirname!, ROOT = join(HERE, "..", "..");
const QUIET = ["run", "--quiet", "--no-prompt", "--frozen"];

/** What a process wrote and how long it took from its start to its end. */
export interface Ended {
  readonly stdout: string;
  readonly wallMs: number;
}

/** Runs a job in a worker of its own. */
export async function runJob(job: Job): Promise<Outcome> {
  const { stdout } = await ended(Deno.execPath(), [
    ...QUIET,
    "--no-check",
    join(HERE, "worker.ts"),
    JSON.stringify(job),
  ]);
  return JSON.parse(stdout) as Outcome;
}

/**
 * Runs a script of this folder in a process of its own, with a named permission set, and returns what it prints as JSON.
 *
 * @param job Its argument, as JSON.
 */
export async function runScript<T>(name: string, permissions: string, job: unknown): Promise<T> {
  const { stdout } = await ended(Deno.execPath(), [
    ...QUIET,
    "--no-check",
    `--permission-set=${permissions}`,
    join(HERE, name),
    JSON.stringify(job),
  ]);
  return JSON.parse(stdout) as T;
}

/** Milliseconds of a process that does nothing. */
export async function bareStart(): Promise<number> {
  return (await ended(Deno.execPath(), [...QUIET, "data:text/javascript,"])).wallMs;
}

/** Command line of `deno task backtest` without the task runner. */
export function backtestArguments(rest: readonly string[]): string[] {
  return [...QUIET, "--permission-set=backtest", "scripts/backtest.ts", ...rest];
}

/** Runs a backtest as a process and returns the JSON that it printed, with its wall time. */
export async function runCommand(
  rest: readonly string[],
): Promise<{ readonly json: CommandJson; readonly wallMs: number }> {
  const { stdout, wallMs } = await ended(Deno.execPath(), backtestArguments(rest));
  return { json: JSON.parse(stdout) as CommandJson, wallMs };
}

/** The part of a result that is used here. */
export interface CommandJson {
  readonly account: { readonly finalEquity: string };
  readonly counts: { readonly bars: number; readonly fills: number; readonly trades: number };
  readonly timing: Readonly<Record<string, number>>;
}

/** Runs a program in the project's folder to its end. */
export async function ended(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  const startedMs = performance.now();
  const outcome = await new Deno.Command(program, { args: [...args], cwd: ROOT, env }).output();
  const wallMs = performance.now() - startedMs, decoder = new TextDecoder();
  if (outcome.code !== 0) {
    throw new Error(
      `${program} ended with exit code ${outcome.code}: ${decoder.decode(outcome.stderr)}`,
    );
  }
  return { stdout: decoder.decode(outcome.stdout), wallMs };
}

/** Largest memory of a backtest's host and of its child, bytes; undefined where `/proc` cannot be read. */
export interface Memory {
  readonly host: number;
  readonly child: number;
}

/** Runs a backtest and watches the memory of both of its processes. */
export async function memoryOf(rest: readonly string[]): Promise<Memory | undefined> {
  const process = new Deno.Command(Deno.execPath(), {
    args: backtestArguments(rest),
    cwd: ROOT,
    stdout: "null",
    stderr: "null",
  }).spawn();
  const most = { host: 0, child: 0 };
  let running = true;
  const status = process.status.then((status) => {
    running = false;
    return status;
  });
  while (running) {
    most.host = Math.max(most.host, await peakOf(process.pid));
    for (const pid of await childrenOf(process.pid)) {
      most.child = Math.max(most.child, await peakOf(pid));
    }
    await Promise.race([status, new Promise((resolve) => setTimeout(resolve, 2))]);
  }
  const { code } = await status;
  if (code !== 0) throw new Error(`the backtest ended with exit code ${code}`);
  return most.host > 0 && most.child > 0 ? most : undefined;
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readProc(`/proc/${pid}/task/${pid}/children`);
  return text.split(" ").filter((part) => part.trim() !== "").map(Number);
}

/** Largest resident size so far, bytes; 0 when it cannot be read. */
async function peakOf(pid: number): Promise<number> {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(await readProc(`/proc/${pid}/status`));
  return found === null ? 0 : Number(found[1]) * 1024;
}

/**
 * Returns the text of a file below `/proc`, empty when it is not there: the process has ended, or this is no Linux. Deno itself opens
 * such files only for programs that may do everything, so `cat` does.
 */
export async function readProc(path: string): Promise<string> {
  try {
    const { code, stdout } = await new Deno.Command("cat", { args: [path], stderr: "null" })
      .output();
    return code === 0 ? new TextDecoder().decode(stdout) : "";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) return "";
    throw error;
  }
}
