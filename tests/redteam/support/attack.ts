/**
 * Runs one hostile strategy in the real sandbox, with the real replay on the host, and says what came of it.
 *
 * @module
 */

import { driveChild, SLICE_STEPS } from "../../../lib/backtest/drive_child.ts";
import { paramValues, readTerms } from "../../../lib/run/strategy_terms.ts";
import {
  ALL_RIGHTS,
  Engine,
  type EngineSpec,
  Replay,
  type SealedRunSpec,
} from "../../../lib/engine/mod.ts";
import { stock } from "../../../lib/market/mod.ts";
import { INTENT_WIDTH } from "../../../lib/protocols/mod.ts";
import {
  type ChildLimits,
  DEFAULT_LIMITS,
  type FailureKind,
  SealedChild,
  type SliceReport,
  StrategyFailure,
  type StrategySources,
} from "../../../lib/sandbox/mod.ts";
import { DEFAULT_MATCHING } from "../../../lib/venue/mod.ts";
import { BREACH_BASE, type UniqueMarket, uniqueMarket } from "./market.ts";

/** How an attack is run. */
export interface AttackOptions {
  readonly symbols?: readonly string[];
  /** Hours of the market. Default 1,500. */
  readonly rows?: number;
  readonly freeze?: boolean;
  readonly seed?: number;
  readonly sliceSteps?: number;
  readonly limits?: Partial<ChildLimits>;
  /** Further modules of the strategy by path. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Day on which the first symbol splits two for one. */
  readonly splitDay?: number;
  /** Keeps every plotted value. */
  readonly plots?: boolean;
  /** A program that takes the place of the sandbox's own bootstrap. */
  readonly entry?: string;
}

/** What came of an attack. */
export interface Attack {
  /** Undefined when the run reached its end. */
  readonly failure: FailureKind | undefined;
  /** Message of the failure, or an empty text. */
  readonly message: string;
  /** Lines of the log. */
  readonly log: readonly string[];
  /** Quantities of the intents, in order. */
  readonly quantities: readonly number[];
  /** Intents whose quantity is a number of a later bar. */
  readonly leaks: number;
  /** Breaches that the strategy itself reported, by number. */
  readonly breaches: readonly number[];
  readonly intentsSha256: string;
  readonly plotText: string;
  readonly milliseconds: number;
}

/** Limits that let a looping strategy fail soon. */
export const QUICK: Partial<ChildLimits> = { loadMs: 400, stallMs: 600 };

/** Limits that nothing but a loop meets, however busy the machine is. */
export const PATIENT: Partial<ChildLimits> = { loadMs: 20_000, stallMs: 20_000 };

const markets = new Map<string, UniqueMarket>();

/** Returns the market of a run; the same one for the same rows and symbols. */
export function marketOf(
  rows: number,
  symbols: readonly string[],
  splitDay?: number,
): UniqueMarket {
  const key = `${rows} ${symbols} ${splitDay}`;
  let found = markets.get(key);
  if (found === undefined) markets.set(key, found = uniqueMarket(rows, symbols, splitDay));
  return found;
}

/** Runs a strategy's source, JavaScript or text that was stripped before. */
export async function attack(source: string, options: AttackOptions = {}): Promise<Attack> {
  const modules = { "x.ts": source, ...options.modules };
  return await attackSources(
    { file: "strategies/x.ts", entry: "x.ts", modules, sha256: "" },
    options,
  );
}

/** Runs a strategy's sources. */
export async function attackSources(
  sources: StrategySources,
  options: AttackOptions = {},
): Promise<Attack> {
  const started = performance.now();
  const unique = marketOf(options.rows ?? 1500, options.symbols ?? ["ONE"], options.splitDay);
  const limits = { ...DEFAULT_LIMITS, ...options.limits }, reports: SliceReport[] = [];
  let failure: StrategyFailure | undefined, intentsSha256 = "", plotText = "";
  try {
    await using child = SealedChild.start(limits, options.entry);
    const result = await drive(child, unique, sources, limits.stallMs, options, reports);
    intentsSha256 = result.intentsSha256;
    plotText = result.plotText;
  } catch (error) {
    if (!(error instanceof StrategyFailure)) throw error;
    failure = error;
  }
  return {
    failure: failure?.kind,
    message: failure?.message ?? "",
    intentsSha256,
    plotText,
    milliseconds: performance.now() - started,
    log: reports.flatMap((report) => logLines(report.notes)),
    ...judge(reports, unique),
  };
}

async function drive(
  child: SealedChild,
  unique: UniqueMarket,
  sources: StrategySources,
  stallMs: number,
  options: AttackOptions,
  reports: SliceReport[],
): Promise<{ intentsSha256: string; plotText: string }> {
  const { market, symbols, tickScales } = unique;
  const base: EngineSpec = {
    instruments: symbols.map((symbol) => stock(symbol, false)),
    initialCash: 1e12,
    venue: { slippageBps: 5, commission: { kind: "none" } },
    matching: DEFAULT_MATCHING,
    rights: ALL_RIGHTS,
    sessions: market.sessions,
    sessionsOf: market.sessionsOf,
    actions: market.actions,
  };
  const { sessions: _sessions, rights: _rights, ...engine } = base;
  const spec: SealedRunSpec = {
    engine,
    series: symbols.map((symbol, s) => ({
      symbol,
      rows: market.bars[s]!.length,
      tickScale: tickScales[s]!,
    })),
    sessions: market.sessions.map((table) => table.length),
    period: "1h",
    plotStride: options.plots === true ? 1 : 0,
    startUs: market.startUs,
  };
  await child.open({
    spec: JSON.stringify(spec),
    seriesCount: symbols.length,
    seed: options.seed ?? 7,
    freeze: options.freeze ?? true,
  });
  await child.sendSessions(market.sessions);
  const terms = readTerms(await child.load(sources));
  const { plots: plotText } = await child.setup(
    JSON.stringify(paramValues(terms, {})),
    JSON.stringify(terms.rights),
  );
  const { intentsSha256 } = await driveChild({
    market,
    child,
    replay: new Replay(
      new Engine({ ...base, rights: terms.rights }, market.bars, market.plan, null),
      market.startUs,
    ),
    sliceSteps: options.sliceSteps ?? SLICE_STEPS,
    lockstep: options.sliceSteps === 1,
    stallMs,
    onSlice: (report) => reports.push(report),
  });
  return { intentsSha256, plotText };
}

function logLines(notes: string): string[] {
  return notes.split("\n").filter((line) => line !== "").map((line) =>
    String((JSON.parse(line) as unknown[])[2])
  );
}

function judge(
  reports: readonly SliceReport[],
  unique: UniqueMarket,
): Pick<Attack, "quantities" | "leaks" | "breaches"> {
  const quantities: number[] = [], breaches: number[] = [];
  let leaks = 0;
  for (const { intents, intentCount } of reports) {
    for (let i = 0; i < intentCount; i++) {
      const position = intents[i * INTENT_WIDTH]!,
        quantity = Math.abs(intents[i * INTENT_WIDTH + 3]!);
      // Position is step * 2 + phase; between two bars the last one seen is that before the step.
      const lastSeen = position % 2 === 1 ? (position - 1) / 2 : position / 2 - 1;
      quantities.push(quantity);
      if (quantity >= BREACH_BASE) breaches.push(quantity - BREACH_BASE);
      else if ((unique.seenAt.get(quantity) ?? -1) > lastSeen) leaks++;
    }
  }
  return { quantities, leaks, breaches };
}
