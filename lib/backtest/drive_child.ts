/**
 * The run itself: feeds the child its bars in slices and replays what it asks for on the host's own engine, slice by slice, while the
 * child works on the next one. After each slice the two books must have the same hash.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { formatDay, thousands, US_PER_DAY } from "../core/mod.ts";
import { Replay, ReplayError } from "../engine/mod.ts";
import { type SealedChild, type SliceReport, StrategyFailure } from "../sandbox/mod.ts";
import { type PreparedMarket, SliceWriter } from "../run/mod.ts";

/** Instants in a slice. */
export const SLICE_STEPS = 4096;

/** What a run is driven with. */
export interface DriveOptions {
  readonly market: PreparedMarket;
  readonly child: SealedChild;
  readonly replay: Replay;
  /** Instants in a slice, 1 to 4,096. */
  readonly sliceSteps: number;
  /** True sends a slice only after the report of the one before: nothing of the future is in the child or on its way. */
  readonly lockstep: boolean;
  /** Milliseconds after which a run without progress was stopped, for the message. */
  readonly stallMs: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly onSlice?: ((report: SliceReport) => void) | undefined;
}

/** What came of it, beside the replayed engine. */
export interface DriveResult {
  /** SHA-256 over all intents, lower-case hex. */
  readonly intentsSha256: string;
  readonly intentCount: number;
  /** Milliseconds spent in the host's replay. */
  readonly replayMs: number;
}

/**
 * Drives a run to its end.
 *
 * @throws {StrategyFailure} When the child fails, is too slow, or its book differs from the host's.
 */
export async function driveChild(options: DriveOptions): Promise<DriveResult> {
  const { market, child, replay, sliceSteps } = options, hash = createHash("sha256");
  const slices = Math.ceil(market.steps / sliceSteps);
  let intentCount = 0, replayMs = 0, done = 0;
  const take = (report: SliceReport, apply: () => void): void => {
    hash.update(new Uint8Array(report.intents.buffer as ArrayBuffer));
    intentCount += report.intentCount;
    const started = performance.now();
    try {
      apply();
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      throw new StrategyFailure(
        "throw",
        `the strategy's process broke the rules: ${error.message}`,
      );
    }
    replayMs += performance.now() - started;
    if (report.bookHash !== replay.engine.bookHash()) {
      throw new StrategyFailure(
        "throw",
        `the books of sandbox and host differ after bar ${done}: the result would not be true`,
      );
    }
    options.onSlice?.(report);
  };
  const turn = { allow: (): void => {}, reported: Promise.resolve() };
  const sending = sendSlices(options, async () => {
    if (options.lockstep) await turn.reported;
    turn.reported = new Promise((resolve) => turn.allow = resolve);
  });
  // A failure of the reading side ends the run; what the sending side meets then (a closed pipe) adds nothing.
  sending.catch(() => {});
  for (let slice = 0; slice < slices; slice++) {
    const count = Math.min(sliceSteps, market.steps - done);
    const report = await child.report(
      () => lateText(options.stallMs, done, done + count),
      () =>
        `between bars ${thousands(done + 1)} and ${thousands(done + count)}${
          datesOf(market, replay)
        }`,
    );
    take(report, () => replay.run(count, report.intents, report.intentCount));
    done += count;
    turn.allow();
    options.onProgress?.(done, market.steps);
  }
  await sending;
  child.sendStop();
  const last = await child.report(() => lateText(options.stallMs, done, done), () => "in onStop");
  take(last, () => replay.finish(last.intents, last.intentCount));
  return { intentsSha256: hash.digest("hex"), intentCount, replayMs };
}

async function sendSlices(options: DriveOptions, turn: () => Promise<void>): Promise<void> {
  const { market, child, sliceSteps } = options, writer = new SliceWriter(market);
  for (let from = 0; from < market.steps; from += sliceSteps) {
    const { header, body } = writer.next(Math.min(sliceSteps, market.steps - from));
    await turn();
    await child.sendSlice(header, body);
  }
}

function lateText(stallMs: number, from: number, to: number): string {
  const seconds = stallMs / 1000;
  const where = from === to
    ? "after the last bar"
    : `between bars ${thousands(from)} and ${thousands(to)}`;
  return `the strategy made no progress for ${seconds} s ${where} and was stopped ` +
    "(an endless loop? sandbox.stall_ms in a --config file sets the limit)";
}

/** The date at which the replay stands, for messages. */
function datesOf(market: PreparedMarket, replay: Replay): string {
  const s = replay.engine.touched[0]!,
    row = Math.max(0, replay.engine.rows[s]!),
    time = market.bars[s]!.time[row]!;
  return ` (after ${formatDay(Math.floor(time / US_PER_DAY))})`;
}
