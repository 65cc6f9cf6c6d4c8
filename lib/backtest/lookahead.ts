/**
 * `--check-lookahead`: the same run again, with slices of one bar and each slice sent only after the report of the one before. Nothing
 * of the future is in the strategy's process then, nor on its way to it. Every request must be the same.
 *
 * What it proves: with equal requests, no decision of this run needed a bar that had not come yet, and none depended on the machine's
 * chance (memory, speed, state of the compiler). What it does not prove: that a parameter was not chosen by somebody who knew the
 * future, or that the strategy would behave on other bars.
 *
 * @module
 */

import {
  formatDecimal,
  formatIso,
  invariant,
  SandbarError,
  thousands,
  type TimeUs,
} from "../core/mod.ts";
import type { Engine } from "../engine/mod.ts";
import { PRICE_DIGITS } from "../market/mod.ts";
import { StrategyFailure } from "../sandbox/mod.ts";
import { ORDER_STATE_NAMES, ORDER_TYPE, SIZING, TIME_IN_FORCE_NAMES } from "../trading/mod.ts";
import type { BacktestResult } from "./result.ts";
import { type BacktestOptions, type RunTrace, runTraced } from "./run.ts";

/** From so many instants on, the user is told beforehand how long it takes. */
const LONG_RUN_STEPS = 200_000;
/** Instants of the run that the time is measured on. */
const MEASURED_STEPS = 2000;

/** A run with its trace, as {@linkcode runTraced} returns it. */
export interface TracedRun {
  readonly result: BacktestResult;
  readonly trace: RunTrace;
}

/** The first decision that differs between two runs. */
export interface OrderDifference {
  /** Number of the order, counted from 1. */
  readonly number: number;
  /** Microseconds UTC: when the earlier of the two was asked for. */
  readonly timeUs: number;
  /** The order in words, undefined where one run has no such order. */
  readonly first: string | undefined;
  readonly second: string | undefined;
}

/** What {@linkcode checkLookahead} tells while it works. */
export interface LookaheadOptions {
  /** Receives one line when the check will take long. */
  readonly onNote?: (text: string) => void;
}

/**
 * Repeats a run without the future and returns its result, marked as checked.
 *
 * @param options What the first run was asked for.
 * @param first The first run.
 * @throws {StrategyFailure} `lookahead`, with the first decision that differs; any other kind when the repeated run fails.
 * @throws {SandbarError} `strategy_fault` when strategy or data changed between the two runs.
 */
export async function checkLookahead(
  options: BacktestOptions,
  first: TracedRun,
  { onNote }: LookaheadOptions = {},
): Promise<BacktestResult> {
  const { trace, result } = first, { steps } = trace.market;
  const second = await withoutFuture({
    ...options,
    report: false,
    sliceSteps: 1,
    onProgress: timeTeller(options, steps, onNote),
  });
  const { json } = result, again = second.result.json;
  if (json.strategy.sha256 !== again.strategy.sha256 || json.hashes.data !== again.hashes.data) {
    throw new SandbarError(
      "strategy_fault",
      "the strategy or its data changed between the two runs of --check-lookahead: run again",
    );
  }
  if (json.hashes.intents === again.hashes.intents) {
    invariant(json.hashes.ledger === again.hashes.ledger, "equal requests gave different books");
    return { ...result, json: { ...json, lookaheadChecked: true } };
  }
  throw new StrategyFailure("lookahead", differenceText(firstDifference(trace, second.trace)));
}

async function withoutFuture(options: BacktestOptions): Promise<TracedRun> {
  try {
    return await runTraced(options);
  } catch (error) {
    if (!(error instanceof StrategyFailure)) throw error;
    throw new StrategyFailure(
      error.kind,
      `with the future kept out of its process, ${error.message}`,
    );
  }
}

