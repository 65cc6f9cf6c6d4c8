/**
 * The engine's door in the sealed realm: what the child's bootstrap calls. Numbers and texts go in, numbers, texts and flat buffers come
 * out; no object of the outer realm enters. The steps must be taken in order; none can be skipped or repeated.
 *
 * `open` (columns are allocated) → `describe` (the strategy's module is loaded) → `setup` → `start` → `slice` ... → `stop`. A strategy that
 * goes on in the midst of a run: `setup` → `warm` ... → `resume` → `slice` ...
 *
 * @module
 */

import { didYouMean, put, type SavedState, StateTape } from "../core/mod.ts";
import { Bars, columnsOver } from "../market/mod.ts";
import {
  type ParamInfo,
  paramInfo,
  paramProblem,
  shown,
  type StrategyParts,
  strategyParts,
} from "../strategy/engine_door.ts";
import type { EngineSpec } from "./engine.ts";
import type { Rights } from "./rights.ts";
import { StrategyRun, type StrategyRunOptions } from "./strategy_run.ts";
import { WarmUp } from "./warm_up.ts";

const AB = ArrayBuffer,
  F64 = Float64Array,
  U16 = Uint16Array,
  TypeErrorOf = TypeError,
  RangeErrorOf = RangeError;
const parse = JSON.parse,
  stringify = JSON.stringify,
  ownKeys = Object.keys,
  protoOf = Object.getPrototypeOf;
const freeze = Object.freeze as <T>(value: T) => T;

/** The run as the host describes it, JSON. */
export interface SealedRunSpec {
  readonly engine: Omit<EngineSpec, "sessions" | "rights">;
  /** Rows and tick scale of each series; behind them those of finer bars, with the number of their series. */
  readonly series: readonly {
    readonly symbol: string;
    readonly rows: number;
    readonly tickScale: number;
    readonly finerOf?: number;
  }[];
  /** Lengths of the session tables. */
  readonly sessions: readonly number[];
  readonly period: string;
  readonly plotStride: number;
  readonly startUs: number;
}

/** What a strategy says of itself; untrusted when it reaches the host. */
export interface SealedDescription {
  readonly name: string;
  readonly description: string;
  readonly saveVersion: number;
  readonly params: readonly (ParamInfo & { readonly name: string })[];
  readonly needs: unknown;
}

/** What a state on a tape is beside its numbers. */
export interface TapeHead {
  /** Numbers of it. */
  readonly length: number;
  readonly texts: readonly string[];
}

/** From where a strategy goes on in the midst of a run, beside the numbers of its tapes; those of the book come first. */
export interface ResumeHead {
  readonly engine: TapeHead;
  /** Null for a strategy that has not run on this book yet. */
  readonly run: TapeHead | null;
  /** What its `save` returned, JSON; null: it starts empty. */
  readonly state: string | null;
  /** True takes all that has become of the book for told. */
  readonly isNew: boolean;
}

/** A buffer in a list that grows without touching an array. */
interface Cell {
  readonly buffer: ArrayBuffer;
  readonly next: Cell | null;
}

let spec: SealedRunSpec | null = null;
const series: Bars[] = [], finer: Bars[] = [];
let columns: Cell | null = null, sessions: Cell | null = null;
let plan: ArrayBuffer | null = null, planView: Uint16Array | null = null;
let parts: StrategyParts | undefined, run: StrategyRun | null = null;
let options: StrategyRunOptions | null = null, warmUp: WarmUp | null = null;
let tape = new AB(0), tapeHead = "";

/** Takes the description of the run and allocates its columns. Before any strategy code is loaded. */
export function open(json: string): void {
  if (spec !== null) throw new TypeErrorOf("the run is open");
  spec = parse(json) as SealedRunSpec;
  let total = 0;
  for (let s = 0; s < spec.series.length; s++) {
    const { symbol, rows, tickScale, finerOf } = spec.series[s]!, bytes = rows * 8;
    const list: ArrayBuffer[] = [];
    for (let k = 0; k < 7; k++) list[k] = new AB(bytes);
    for (let k = 6; k >= 0; k--) columns = { buffer: list[k]!, next: columns };
    const bars = new Bars(symbol, tickScale, columnsOver(list), 0);
    if (finerOf === undefined) {
      series[s] = bars;
      total += rows;
    } else series[finerOf]!.finer = finer[s - series.length] = bars;
  }
  for (let k = spec.sessions.length - 1; k >= 0; k--) {
    sessions = { buffer: new AB(spec.sessions[k]! * 8), next: sessions };
    sessions = { buffer: new AB(spec.sessions[k]! * 8), next: sessions };
  }
  if (series.length > 1) {
    plan = new AB(total * 2);
    planView = new U16(plan);
  }
}

