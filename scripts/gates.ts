/**
 * `deno task gates [NN]`: runs the acceptance gates, end to end with the shipped commands, and prints what each has checked.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { SandbarError } from "../lib/core/mod.ts";
import { runDeno } from "./check/deno_command.ts";
import { newCommand, runProgram } from "./cli.ts";

/** A gate: its tests, and what joins with a subject that is not built yet. */
interface Gate {
  readonly name: string;
  readonly open?: string;
}

const GATES: { readonly [number: string]: Gate } = {
  "01": { name: "paper round trip", open: "the simulators of vendors as venue" },
  "02": {
    name: "kill at every step",
    open: "marked steps and kills at the exchange are in tests/crash; vendors",
  },
  "03": { name: "accepted but unanswered" },
  "04": {
    name: "kill switch",
    open: "alerts, halt --direct; a quote between two bars is in tests/live/quotes_test.ts",
  },
  "05": { name: "parity", open: "a hand-written ledger is in tests/e2e/parity_test.ts" },
  "06": {
    name: "configuration bites",
    open: "the reads of every key are in tests/live/config_bites_test.ts",
  },
  "07": { name: "no real time" },
  "08": { name: "connections", open: "vendors over a network" },
  "09": { name: "bad quotes", open: "quotes of vendors" },
  "10": { name: "events and alerts", open: "alert channels" },
  "11": { name: "one writer" },
  "12": { name: "measured numbers", open: "its table is that of deno task bench" },
};

const ROOT = fromFileUrl(new URL("../", import.meta.url)), FOLDER = "tests/gates";

const program = newCommand("gates", "Run the acceptance gates, or those of the given numbers.")
  .argument("[numbers...]", "numbers of gates, such as 04 (default: all)")
  .addHelpText(
    "after",
    `
Examples:
  deno task gates
  deno task gates 04 11

Exit codes: 0 every gate that is built passes, 1 one fails, 2 usage.`,
  )
  .action(gates);

async function gates(asked: readonly string[]): Promise<void> {
  const numbers = asked.length === 0
    ? Object.keys(GATES).sort()
    : asked.map((text) => text.replace(/^G-?/i, "").padStart(2, "0"));
  const unknown = numbers.find((number) => !Object.hasOwn(GATES, number));
  if (unknown !== undefined) {
    throw new SandbarError("usage", `Unknown gate ${unknown}: there are 01 to 12`);
  }
  const files = [...Deno.readDirSync(`${ROOT}${FOLDER}`)].map(({ name }) => name).sort();
  for (const number of numbers) {
    const { name, open } = GATES[number]!;
    const file = files.find((each) => each.startsWith(`g${number}_`) && each.endsWith("_test.ts"));
    const lines = file === undefined ? [] : await run(`${FOLDER}/${file}`);
    const isBad = lines.some((line) => !line.startsWith("ok"));
    const verdict = file === undefined ? "not built yet" : isBad ? "FAIL" : "PASS";
    console.log(`G-${number} ${name}: ${verdict}`);
    for (const line of lines) console.log(`  ${line}`);
    if (open !== undefined) console.log(`  open: ${open}`);
    if (isBad) Deno.exitCode = 1;
  }
}

/** Runs the tests of a file and returns what they checked, a line each, beginning with ok or not. */
async function run(file: string): Promise<string[]> {
  const { code, stdout, stderr } = await runDeno([
    "test",
    "--quiet",
    "--frozen",
    "--no-check",
    "--reporter=tap",
    "--allow-read=.,/tmp,/proc",
    "--allow-write=/tmp",
    "--allow-env=INIT_CWD",
    `--allow-run=${Deno.execPath()},prlimit`,
    "--allow-net=127.0.0.1",
    file,
  ], ROOT);
  const lines = stdout.split("\n").flatMap((line) => {
    const found = /^(ok|not ok) \d+ - (?:G-\d+ )?(.*)$/.exec(line);
    return found === null ? [] : [`${found[1]}  ${found[2]}`];
  });
  const isTold = lines.some((line) => line.startsWith("not ok"));
  return code === 0 || isTold ? lines : [...lines, `not ok  ${(stderr || stdout).slice(-2000)}`];
}

if (import.meta.main) await runProgram(program);
