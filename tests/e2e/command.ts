/**
 * Runs a command as its task does: the same flags and the same permission set, for a user in a folder of their own. The command gets a
 * process group of its own, so that whatever it leaves behind can be found.
 *
 * @module
 */

import { assertEquals } from "@std/assert";

/** What a command did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on. */
export interface Running {
  readonly pid: number;
  readonly result: Promise<Ran>;
  interrupt(signal: Deno.Signal): void;
  /** Resolves once it has said some words, with what it has printed so far. Rejects with all that it said when it ends without them. */
  says(words: string): Promise<string>;
}

/** The permission set of each script, as deno.json gives it to the task. */
const PERMISSIONS = {
  backtest: "backtest",
  compare: "files",
  config: "settings",
  new: "files",
  data: "files",
  simulate: "simulate",
  control: "control",
  replay: "backtest",
  verify: "backtest",
  doctor: "doctor",
  live: "live",
} as const;

/**
 * Starts `deno task SCRIPT ARGS` for a user in a folder.
 *
 * @param environment Variables that the user's machine has beside those of this one.
 */
export function start(
  folder: string,
  script: keyof typeof PERMISSIONS,
  args: string[],
  environment: Readonly<Record<string, string>> = {},
): Running {
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--frozen",
      `--permission-set=${PERMISSIONS[script]}`,
      `scripts/${script}.ts`,
      ...args,
    ],
    env: {
      ...environment,
      INIT_CWD: folder,
      NO_COLOR: "1",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  const stdout = new Said(command.stdout), stderr = new Said(command.stderr);
  return {
    pid: command.pid,
    result: (async () => {
      const [{ code }] = await Promise.all([command.status, stdout.end, stderr.end]);
      return { code, stdout: stdout.text, stderr: stderr.text };
    })(),
    interrupt: (signal) => command.kill(signal),
    says: async (words) => {
      const isSaid = await Promise.any([stdout.has(words), stderr.has(words)]).catch(() => false);
      if (isSaid) return stdout.text;
      throw new Error(`it never said "${words}", but: ${stdout.text}${stderr.text}`);
    },
  };
}

/** What comes out of a process. */
class Said {
  text = "";
  readonly end: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.end = this.#read(stream);
  }

  /** Resolves once some words are in it; rejects at its end. */
  has(words: string): Promise<true> {
    const { promise, resolve, reject } = Promise.withResolvers<true>();
    const look = (): void => {
      if (this.text.includes(words)) resolve(true);
      else if (this.#isOver) reject(new Error("it has ended"));
      else return;
      this.#waiting.delete(look);
    };
    this.#waiting.add(look);
    look();
    return promise;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.text += decoder.decode(bytes, { stream: true });
      for (const look of [...this.#waiting]) look();
    }
    this.#isOver = true;
    for (const look of [...this.#waiting]) look();
  }
}

/** Runs a command to its end, and makes sure that no process of it is left. */
export async function run(
  folder: string,
  script: keyof typeof PERMISSIONS,
  ...args: string[]
): Promise<Ran> {
  const running = start(folder, script, args), result = await running.result;
  let left = await processesOf(running.pid);
  // A launcher that is killed while it tries a door leaves a program that does nothing and ends at once: asked again, it is gone.
  for (let look = 0; look < 100 && left.length > 0; look++) left = await processesOf(running.pid);
  assertEquals(left, [], "a process was left behind");
  return result;
}

/** A process of a command's group. */
export interface GroupProcess {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks (1/100 s) that it has computed for. */
  readonly ticks: number;
}

/** Returns the processes of a command's group, without those that have ended. */
export async function processesOf(group: number): Promise<GroupProcess[]> {
  const stats = await shell("cat /proc/[0-9]*/stat 2>/dev/null; true");
  return stats.trimEnd().split("\n").flatMap((line) => {
    // After the name in brackets: state, parent, group, ..., user and system time.
    const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
    if (Number(fields[2]) !== group || fields[0] === "Z") return [];
    return [{
      pid: parseInt(line),
      parent: Number(fields[1]),
      ticks: Number(fields[11]) + Number(fields[12]),
    }];
  });
}

/** Sends a signal to every process of a command's group at once: what Ctrl-C in a terminal does. */
export async function signalGroup(group: number, signal: "INT" | "TERM" | "KILL"): Promise<void> {
  await shell(`kill -s ${signal} -- -${group}`);
}

/** Sends a signal to a process that a test has started, or that such a one has. */
export async function signalProcess(
  pid: number,
  signal: "KILL" | "STOP" | "CONT",
): Promise<void> {
  await shell(`kill -s ${signal} ${pid}`);
}

/** Makes a link. */
export async function link(target: string, path: string): Promise<void> {
  await shell(`ln -s '${target}' '${path}'`);
}

/** Deno itself may not read /proc, signal a group or make links; a shell may, started by the one program that tests are allowed to start. */
export async function shell(text: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("prlimit", {
    args: ["--core=0", "sh", "-c", text],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Makes sure that a command ended as a user should see it: its exit code, one message with these words, no stack trace. */
export function assertRefused(ran: Ran, code: number, ...words: readonly string[]): void {
  assertEquals(ran.code, code, ran.stderr || ran.stdout);
  for (const word of words) {
    assertEquals([word, ran.stderr.includes(word)], [word, true], ran.stderr);
  }
  assertEquals(/^\s+at |internal fault|Uncaught/im.test(ran.stderr), false, ran.stderr);
}

/** A strategy with handlers given as text; `setup` gets `data` and `params`. */
export function strategy(name: string, handlers: string, before = ""): string {
  return `import { defineStrategy, type Handlers } from "sandbar/strategy";
${before}
export default defineStrategy({
  name: "${name}",
  setup(): Handlers {
    return {
${handlers}
    };
  },
});
`;
}

/** The bundled example with an absolute path. */
export const SMA: string = `${Deno.cwd()}/strategies/sma_crossover.ts`;
