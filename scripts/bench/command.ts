/**
 * The whole command as a user starts it: wall time from process to exit, its own timing, its memory.
 *
 * @module
 */

import { join } from "@std/path";
import type { Sizes } from "./sizes.ts";
import { thousands } from "../../lib/core/mod.ts";
import { storeGenerated } from "../../lib/data/mod.ts";
import { PERIOD, recipe, SYMBOL } from "./market.ts";
import { INITIAL_CASH } from "./plain_loop.ts";
import { bareStart, type CommandJson, memoryOf, runCommand } from "./processes.ts";
import { type Row, target } from "./table.ts";

/** Where and how much. */
export interface CommandOptions {
  /** Catalog with `sizes.bars` bars. */
  readonly data: string;
  readonly folder: string;
  readonly sizes: Sizes;
  readonly say: (what: string) => void;
}

const LEAST_RUNS = 7;

/** Measures the command. */
export async function measureCommand(
  { data, folder, sizes, say }: CommandOptions,
): Promise<{ readonly rows: readonly Row[]; readonly notes: readonly string[] }> {
  const runs = sizes.repeats === 1 ? 1 : LEAST_RUNS;
  const few = join(folder, "few");
  storeGenerated({ ...recipe(sizes.fewBars), symbol: SYMBOL, dataDir: few });
  const example = join(import.meta.dirname!, "..", "..", "strategies", "sma_crossover.ts");
  let bare = Infinity, goog: Run | undefined, large: Run | undefined;
  for (let i = 1; i <= runs; i++) {
    say(`the whole command, ${i} of ${runs}`);
    bare = Math.min(bare, await bareStart());
    goog = faster(goog, await runCommand([example, "--no-report", "--json", "--quiet"]));
    large = faster(large, await runCommand(largeRun(data)));
  }
  const seconds = large!.wallMs / 1000, { bars } = large!.json.counts;
  const memory = await memoryRows(sizes, data, few, say);
  return {
    rows: [
      ms("start_bare", "deno run of an empty module, start to exit", bare),
      ms("command_goog", "backtest of GOOG (2,148 days), start to exit", goog!.wallMs),
      {
        id: "command_large",
        what: `backtest of ${thousands(bars)} bars, start to exit`,
        unit: "s",
        value: seconds,
        target: target("0.8, stretch 0.5", seconds <= 0.8),
      },
      ...memory,
    ],
    notes: [
      `GOOG: ${phases(goog!)}`,
      `${thousands(bars)} bars: ${phases(large!)}`,
      ...(memory.length === 0
        ? ["Memory was not measured: `cat` may not run, or there is no /proc."]
        : []),
    ],
  };
}

interface Run {
  readonly json: CommandJson;
  readonly wallMs: number;
}

function faster(before: Run | undefined, now: Run): Run {
  return before !== undefined && before.wallMs <= now.wallMs ? before : now;
}

function largeRun(data: string): string[] {
  return [
    join(import.meta.dirname!, "strategies", "cross.ts"),
    ...["--data", data, "--symbols", SYMBOL, "--period", PERIOD],
    ...["--cash", String(INITIAL_CASH / 1e6), "--no-report", "--json", "--quiet"],
  ];
}

function ms(id: string, what: string, value: number): Row {
  return { id, what, unit: "ms", value };
}

/** The phases of a run, as it tells them itself; what is left of the wall time is the end of the process. */
function phases({ json, wallMs }: Run): string {
  const { startMs, loadMs, strategyMs, replayMs, totalMs } = json.timing as Record<string, number>;
  const rest = totalMs! - startMs! - loadMs! - strategyMs!;
  const part = (name: string, value: number): string => `${name} ${value.toFixed(0)}`;
  return [
    part("ms until the run starts", startMs!),
    part("read and check bars", loadMs!),
    `${part("sandbox and replay", strategyMs!)} (of it ${part("replay", replayMs!)})`,
    part("metrics and result", rest),
    part("print and exit", wallMs - totalMs!),
  ].join(", ");
}

/** Bytes a bar: what a long run has at its peak beyond a short one. */
async function memoryRows(
  sizes: Sizes,
  data: string,
  few: string,
  say: (what: string) => void,
): Promise<readonly Row[]> {
  say("memory");
  const small = await memoryOf(largeRun(few)), large = await memoryOf(largeRun(data));
  if (small === undefined || large === undefined) return [];
  const bars = sizes.bars - sizes.fewBars;
  const row = (id: "host" | "child", what: string): Row => {
    const bytes = (large[id] - small[id]) / bars;
    return {
      id: `memory_${id}`,
      what,
      unit: "bytes/bar",
      value: bytes,
      target: target("60", bytes <= 60),
    };
  };
  return [
    row("host", "memory of the host beyond a short run"),
    row("child", "memory of the child beyond a short run"),
  ];
}
