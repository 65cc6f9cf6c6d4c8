/**
 * What the gates share: sessions of `deno task live` in processes of their own, the operator's commands beside them, and their logs.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { StatusView } from "../../lib/live/control/mod.ts";
import { type Ran, run, type Running, signalGroup, start } from "../e2e/command.ts";

/** Looks at most so often, and so long in milliseconds, for what must come; each of them starts a process. */
const MOST_LOOKS = 400, MOST_MS = 60_000;

/** Runs a command that must do what it is asked for, and returns what it prints. */
export async function ok(
  folder: string,
  ...args: Parameters<typeof run> extends [string, ...infer Rest] ? Rest : never
): Promise<string> {
  const { code, stdout, stderr } = await run(folder, ...args);
  assertEquals(code, 0, stderr || stdout);
  return stdout;
}

/** A session in its own process. */
export class SessionProcess {
  readonly #folder: string;
  readonly #running: Running;

  /** Starts one. */
  constructor(folder: string, args: readonly string[]) {
    this.#folder = folder;
    this.#running = start(folder, "live", [...args]);
  }

  /** What it did, once it has ended. */
  get ended(): Promise<Ran> {
    return this.#running.result;
  }

  /** Waits until its status is as it should be, and returns it; fails when the session ends before. */
  async until(isSo: (status: StatusView) => boolean): Promise<StatusView> {
    let ended: Ran | undefined, last = "";
    void this.#running.result.then((ran) => ended = ran);
    const untilMs = performance.now() + MOST_MS;
    for (let look = 0; look < MOST_LOOKS && ended === undefined; look++) {
      if (performance.now() > untilMs) break;
      const { code, stdout, stderr } = await run(this.#folder, "control", "status", "--json");
      last = stdout + stderr;
      if (code !== 0) continue;
      const status = JSON.parse(stdout) as StatusView;
      if (isSo(status)) return status;
    }
    await signalGroup(this.#running.pid, "KILL").catch(() => undefined);
    throw new Error(`the session did not come to it: ${last}\n${ended?.stderr ?? ""}`);
  }
}

/** An event of a log. */
export interface LoggedEvent {
  readonly type: string;
  readonly time: string;
  readonly severity: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Returns the events of all logs of a folder, in the order of their files. */
export function loggedEvents(folder: string, type?: string): LoggedEvent[] {
  const names = [...Deno.readDirSync(`${folder}/logs`)].map(({ name }) => name).sort();
  return names.flatMap((name) =>
    Deno.readTextFileSync(`${folder}/logs/${name}`).trimEnd().split("\n").filter(Boolean)
      .map((line) => JSON.parse(line) as LoggedEvent)
  ).filter((event) => type === undefined || event.type === type);
}

/** Writes half-hour bars of sessions in January 2024 from the closes of each; a bar opens at the close before it. */
export function writeBars(path: string, sessions: readonly (readonly number[])[]): void {
  const days = [2, 3, 4, 5, 8, 9, 10, 11, 12, 16, 17, 18, 19, 22, 23, 24, 25, 26, 29, 30, 31];
  let text = "time,open,high,low,close,volume\n", open = sessions[0]![0]!;
  sessions.forEach((closes, at) => {
    closes.forEach((close, bar) => {
      const minutes = 14 * 60 + 30 + bar * 30, hour = String(Math.floor(minutes / 60));
      const time = `2024-01-${String(days[at]).padStart(2, "0")}T${hour}:${
        minutes % 60 === 0 ? "00" : "30"
      }:00Z`;
      const high = Math.max(open, close), low = Math.min(open, close);
      text += `${time},${open},${high},${low},${close},10000\n`;
      open = close;
    });
  });
  Deno.writeTextFileSync(path, text);
}
