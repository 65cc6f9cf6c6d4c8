/**
 * Strategies run again over what they saw: the same sealed child, bar by bar and fill by fill, until the end or the first decision that is
 * not the recorded one. The file may have been changed meanwhile: what would the change have done?
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import { JOURNAL_KIND } from "../../protocols/mod.ts";
import { StrategyFailure } from "../../sandbox/mod.ts";
import { catchUp } from "../catch_up.ts";
import type { DecisionDifference } from "../intent_check.ts";
import { sessionData } from "../session_data.ts";
import { type PlannedStrategy, planOf } from "../session_plan.ts";
import type { LiveBook } from "../live_book.ts";
import { type MovedAccount, withPlaces } from "./moved_account.ts";
import { type Rebuilt, settingsOf } from "./rebuild.ts";
import type { SessionSettings } from "../session_identity.ts";
import { requestLines } from "./request_words.ts";

/** What became of a strategy that was run again. */
export interface Rerun {
  readonly id: string;
  /** SHA-256 of the sources then and now. */
  readonly recordedSha256: string;
  readonly sha256: string;
  /** Recorded requests. */
  readonly requests: number;
  /** The first decision that differs, null when all are the same. */
  readonly difference: {
    readonly timeUs: number;
    /** Number of the instant, from 0, and its bars: before them, or after. */
    readonly instant: number;
    readonly when: "before the bars" | "after the bars";
    readonly bars: readonly { readonly symbol: string; readonly close: number }[];
    readonly recorded: readonly string[];
    readonly asked: readonly string[];
  } | null;
  /** Why it could not be compared to the end; empty when it was. */
  readonly note: string;
}

/** Instants at a time: many as long as all goes well. */
const STRIDE = 4096;

/**
 * Runs the strategies of a rebuilt account again.
 *
 * @throws {SandbarError} What a strategy's file can be wrong in.
 * @throws {StrategyFailure} When a strategy is refused.
 */
export async function rerunStrategies(
  rebuilt: Rebuilt,
  moved: MovedAccount = {},
): Promise<Rerun[]> {
  const { core, identity, lastRows } = rebuilt,
    settings = withPlaces(settingsOf(identity, "the store"), moved);
  if (core.isFinished && lastRows === undefined) {
    throw new SandbarError(
      "usage",
      "--strategies: the end of the feed is in the oldest snapshot that is kept, and what was asked before it cannot be told from what was " +
        "asked at it; keep more snapshots (persistence.backup_count)",
    );
  }
  const data = sessionData(settings, identity.begunUs), reruns: Rerun[] = [];
  const { strategies } = planOf(unpinned(settings), data, identity.begunUs, core.market);
  for (const [k, strategy] of strategies.entries()) {
    const book = core.books[k]!, { quarantined } = core.standings[k]!;
    const told = {
      id: strategy.id,
      recordedSha256: identity.strategies[k]!.sha256,
      sha256: strategy.sourceHash,
      requests: book.intents.count,
    };
    reruns.push({
      ...told,
      ...quarantined === ""
        ? await rerun(strategy, book, rebuilt, k)
        : { difference: null, note: `it was not run again: it is in quarantine, ${quarantined}` },
    });
  }
  return reruns;
}

/** A changed file is what a strategy is run again for. */
function unpinned(settings: SessionSettings): SessionSettings {
  return {
    ...settings,
    strategies: settings.strategies.map((each) => ({ ...each, sha256: null })),
  };
}

async function rerun(
  strategy: PlannedStrategy,
  book: LiveBook,
  { core, lastRows, lastKind }: Rebuilt,
  k: number,
): Promise<Pick<Rerun, "difference" | "note">> {
  let shown = 0;
  // Behind a decision that differs the recorded fills are of orders that are not there: a stride in which the strategy's process gives up
  // is gone through again step by step.
  for (const isFine of [false, true]) {
    const coarse = shown;
    let found: DecisionDifference | undefined;
    await using seat = await strategy.open();
    try {
      const left = await catchUp({
        id: strategy.id,
        seat,
        book,
        market: core.market,
        strideAt: (step) => isFine && step >= coarse ? 1 : STRIDE,
        onSteps: (steps) => shown = steps,
        onDifference: (difference) => found = difference,
        ...(lastRows === undefined ? {} : { lastRows: lastRows[k]! }),
      });
      if ("failure" in left) {
        const note = `it fails on the last bar: ${left.failure.message}`;
        return { difference: null, note };
      }
      if (left.intentCount === 0) return { difference: null, note: "" };
      const rows = left.intents.subarray(0, left.intentCount * 6);
      // Once a session has ended in order, or another one begun, every decision is recorded.
      const hasDecided = lastKind === JOURNAL_KIND.stop || lastKind === JOURNAL_KIND.start;
      if (!hasDecided) {
        const lines = requestLines(book.engine, rows).join("; ");
        return {
          difference: null,
          note: `its decision on the last bar is not recorded yet: ${lines}`,
        };
      }
      const asked = { timeUs: rows[1]!, position: rows[0]!, recorded: new Float64Array(0) };
      return { difference: told({ ...asked, asked: rows }, book, core.market.bars), note: "" };
    } catch (error) {
      if (found !== undefined) {
        return { difference: told(found, book, core.market.bars), note: "" };
      }
      if (!(error instanceof StrategyFailure)) throw error;
      if (!isFine) continue;
      const note = `it failed after ${shown} instants with the same decisions: ${error.message}`;
      return { difference: null, note };
    }
  }
  throw new SandbarError("strategy_fault", `Cannot run strategy ${strategy.id} again`);
}

function told(
  { timeUs, position, recorded, asked }: DecisionDifference,
  { engine }: LiveBook,
  bars: Rebuilt["core"]["market"]["bars"],
): Rerun["difference"] {
  return {
    timeUs,
    instant: Math.floor(position / 2),
    when: position % 2 === 0 ? "before the bars" : "after the bars",
    bars: bars.flatMap((each) => {
      const row = each.closeTime.subarray(0, each.length).lastIndexOf(timeUs);
      return row < 0 ? [] : [{ symbol: each.symbol, close: each.close[row]! }];
    }),
    recorded: requestLines(engine, recorded),
    asked: requestLines(engine, asked),
  };
}
