/**
 * The past of an account: rebuilt, compared with its snapshots, and decided again by its strategies.
 *
 * @module
 */

import type { Clock } from "../../protocols/mod.ts";
import { readAccount } from "../../store/mod.ts";
import type { MovedAccount } from "./moved_account.ts";
import { rebuild, type SnapshotCheck, type Until } from "./rebuild.ts";
import { type Rerun, rerunStrategies } from "./rerun.ts";
import { type StateView, stateView } from "./state_view.ts";

export type { MovedAccount } from "./moved_account.ts";
export type { SnapshotCheck, Until } from "./rebuild.ts";
export type { Rerun } from "./rerun.ts";
export type { BookView, StateView } from "./state_view.ts";

/** What is replayed. */
export interface ReplayOptions {
  /** The store: a path or a URL, or an open one. */
  readonly at: Parameters<typeof readAccount>[0]["at"];
  readonly account: string;
  /** To wait for the store so long and no longer; without it for ever. */
  readonly clock?: Pick<Clock, "sleep">;
  /** Default: up to the end. */
  readonly until?: Until;
  /** Whether the strategies are run again. Default: not. */
  readonly runsStrategies?: boolean;
  /** Of an account that was begun elsewhere: where its data and strategies lie now. */
  readonly moved?: MovedAccount;
}

/** What came of it. */
export interface Replayed {
  readonly account: string;
  /** 0 for the beginning of the journal, else the record of the snapshot that it began with. */
  readonly from: number;
  /** Last record that was replayed, and the last that there is. */
  readonly sequence: number;
  readonly lastSequence: number;
  readonly records: number;
  readonly state: StateView;
  readonly snapshots: readonly SnapshotCheck[];
  readonly strategies: readonly Rerun[];
  /** True when every snapshot and every decision is as it was. */
  readonly equal: boolean;
}

/**
 * Replays an account, also one that is trading at this moment.
 *
 * @throws {SandbarError} `usage`, `data_invalid`, `data_missing`, `journal_corrupt`, `snapshot_corrupt`, `schema_newer`, `persistence_io`.
 * @throws {StrategyFailure} When a strategy that is run again is refused.
 */
export async function replayAccount(options: ReplayOptions): Promise<Replayed> {
  const { account, until = { timeUs: Infinity }, runsStrategies = false, moved = {} } = options;
  const rebuilt = await readAccount(options, (history) => rebuild(history, until, moved));
  const strategies = runsStrategies ? await rerunStrategies(rebuilt, moved) : [];
  const { core, from, sequence, lastSequence, records, snapshots } = rebuilt;
  return {
    account,
    from,
    sequence,
    lastSequence,
    records,
    state: stateView(core),
    snapshots,
    strategies,
    equal: snapshots.every(({ what }) => what === "") &&
      strategies.every(({ difference }) => difference === null),
  };
}
