/**
 * The engine in the sealed realm without the pipe: the child's own bundle in a context made as the child makes it, frozen, fed with the
 * same slices, in this process. What it takes is the engine's; what a sandboxed run takes beyond it is the way of the bars.
 *
 * Each run has a context of its own and begins cold, as in a child; its second half is warm.
 *
 * @module
 */

import vm from "node:vm";
import { join } from "@std/path";
import { Engine, Replay, type SealedRunSpec } from "../../lib/engine/mod.ts";
import { COLUMN_NAMES } from "../../lib/market/mod.ts";
import { INTENT_WIDTH } from "../../lib/protocols/mod.ts";
import { readStrategy } from "../../lib/sandbox/mod.ts";
import { benchColumns, type BenchMarket, benchMarket, PERIOD } from "./market.ts";
import type { LoopResult } from "./plain_loop.ts";

/** What to run. */
export interface RealmJob {
  /** Path of the strategy. */
  readonly strategy: string;
  readonly bars: number;
  readonly repeats: number;
}

/** Least nanoseconds a bar over all runs, and what a replay of the intents gives. */
export interface RealmOutcome extends LoopResult {
  readonly nsPerBar: number;
  readonly nsPerBarWarm: number;
}

/** The part of the sealed entry that is called here; see `lib/engine/sealed_entry.ts`. */
interface Entry {
  open(spec: string): void;
  columnBuffer(s: number, k: number): ArrayBuffer;
  sessionBuffer(table: number, k: number): ArrayBuffer;
  describe(exported: unknown): string;
  setup(values: string, rights: string, harden: (object: object) => void): string;
  start(): void;
  fill(s: number, rows: number): void;
  slice(steps: number): number;
  intentBuffer(): ArrayBuffer;
  intentCount(): number;
  clear(): void;
}

interface Realm {
  shape(seed: number): void;
  freezeRealm(): void;
  hardenExports(exports: object): void;
  hardenObject(object: object): void;
}

const SLICE = 4096;
const ENTRY = "lib/engine/sealed_entry.ts", SDK = "lib/strategy/mod.ts";
const REALM = "lib/sandbox/child/realm.ts", STRATEGY = "strategy";

async function measure({ strategy, bars, repeats }: RealmJob): Promise<RealmOutcome> {
  const market = benchMarket(benchColumns(bars), bars);
  // By its address: the bundle is no module of the house but what the house sends into a child.
  const bundle = new URL("../../lib/sandbox/child/engine_bundle.gen.js", import.meta.url).href;
  const { MODULES } = await import(bundle) as { readonly MODULES: Record<string, string> };
  const { modules, entry } = readStrategy(strategy, strategy);
  const texts = { ...MODULES, [STRATEGY]: modules[entry]! };
  let nsPerBar = Infinity, nsPerBarWarm = Infinity, result: LoopResult | undefined;
  for (let i = 0; i < repeats; i++) {
    const run = await runOnce(texts, market, bars);
    nsPerBar = Math.min(nsPerBar, run.nsPerBar);
    nsPerBarWarm = Math.min(nsPerBarWarm, run.nsPerBarWarm);
    result = run.result;
  }
  return { nsPerBar, nsPerBarWarm, ...result! };
}

async function runOnce(
  texts: Readonly<Record<string, string>>,
  market: BenchMarket,
  bars: number,
): Promise<{ nsPerBar: number; nsPerBarWarm: number; result: LoopResult }> {
  const engine = await sealedEngine(texts, market, bars);
  const host = new Engine(market.spec, [market.bars], null, null);
  const replay = new Replay(host, market.startUs);
  let ms = 0, msWarm = 0, barsWarm = 0;
  for (let done = 0; done < bars; done += SLICE) {
    const steps = Math.min(SLICE, bars - done), isWarm = done >= bars / 2;
    engine.fill(0, done + steps);
    const startedMs = performance.now();
    engine.slice(steps);
    const took = performance.now() - startedMs;
    ms += took;
    if (isWarm) {
      msWarm += took;
      barsWarm += steps;
    }
    const count = engine.intentCount();
    replay.run(steps, new Float64Array(engine.intentBuffer(), 0, count * INTENT_WIDTH), count);
    engine.clear();
  }
  let trades = 0;
  for (let row = 0; row < host.fills.length; row++) if (host.fills.quantity[row]! < 0) trades++;
  return {
    nsPerBar: ms * 1e6 / bars,
    nsPerBarWarm: msWarm * 1e6 / barsWarm,
    result: { finalEquity: host.equity(), fills: host.fills.length, trades },
  };
}

/** Makes the context, loads engine and strategy in the order of the child's bootstrap, and fills in the bars. */
async function sealedEngine(
  texts: Readonly<Record<string, string>>,
  market: BenchMarket,
  bars: number,
): Promise<Entry> {
  const context = vm.createContext(vm.constants.DONT_CONTEXTIFY as unknown as vm.Context, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: "afterEvaluate",
  });
  const modules = new Map(
    Object.entries(texts).map(([identifier, text]) =>
      [identifier, new vm.SourceTextModule(text, { context, identifier })] as const
    ),
  );
  const link = (specifier: string, from: vm.Module): vm.Module =>
    modules.get(
      specifier === "sandbar/strategy" ? SDK : join(from.identifier, "..", specifier),
    )!;
  const load = async <T>(identifier: string): Promise<T> => {
    const module = modules.get(identifier)!;
    if (module.status === "unlinked") await module.link(link);
    await module.evaluate();
    return module.namespace as T;
  };
  const realm = await load<Realm>(REALM);
  realm.shape(1);
  const engine = await load<Entry>(ENTRY), sdk = await load<object>(SDK);
  realm.freezeRealm();
  realm.hardenExports(sdk);
  engine.open(JSON.stringify(specOf(market, bars)));
  COLUMN_NAMES.forEach((name, k) =>
    new Float64Array(engine.columnBuffer(0, k)).set(market.bars[name])
  );
  const [table] = market.spec.sessions;
  new Float64Array(engine.sessionBuffer(0, 0)).set(table!.openUs);
  new Float64Array(engine.sessionBuffer(0, 1)).set(table!.closeUs);
  engine.describe((await load<{ readonly default: unknown }>(STRATEGY)).default);
  engine.setup("{}", JSON.stringify(market.spec.rights), realm.hardenObject);
  engine.start();
  return engine;
}

function specOf({ bars, spec, startUs }: BenchMarket, rows: number): SealedRunSpec {
  const { sessions, rights: _rights, ...engine } = spec;
  return {
    engine,
    series: [{ symbol: bars.symbol, rows, tickScale: bars.tickScale }],
    sessions: sessions.map((table) => table.length),
    period: PERIOD,
    plotStride: 0,
    startUs,
  };
}

if (import.meta.main) {
  console.log(JSON.stringify(await measure(JSON.parse(Deno.args[0]!) as RealmJob)));
}
