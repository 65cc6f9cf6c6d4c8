import { assertEquals } from "@std/assert";

interface Config {
  readonly tasks: Readonly<
    Record<string, { readonly command: string; readonly description: string }>
  >;
  readonly permissions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The operator's commands. */
const CONTROL = "status orders positions pause resume halt flatten reconcile assign stop".split(
  " ",
);

/** The others that a user runs. */
const USERS = "backtest compare config data doctor live new replay simulate verify".split(" ");

const CONFIG = JSON.parse(Deno.readTextFileSync("deno.json")) as Config;

Deno.test("tasks: no task has all permissions, and each that a user runs asks for none (CLI-11)", () => {
  for (const [name, { command, description }] of Object.entries(CONFIG.tasks)) {
    assertEquals(/(^|\s)(-A|--allow-all)(\s|$)/.test(command), false, name);
    assertEquals(description.length > 10, true, name);
  }
  for (const name of [...USERS, ...CONTROL]) {
    const { command } = CONFIG.tasks[name]!;
    assertEquals(command.includes("--no-prompt") && command.includes("--frozen"), true, name);
    assertEquals(/--allow-/.test(command), false, `${name} has its permissions from a set`);
  }
});

Deno.test("tasks: commands reach files and the launcher, not the network, the environment, libraries or the system (CLI-11)", () => {
  const { backtest, doctor, files, settings, simulate } = CONFIG.permissions;
  assertEquals(backtest, { read: true, write: true, run: ["prlimit", "deno"], env: ["INIT_CWD"] });
  // It asks how much room there is.
  assertEquals(doctor, { ...backtest, sys: ["statfs"] });
  assertEquals(CONFIG.tasks["doctor"]!.command.includes("--permission-set=doctor "), true);
  assertEquals(files, { read: true, write: true, env: ["INIT_CWD"] });
  assertEquals(settings, { read: true, env: ["INIT_CWD"] });
  // A server for the same machine alone.
  assertEquals(simulate, { read: true, net: ["127.0.0.1"], env: ["INIT_CWD"] });
  assertEquals(CONFIG.tasks["simulate"]!.command.includes("--permission-set=simulate "), true);
  assertEquals(CONFIG.tasks["config"]!.command.includes("--permission-set=settings "), true);
  for (const name of ["compare", "data", "new"]) {
    assertEquals(CONFIG.tasks[name]!.command.includes("--permission-set=files "), true, name);
  }
  for (const name of ["backtest", "replay", "verify"]) {
    assertEquals(CONFIG.tasks[name]!.command.includes("--permission-set=backtest "), true, name);
  }
});

Deno.test("tasks: the operator's commands reach files and this machine's loopback, and start nothing (CLI-11)", () => {
  assertEquals(CONFIG.permissions["control"], {
    read: true,
    write: true,
    net: ["127.0.0.1"],
    env: ["INIT_CWD", "USER"],
  });
  for (const name of CONTROL) {
    const { command } = CONFIG.tasks[name]!;
    assertEquals(
      command.endsWith(`--permission-set=control scripts/control.ts ${name}`),
      true,
      name,
    );
  }
});
