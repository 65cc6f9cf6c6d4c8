/**
 * The trading process from outside: started as `deno task live` starts it, killed, started again. Each has a process group of its own, so
 * that whatever it leaves behind is found.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { hostPermissions, type LiveConfig, resolveLive } from "../../lib/config/mod.ts";
import { fromFileUrl } from "@std/path";
import { processesOf, type Ran } from "../e2e/command.ts";

/** An account in a folder of its own. */
export interface AccountPlace {
  /** The user's folder. */
  readonly folder: string;
  readonly strategy: string;
  readonly symbols: string;
  /** Folder of its state, in the user's. Default `state`. */
  readonly state?: string;
  /** Where its paper exchange is. Default: the venue inside. */
  readonly paperUrl?: string;
}

/** Starts and kills trading processes. */
export class LiveProcess {
  readonly #process: Deno.ChildProcess;
  readonly #pid: number;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.#pid = process.pid;
  }

  /** Starts a trading process with the permissions that the front would give it. */
  static async start(place: AccountPlace, ...more: readonly string[]): Promise<LiveProcess> {
    const permissions = hostPermissions(await configOf(place));
    return LiveProcess.#spawn(place, [...permissions, scriptOf("live_host")], more);
  }

  /** Starts the front, which starts the trading process. */
  static front(place: AccountPlace, ...more: readonly string[]): LiveProcess {
    return LiveProcess.#spawn(place, ["--permission-set=live", scriptOf("live")], more);
  }

  static #spawn(
    place: AccountPlace,
    script: readonly string[],
    more: readonly string[],
  ): LiveProcess {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--frozen",
        ...script,
        ...argumentsOf(place),
        ...more,
      ],
      env: {
        INIT_CWD: place.folder,
        NO_COLOR: "1",
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    return new LiveProcess(process);
  }

  get pid(): number {
    return this.#pid;
  }

  /** Waits until it ends. */
  async end(): Promise<Ran> {
    const { code, stdout, stderr } = await this.#process.output(), decoder = new TextDecoder();
    await nothingLeft(this.#pid);
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /**
   * Kills it once it has written so many lines, and makes sure that no process of it is left.
   *
   * @param lines 0 kills it at once, before it has begun.
   * @returns The lines that it had written, and whether it ended by itself before that.
   */
  async killAfter(lines: number): Promise<{ readonly lines: number; readonly hasEnded: boolean }> {
    let written = 0, isKilled = lines === 0;
    if (isKilled) this.kill("SIGKILL");
    const errors = this.#process.stderr.pipeTo(new WritableStream());
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      written += text.split("\n").length - 1;
      if (isKilled || written < lines) continue;
      isKilled = true;
      this.kill("SIGKILL");
    }
    const { signal } = await this.#process.status;
    await errors;
    await nothingLeft(this.#pid);
    return { lines: written, hasEnded: signal === null };
  }

  /** Asks it to stop once it has written so many lines, and waits until it has. */
  async stopAfter(lines: number): Promise<Omit<Ran, "stdout">> {
    let written = 0;
    const stderr = new Response(this.#process.stderr).text();
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const before = written;
      written += text.split("\n").length - 1;
      if (before < lines && written >= lines) this.kill("SIGTERM");
    }
    const { code } = await this.#process.status;
    await nothingLeft(this.#pid);
    return { code, stderr: await stderr };
  }

  /**
   * Does something once it has written a text, and waits until it and all of its processes have ended, which is when nobody can write any more.
   */
  async endAfter(words: string, act: () => Promise<void>): Promise<Omit<Ran, "stdout">> {
    let text = "", isDone = false;
    const stderr = new Response(this.#process.stderr).text();
    for await (const part of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (isDone || !text.includes(words)) continue;
      isDone = true;
      await act();
    }
    const { code } = await this.#process.status;
    await nothingLeft(this.#pid);
    if (!isDone) throw new Error(`it ended without saying "${words}": ${await stderr}`);
    return { code, stderr: await stderr };
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      // It has ended just now.
      if (!(error instanceof TypeError)) throw error;
    }
  }
}

/** Makes sure that no process of a group is left. */
async function nothingLeft(group: number): Promise<void> {
  let left = await processesOf(group);
  // The system ends a child after its host: asked again, it is gone.
  for (let look = 0; look < 200 && left.length > 0; look++) left = await processesOf(group);
  assertEquals(left, [], "a process was left behind");
}

function argumentsOf(place: AccountPlace): string[] {
  const { folder, strategy, symbols, state = "state", paperUrl } = place;
  const venue = paperUrl === undefined ? [] : ["--paper-url", paperUrl];
  const settings = `${folder}/sandbar.yaml`;
  return [strategy, "--symbols", symbols, "--state", state, "--config", settings, ...venue];
}

async function configOf(
  { folder, strategy, symbols, state = "state", paperUrl }: AccountPlace,
): Promise<LiveConfig> {
  return await resolveLive({
    flags: {
      strategies: [strategy],
      symbols: symbols.split(","),
      state,
      ...(paperUrl === undefined ? {} : { paperUrl }),
    },
    userDir: folder,
    file: { real: `${folder}/sandbar.yaml`, shown: "sandbar.yaml" },
  });
}

function scriptOf(name: string): string {
  return fromFileUrl(new URL(`../../scripts/${name}.ts`, import.meta.url));
}