/** Buffer of column `k` (0 to 6) of series `s`, to be filled by the bootstrap. */
export function columnBuffer(s: number, k: number): ArrayBuffer {
  let cell = columns;
  // Series were prepended one after the other: the last one stands first.
  for (let i = (spec!.series.length - 1 - s) * 7 + k; i > 0; i--) cell = cell!.next;
  return cell!.buffer;
}

/** Buffer of the opens (`k` 0) or closes (`k` 1) of a session table. */
export function sessionBuffer(table: number, k: number): ArrayBuffer {
  let cell = sessions;
  for (let i = table * 2 + k; i > 0; i--) cell = cell!.next;
  return cell!.buffer;
}

/** Buffer of the merge plan, two bytes an entry; only for several series. */
export function planBuffer(): ArrayBuffer {
  return plan!;
}

/** Reads what the strategy's module exports as default and returns its description as JSON. */
export function describe(exported: unknown): string {
  if (spec === null || parts !== undefined) throw new TypeErrorOf("out of order");
  const found = strategyParts(exported);
  if (found === undefined) {
    throw new TypeErrorOf(
      "a strategy file must contain: export default defineStrategy({ ... }), found " +
        shown(exported),
    );
  }
  parts = found;
  const names = ownKeys(found.params);
  let params = "";
  for (let i = 0; i < names.length; i++) {
    const info = stringify(paramInfo(found.params[names[i]!]!)), name = stringify(names[i]!);
    // An object literal of our own making: the name goes in front of the fields.
    params += (i === 0 ? "" : ",") + '{"name":' + name + "," + dropFirst(info);
  }
  const needs = found.needs === undefined ? "null" : stringify(found.needs);
  return '{"name":' + stringify(found.name) + ',"description":' + stringify(found.description) +
    ',"saveVersion":' + stringify(found.saveVersion) +
    ',"params":[' + params +
    '],"needs":' + needs + "}";
}

/**
 * Sets the strategy up and returns its plots as JSON lines.
 *
 * @param values Parameters as JSON, a value each.
 * @param rights What it was granted, JSON.
 * @param harden Freezes what the strategy will hold.
 */
export function setup(values: string, rights: string, harden: (object: object) => void): string {
  if (spec === null || parts === undefined || run !== null) throw new TypeErrorOf("out of order");
  const tables: { length: number; openUs: Float64Array; closeUs: Float64Array }[] = [];
  for (let k = 0; k < spec.sessions.length; k++) {
    put(tables, k, {
      length: spec.sessions[k]!,
      openUs: new F64(sessionBuffer(k, 0)),
      closeUs: new F64(sessionBuffer(k, 1)),
    });
  }
  options = {
    spec: { ...spec.engine, sessions: tables, rights: parse(rights) as Rights },
    series,
    plan: planView,
    period: spec.period,
    plotStride: spec.plotStride,
    startUs: spec.startUs,
  };
  run = new StrategyRun(options);
  const held = run.held();
  for (let i = 0; i < held.length; i++) harden(protoOf(held[i]));
  run.setup(parts, paramValues(parts, values), harden);
  return run.board.plotText();
}

/** Calls the strategy before its first bar. */
export function start(): void {
  run!.start();
}

/** Brings the indicators over instants that are past for the strategy, before {@linkcode resume}. */
export function warm(steps: number): void {
  if (warmUp === null) warmUp = new WarmUp(options!, run!);
  warmUp.walk(steps);
}

/** Buffer for the numbers of a state to go on from. */
export function resumeBuffer(count: number): ArrayBuffer {
  tape = new AB(count * 8);
  return tape;
}

/**
 * Goes on from a state: the book, what the run was beside it, and the strategy's own. Returns the book's hash.
 *
 * @param json A {@linkcode ResumeHead}.
 */
export function resume(json: string): number {
  const told = parse(json) as ResumeHead, own = run!, book = told.engine, rest = told.run;
  own.engine.restore({
    numbers: new F64(tape, 0, book.length),
    length: book.length,
    texts: book.texts,
  });
  if (rest !== null) {
    const { length, texts } = rest, numbers = new F64(tape, book.length * 8, length);
    const loading = new StateTape({ numbers, length, texts });
    own.carry(loading);
    loading.end();
  }
  if (told.isNew) own.skip();
  warmUp = null;
  tape = new AB(0);
  if (told.state !== null) own.load(parse(told.state));
  return hash();
}

/** True when the strategy saves its state. */
export const offersSave = (): boolean => run!.saves;

