/**
 * All measurements of `deno task bench`, in turn.
 *
 * @module
 */

import { join } from "@std/path";
import { thousands } from "../../lib/core/mod.ts";
import { storeGenerated } from "../../lib/data/mod.ts";
import { measureCommand } from "./command.ts";
import { measureJournal } from "./journaling.ts";
import { measureLive } from "./live.ts";
import { recipe, SYMBOL } from "./market.ts";
import type { LoopResult } from "./plain_loop.ts";
import { runJob, runScript } from "./processes.ts";
import { measureReading } from "./reading.ts";
import type { RealmJob, RealmOutcome } from "./realm.ts";
import { buildRustLoop, type RustLoop } from "./rust_loop.ts";
import type { SealedJob, SealedOutcome } from "./sealed.ts";
import type { Sizes } from "./sizes.ts";
import { type Row, target } from "./table.ts";
import type { Job, Outcome, Workload } from "./worker.ts";

/** What came of it. */
export interface Measured {
  readonly rows: readonly Row[];
  /** Sentences to show below the table. */
  readonly notes: readonly string[];
  /** Version of the Rust side, or why there is none. */
  readonly rust: string;
}

/** Runs of one sandboxed process are not repeated inside it: at least so many processes. */
const LEAST_PROCESSES = 7;

/** What is measured in processes that repeat it. */
const LOOPS: readonly (readonly [id: string, kind: Job["kind"], workload: Workload])[] = [
  ["plain", "plain", "cross"],
  ["empty", "engine", "empty"],
  ["indicators", "engine", "indicators"],
  ["crossings", "engine", "crossings"],
  ["cross", "engine", "cross"],
  ["every_bar", "engine", "every_bar"],
  ["replay_empty", "replay", "empty"],
  ["replay", "replay", "cross"],
  ["replay_every_bar", "replay", "every_bar"],
];
const SEALED: readonly Workload[] = ["empty", "cross", "every_bar"];

/**
 * Measures everything.
 *
 * @param folder An empty folder to work in.
 * @param say Told what goes on.
 * @throws {Error} When two ways of doing the same work have different results.
 */
export async function measureAll(
  folder: string,
  sizes: Sizes,
  say: (what: string) => void,
): Promise<Measured> {
  const { bars } = sizes, data = join(folder, "data");
  say("building the Rust loop and making bars");
  const rust = await buildRustLoop(folder);
  storeGenerated({ ...recipe(bars), symbol: SYMBOL, dataDir: data });
  const loops = await measureLoops(sizes, typeof rust === "string" ? undefined : rust, say);
  const sealed = await measureSealed(sizes, data, say);
  const realm = await measureRealm(sizes, say);
  checkEqual([
    ["Rust loop", loops.rust],
    ["TypeScript loop", loops.least.get("plain")],
    ["engine", loops.least.get("cross")],
    ["host replay", loops.least.get("replay")],
    ["engine in the sealed realm", realm],
    ["sandboxed run", sealed.get("cross")],
  ]);
  const rows = [
    ...loopRows(bars, loops),
    ...sealedRows(bars, loops, realm, sealed.get("cross")!),
    ...orderRows(bars, loops.least, sealed),
    ...await growthRows(sizes, say),
    ...await restingRows(sizes, say),
  ];
  const command = await measureCommand({ data, folder, sizes, say });
  const reading = await measureReading({ folder, sizes, say });
  const journal = await measureJournal({ folder, sizes, say });
  const live = await measureLive({
    folder,
    sizes,
    commitMs: valueOf(journal, "kv_commit"),
    recordsPerSecond: valueOf(journal, "journal"),
    say,
  });
  return {
    rows: [...rows, ...command.rows, ...reading, ...journal, ...live],
    notes: [
      "Results of loops, engine, replay and sandbox are equal to the micro-unit.",
      ...(typeof rust === "string" ? [`No Rust loop: ${rust}.`] : []),
      ...command.notes,
    ],
    rust: typeof rust === "string" ? "no rust" : rust.version,
  };
}

function valueOf(rows: readonly Row[], id: string): number {
  return rows.find((row) => row.id === id)!.value;
}

interface Loops {
  readonly least: ReadonlyMap<string, Outcome>;
  readonly rust: (LoopResult & { readonly leastNs: number }) | undefined;
}

