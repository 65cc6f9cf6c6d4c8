/**
 * The files of `lib/` that may read real time or set real timers, each with its reason. Everything else is handed a clock
 * (`lib/protocols/clock.ts`). The lint rule and the trap of the tests read this list; an entry that is no longer needed fails a test.
 *
 * @module
 */

/** A file that may. */
export interface RealTimeFile {
  readonly file: string;
  readonly reason: string;
}

const DURATION = "how long a run took, shown beside its result; decides nothing";

/** All of them. */
export const REAL_TIME_FILES: readonly RealTimeFile[] = [
  { file: "lib/clock/system_clock.ts", reason: "it is the clock of the machine" },
  { file: "lib/sandbox/sealed_child.ts", reason: "the deadline of a process that may hang" },
  { file: "lib/sandbox/child/bootstrap.ts", reason: "the deadline of a module that may hang" },
  { file: "lib/sandbox/child/realm.ts", reason: "takes the time away from the strategy" },
  { file: "lib/backtest/run.ts", reason: DURATION },
  { file: "lib/backtest/drive_child.ts", reason: DURATION },
  { file: "lib/backtest/lookahead.ts", reason: "guesses how long the check will take" },
  { file: "lib/backtest/result_json.ts", reason: DURATION },
  { file: "lib/live/session/session_result.ts", reason: DURATION },
  { file: "lib/data/import_bars.ts", reason: "lets a signal in between two blocks of a file" },
];