/** Asks the strategy for its state, takes that of its book and its run down beside it, and returns it as JSON. */
export function save(): string {
  const own = run!, text = own.saveText(), engine = own.engine.snapshot();
  const writing = new StateTape();
  own.carry(writing);
  const rest = writing.saved();
  tape = new AB((engine.length + rest.length) * 8);
  const numbers = new F64(tape);
  for (let k = 0; k < engine.length; k++) numbers[k] = engine.numbers[k]!;
  for (let k = 0; k < rest.length; k++) numbers[engine.length + k] = rest.numbers[k]!;
  tapeHead = '{"engine":' + headText(engine) + ',"run":' + headText(rest) + "}";
  return text;
}

/** Numbers of the last {@linkcode save}: those of the book, then those of the run. */
export const tapeBuffer = (): ArrayBuffer => tape;
/** What they are beside, JSON: a {@linkcode TapeHead} each. */
export const tapeText = (): string => tapeHead;

function headText(state: SavedState): string {
  return '{"length":' + state.length + ',"texts":' + stringify(state.texts) + "}";
}

/** Takes note that rows up to `rows` of series `s` are in the columns. */
export function fill(s: number, rows: number): void {
  const bars = s < series.length ? series[s]! : finer[s - series.length]!;
  bars.length = rows;
}

/** Buffer for `count` rows of the host's book, which count at the instants of the next slice. */
export function mirrorBuffer(count: number): ArrayBuffer {
  const { mirror } = run!.engine;
  if (mirror === null) throw new TypeErrorOf("the book follows no other");
  return mirror.reserve(count);
}

/** Walks the next instants and returns the book's hash after them. */
export function slice(steps: number): number {
  run!.run(steps);
  return hash();
}

/** Walks instants that the strategy does not see, and returns the book's hash after them. */
export function unseen(steps: number): number {
  run!.pass(steps);
  return hash();
}

/** Takes the reserved rows of the host's book between two bars, and returns the book's hash. */
export function told(timeUs: number): number {
  run!.told(timeUs);
  return hash();
}

/** Fires what is due at or before a time at which there are no bars, and returns the book's hash. */
export function tick(timeUs: number): number {
  run!.tick(timeUs);
  return hash();
}

/** Ends the run and returns the book's hash. */
export function stop(): number {
  run!.stop();
  return hash();
}

function hash(): number {
  const { engine } = run!;
  return engine.mirror === null ? engine.bookHash() : engine.mirrorHash();
}

/** When the next timer or session event is due, microseconds UTC, Infinity when none is. */
export const nextEventUs = (): number => run!.nextEventUs();

/** Intents since the last `clear`, 48 bytes each. */
export const intentBuffer = (): ArrayBuffer => run!.book.intents.bytes;
export const intentCount = (): number => run!.book.intents.length;
/** Plotted values since the last `clear`, 24 bytes each. */
export const plotBuffer = (): ArrayBuffer => run!.board.plots.bytes;
export const plotRowCount = (): number => run!.board.plots.length;
/** Log lines and marks since the last call, JSON lines. */
export const takeNotes = (): string => run!.notes.take();
/** Number of the last instant, -1 before the first, for the message of a failure. */
export const stepNow = (): number => run === null ? -1 : run.engine.step;
/** Engine time, microseconds UTC, for the virtual clock. */
export const nowUs = (): number => run === null ? 0 : run.engine.nowUs;

/** Adds a line to the log, for the realm's console. */
export const writeLine = (text: string): void => {
  if (run !== null) run.notes.log(run.engine.nowUs, text);
};

/** Forgets the rows that have been sent. */
export function clear(): void {
  run!.book.intents.clear();
  run!.board.plots.clear();
}

function paramValues(parts: StrategyParts, json: string): unknown {
  const given = parse(json) as Record<string, unknown>,
    known = ownKeys(parts.params),
    names = ownKeys(given);
  for (let i = 0; i < names.length; i++) {
    let found = false;
    for (let k = 0; k < known.length; k++) if (known[k] === names[i]) found = true;
    if (!found) {
      throw new RangeErrorOf(
        'the strategy has no parameter "' + names[i] + '"' + didYouMean(names[i]!, known),
      );
    }
  }
  const values = { __proto__: null } as unknown as Record<string, unknown>;
  for (let i = 0; i < known.length; i++) {
    const name = known[i]!, info = paramInfo(parts.params[name]!);
    const value = given[name] === undefined ? info.default : given[name];
    const problem = paramProblem(info, value);
    if (problem !== "") throw new RangeErrorOf('parameter "' + name + '" ' + problem);
    values[name] = value;
  }
  return freeze(values);
}

function dropFirst(text: string): string {
  let rest = "";
  for (let i = 1; i < text.length; i++) rest += text[i];
  return rest;
}
