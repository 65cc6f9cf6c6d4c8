/**
 * `deno task bench`: what a backtest costs, against plain loops that do the same work with equal results in the same run.
 *
 * Each figure is the least of at least seven repeats, because ratios of minima hold still on a busy machine. Every measured thing has
 * processes of its own: V8 then knows one strategy class and one kind of call, as in a real run. The rounds go through all of them in turn,
 * so that a slow moment of the machine meets each. Nothing here fails for being slow; it fails when results differ.
 *
 * @module
 */

import { join } from "@std/path";
import { VERSION } from "../lib/data/mod.ts";
import { measureAll } from "./bench/measure_all.ts";
import { readProc } from "./bench/processes.ts";
import type { Sizes } from "./bench/sizes.ts";
import { type Baseline, baselineOf, lossesSince, tableOf } from "./bench/table.ts";
import { newCommand, runProgram } from "./cli.ts";

interface Flags {
  readonly quick?: boolean;
  readonly record?: boolean;
}

const ROOT = join(import.meta.dirname!, ".."), BASELINE = join(ROOT, "scripts/bench/baseline.json");

const FULL: Sizes = {
  bars: 1_000_000,
  growth: [10_000, 100_000, 1_000_000, 10_000_000],
  // One short of the most there may be: each bar makes its market order beside them.
  resting: [10, 1000, 99_999],
  fewBars: 10_000,
  rounds: 5,
  repeats: 7,
};
const QUICK: Sizes = {
  bars: 20_000,
  growth: [10_000, 20_000],
  resting: [10, 100],
  fewBars: 5_000,
  rounds: 1,
  repeats: 1,
};

const program = newCommand("bench", "Measure a backtest against plain loops doing the same work.")
  .option("--quick", "small sizes and one repeat: shows that it runs, the times mean nothing")
  .option("--record", "keep the ratios of this run as the baseline of later ones")
  .action(bench);

async function bench(flags: Flags): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-bench-" });
  try {
    const sizes = flags.quick === true ? QUICK : FULL;
    const { rows, notes, rust } = await measureAll(folder, sizes, (what) => console.error(what));
    const machine = await machineText(), versions = versionText(rust);
    console.log(`${machine}\n${versions}\n`);
    if (flags.quick === true) console.log("Quick: far too short for its times to mean anything.\n");
    console.log(tableOf(rows));
    for (const note of notes) console.log(`\n${note}`);
    const date = new Date().toISOString();
    const baseline = readBaseline();
    const losses = baseline === undefined ? [] : lossesSince(baseline, rows);
    if (flags.quick === true) return;
    for (const loss of losses) console.log(`\nWarning: slower than the baseline: ${loss}`);
    if (flags.record === true) {
      const text = JSON.stringify(baselineOf(rows, date.slice(0, 10), machine), undefined, 2);
      Deno.writeTextFileSync(BASELINE, text + "\n");
    }
    const kept = `.bench/${date.slice(0, 19).replaceAll(":", "-")}.json`;
    Deno.mkdirSync(join(ROOT, ".bench"), { recursive: true });
    Deno.writeTextFileSync(
      join(ROOT, kept),
      JSON.stringify({ date, machine, versions, sizes, rows, notes, losses }, undefined, 2) + "\n",
    );
    console.log(`\nKept in ${kept}`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

async function machineText(): Promise<string> {
  const model = /^model name\s*:\s*(.+)$/m.exec(await readProc("/proc/cpuinfo"))?.[1];
  return `${navigator.hardwareConcurrency} cores, ${
    model ?? "model not known"
  }, ${Deno.build.target}`;
}

function versionText(rust: string): string {
  const { deno, v8 } = Deno.version;
  return `sandbar ${VERSION}, deno ${deno}, v8 ${v8}, ${rust}`;
}

function readBaseline(): Baseline | undefined {
  try {
    return JSON.parse(Deno.readTextFileSync(BASELINE)) as Baseline;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

if (import.meta.main) await runProgram(program);