async function measureLoops(
  { bars, rounds, repeats }: Sizes,
  rust: RustLoop | undefined,
  say: (what: string) => void,
): Promise<Loops> {
  const least = new Map<string, Outcome>();
  let leastRust: Loops["rust"];
  for (let round = 1; round <= rounds; round++) {
    say(`loops, engine and replay, round ${round} of ${rounds}`);
    const outcome = await rust?.run(bars, repeats);
    if (outcome !== undefined && !(outcome.leastNs >= (leastRust?.leastNs ?? Infinity))) {
      leastRust = outcome;
    }
    for (const [id, kind, workload] of LOOPS) {
      const found = await runJob({ kind, workload, bars, repeats }), before = least.get(id);
      if (before === undefined || found.leastNs < before.leastNs) least.set(id, found);
    }
  }
  return { least, rust: leastRust };
}

async function measureSealed(
  { rounds, repeats }: Sizes,
  data: string,
  say: (what: string) => void,
): Promise<ReadonlyMap<Workload, SealedOutcome>> {
  const least = new Map<Workload, SealedOutcome>();
  const processes = repeats === 1 ? rounds : LEAST_PROCESSES;
  for (let i = 1; i <= processes; i++) {
    say(`sandboxed runs, ${i} of ${processes}`);
    for (const workload of SEALED) {
      const strategy = join(import.meta.dirname!, "strategies", `${workload}.ts`);
      const job: SealedJob = { strategy, data };
      const found = await runScript<SealedOutcome>("sealed.ts", "backtest", job);
      const before = least.get(workload);
      least.set(workload, {
        ...found,
        nsPerBar: Math.min(found.nsPerBar, before?.nsPerBar ?? Infinity),
        nsPerBarWarm: Math.min(found.nsPerBarWarm, before?.nsPerBarWarm ?? Infinity),
      });
    }
  }
  return least;
}

async function measureRealm(
  { bars, rounds, repeats }: Sizes,
  say: (what: string) => void,
): Promise<RealmOutcome> {
  let least: RealmOutcome | undefined;
  for (let round = 1; round <= rounds; round++) {
    say(`sealed realm, round ${round} of ${rounds}`);
    const strategy = join(import.meta.dirname!, "strategies", "cross.ts");
    const job: RealmJob = { strategy, bars, repeats };
    const found = await runScript<RealmOutcome>("realm.ts", "backtest", job);
    least = {
      ...found,
      nsPerBar: Math.min(found.nsPerBar, least?.nsPerBar ?? Infinity),
      nsPerBarWarm: Math.min(found.nsPerBarWarm, least?.nsPerBarWarm ?? Infinity),
    };
  }
  return least!;
}

/** Refuses to compare ways that do not do the same work. */
function checkEqual(
  ways: readonly (readonly [name: string, result: LoopResult | undefined])[],
): void {
  const known = ways.filter(([, result]) => result !== undefined);
  const texts = known.map(([, result]) =>
    `final equity ${result!.finalEquity}, ${result!.fills} fills, ${result!.trades} trades`
  );
  if (texts.every((text) => text === texts[0])) return;
  const list = known.map(([name], i) => `${name}: ${texts[i]}`).join("; ");
  throw new Error(`the same work gave different results: ${list}`);
}

function loopRows(bars: number, { least, rust }: Loops): Row[] {
  const row = (id: string, what: string, wanted?: (ns: number) => Row["target"]): Row => {
    const ns = least.get(id)!.leastNs / bars, aim = wanted?.(ns);
    return {
      id,
      what,
      unit: "ns/bar",
      value: ns,
      ...ratios(ns, bars, { least, rust }),
      ...(aim === undefined ? {} : { target: aim }),
    };
  };
  return [
    ...(rust === undefined ? [] : [{
      id: "rust",
      what: "plain loop, Rust",
      unit: "ns/bar",
      value: rust.leastNs / bars,
      toRust: 1,
    }]),
    row("plain", "plain loop, TypeScript"),
    row("empty", "engine in process, empty handler"),
    row("indicators", "engine in process, two averages"),
    row("crossings", "engine in process, and their crossings"),
    row(
      "cross",
      "engine in process, and orders (SMA cross)",
      (ns) => target("80 M bars/s: 12.5", ns <= 12.5),
    ),
    row("replay", "host replay of the SMA cross"),
  ];
}