/** Returns the first order that two runs over the same bars do not share, undefined when all orders are equal. */
export function firstDifference(first: RunTrace, second: RunTrace): OrderDifference | undefined {
  const a = first.engine.orders, b = second.engine.orders, most = Math.max(a.length, b.length);
  for (let row = 0; row < most; row++) {
    const inFirst = row < a.length, inSecond = row < b.length;
    let words = inFirst ? orderText(first.engine, row) : undefined,
      others = inSecond ? orderText(second.engine, row) : undefined;
    if (inFirst && inSecond && words === others) {
      // Asked for alike, ended differently: a cancel was decided otherwise.
      words += endText(first.engine, row);
      others += endText(second.engine, row);
    }
    if (words === others) continue;
    const times = [
      ...(inFirst ? [a.createdUs[row]!] : []),
      ...(inSecond ? [b.createdUs[row]!] : []),
    ];
    return { number: row + 1, timeUs: Math.min(...times), first: words, second: others };
  }
  return undefined;
}

function differenceText(difference: OrderDifference | undefined): string {
  const what = "the strategy decides otherwise when the future is kept out of its process: ";
  const hint =
    "; a decision must follow from the bars, its parameters and the run's own chance only";
  if (difference === undefined) {
    return `${what}its orders are the same, but it cancelled other ones${hint}`;
  }
  const { number, timeUs, first, second } = difference;
  return `${what}order ${thousands(number)}, on ${formatIso(timeUs as TimeUs).slice(0, 10)}, was ${
    first ?? "not made"
  } and became ${second ?? "none"}${hint}`;
}

/** An order in words: everything that the strategy decided when it asked for it, and when. */
function orderText(engine: Engine, row: number): string {
  const { orders, ledger } = engine, s = orders.series[row]!, sizing = orders.sizing[row]!;
  const asked = orders.quantity[row]!,
    price = (ticks: number): string => formatDecimal(ticks, PRICE_DIGITS, 2);
  const size = sizing === SIZING.targetWeight
    ? `target ${asked} of equity`
    : `${sizing === SIZING.targetQuantity ? "target " : asked < 0 ? "sell " : "buy "}${
      sizing === SIZING.targetQuantity
        ? asked / ledger.unitsPerShare[s]!
        : Math.abs(asked) / ledger.unitsPerShare[s]!
    }`;
  const prices = [
    ...(orders.type[row] === ORDER_TYPE.market ? ["market"] : []),
    ...(orders.limit[row] === 0 ? [] : [`limit ${price(orders.limit[row]!)}`]),
    ...(orders.stop[row] === 0 ? [] : [`stop ${price(orders.stop[row]!)}`]),
  ].join(" ");
  const kept = TIME_IN_FORCE_NAMES[orders.timeInForce[row]!]!;
  return `"${size} ${engine.series[s]!.symbol} ${prices} ${kept}" of ${
    formatIso(orders.createdUs[row]! as TimeUs)
  }`;
}

function endText({ orders }: Engine, row: number): string {
  const ended = orders.endedUs[row]!, state = ORDER_STATE_NAMES[orders.state[row]!]!;
  return ended === ended ? `, ${state} ${formatIso(ended as TimeUs)}` : `, ${state}`;
}

/** Passes progress on, and says once how long a long run will take, measured on its first bars. */
function timeTeller(
  options: BacktestOptions,
  steps: number,
  onNote: ((text: string) => void) | undefined,
): (done: number, total: number) => void {
  let startedMs = NaN;
  return (done, total) => {
    options.onProgress?.(done, total);
    if (steps < LONG_RUN_STEPS || onNote === undefined) return;
    // The first report comes with the warm-up of the process: time runs from there.
    if (done === 1) startedMs = performance.now();
    if (done !== MEASURED_STEPS) return;
    const each = (performance.now() - startedMs) / (MEASURED_STEPS - 1);
    onNote(
      `checking for look-ahead, one bar at a time: about ${
        Math.max(1, Math.round(each * (steps - done) / 1000))
      } s for ${thousands(steps)} bars (${Math.round(each * 1000)} us each)`,
    );
  };
}