function ratios(
  ns: number,
  bars: number,
  { least, rust }: Loops,
): { readonly toRust?: number; readonly toTypeScript: number } {
  const toTypeScript = ns * bars / least.get("plain")!.leastNs;
  return rust === undefined ? { toTypeScript } : { toTypeScript, toRust: ns * bars / rust.leastNs };
}

function sealedRows(
  bars: number,
  loops: Loops,
  realm: RealmOutcome,
  sealed: SealedOutcome,
): Row[] {
  const row = (id: string, what: string, ns: number): Row => ({
    id,
    what,
    unit: "ns/bar",
    value: ns,
    ...ratios(ns, bars, loops),
  });
  const warm = row("realm_warm", "engine in the sealed realm, its second half", realm.nsPerBarWarm);
  const { toRust } = warm;
  return [
    row("realm", "engine in the sealed realm, from cold", realm.nsPerBar),
    {
      ...warm,
      ...(toRust === undefined ? {} : { target: target("2.5x Rust, stretch 2.0x", toRust <= 2.5) }),
    },
    row("sealed", "sandboxed run, bars through the pipe, from cold", sealed.nsPerBar),
    row("sealed_warm", "sandboxed run, its second half", sealed.nsPerBarWarm),
  ];
}

/** What an order costs: a run with one on every bar, less a run without. */
function orderRows(
  bars: number,
  least: Loops["least"],
  sealed: ReadonlyMap<Workload, SealedOutcome>,
): Row[] {
  const row = (id: string, what: string, ns: number): Row => ({
    id,
    what,
    unit: "ns/order",
    value: ns,
    target: target("60", ns <= 60),
  });
  const { orders } = least.get("every_bar")!;
  const between = (more: string, less: string): number =>
    (least.get(more)!.leastNs - least.get(less)!.leastNs) / orders;
  const inside = sealed.get("every_bar")!.nsPerBar - sealed.get("empty")!.nsPerBar;
  return [
    row("order", "an order, engine in process", between("every_bar", "empty")),
    row("order_replay", "an order, host replay", between("replay_every_bar", "replay_empty")),
    row("order_sealed", "an order, sandbox and replay", inside * bars / orders),
  ];
}

async function growthRows(
  { growth, repeats, bars: usual }: Sizes,
  say: (what: string) => void,
): Promise<readonly Row[]> {
  const found: { readonly bars: number; readonly ns: number }[] = [];
  for (const bars of growth) {
    say(`engine over ${thousands(bars)} bars`);
    const stretch = Math.max(bars, Math.floor(usual / bars) * bars);
    const { leastNs } = await runJob({
      kind: "engine",
      workload: "cross",
      bars,
      stretch,
      repeats,
    });
    found.push({ bars, ns: leastNs / stretch });
  }
  const rows = found.map(({ bars, ns }): Row => ({
    id: `growth_${bars}`,
    what: `engine in process, ${thousands(bars)} bars`,
    unit: "ns/bar",
    value: ns,
  }));
  const times = found.map(({ ns }) => ns), spread = Math.max(...times) / Math.min(...times);
  return [...rows, {
    id: "growth",
    what: "slowest of these sizes over the fastest",
    unit: "times",
    value: spread,
    target: target("flat: 1.25", spread <= 1.25),
  }];
}

/** A cancel, a new resting order and a market order on every bar, among many that rest; the making of these counts too. */
async function restingRows(
  { resting, bars, repeats }: Sizes,
  say: (what: string) => void,
): Promise<readonly Row[]> {
  const stretch = Math.ceil(bars / 2), rows: Row[] = [];
  for (const count of resting) {
    say(`${thousands(count)} resting orders`);
    const { leastNs } = await runJob({
      kind: "engine",
      workload: `resting_${count}`,
      bars: stretch,
      repeats,
    });
    rows.push({
      id: `resting_${count}`,
      what: `engine, 3 requests a bar among ${thousands(count)} resting orders`,
      unit: "ns/bar",
      value: leastNs / stretch,
    });
  }
  const times = rows.map(({ value }) => value);
  return [...rows, {
    id: "resting",
    what: "most resting orders over the fewest",
    unit: "times",
    value: times[times.length - 1]! / times[0]!,
  }];
}
