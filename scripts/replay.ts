/**
 * `deno task replay`: the past of an account, read beside a process that may be trading it: any state rebuilt from the journal and compared
 * with the snapshots, and, when asked for, the strategies run again up to the first decision that differs.
 *
 * @module
 */

import { SystemClock } from "../lib/clock/mod.ts";
import {
  formatIso,
  parseDay,
  parseIso,
  SandbarError,
  type TimeUs,
  US_PER_DAY,
} from "../lib/core/mod.ts";
import { replayAccount, type Replayed, type Rerun, type Until } from "../lib/live/mod.ts";
import { accountPlace, type PlaceFlags, withPlace } from "./account_place.ts";
import { EXIT, newCommand, runProgram, table, userPath } from "./cli.ts";
import { orderLines, positionLines } from "./live/account_tables.ts";

interface Flags extends PlaceFlags {
  readonly to?: string;
  readonly strategies?: boolean;
  readonly data?: string;
  readonly json?: boolean;
}

const program = withPlace(
  newCommand("replay", "Rebuild the past of an account from its journal, and check it."),
)
  .option(
    "--to <place>",
    "number of a record, a date, or a time such as 2010-01-04T21:00:00Z; included (default: the end)",
  )
  .option(
    "--strategies",
    "run each strategy again over what it saw, up to the first decision that differs",
  )
  .option(
    "--data <path>",
    "where the recorded bars lie now, a catalog or a file (default: the --config file's, else where they were)",
  )
  .option("--json", "print one JSON object")
  .addHelpText(
    "after",
    `
It reads only: a session may be trading the account meanwhile. The past reaches back to the first record, or to the oldest snapshot
that is kept once the journal has been cut (persistence.backup_count). With --strategies each file is taken as it is now: changed by a
constant, it shows what the change would have done first. The files of an account that was begun elsewhere are found by --data and by
--config: strategies by their ids.

Examples:
  deno task replay
  deno task replay --account main --to 2010-06-30
  deno task replay --config sandbar.yaml --strategies

Exit codes: 0 all as it was, 1 internal fault, 2 usage, 3 a difference, data or store, 4 strategy refused.`,
  )
  .action(replay);

async function replay(flags: Flags): Promise<void> {
  const { at, account, config } = await accountPlace(flags);
  const data = flags.data === undefined ? config?.data.recordedPath?.real : userPath(flags.data);
  const replayed = await replayAccount({
    at,
    account,
    clock: new SystemClock(),
    moved: { data, catalogDir: config?.data.catalogDir, strategies: config?.strategies },
    ...(flags.to === undefined ? {} : { until: untilOf(flags.to) }),
    runsStrategies: flags.strategies === true,
  });
  console.log(
    flags.json === true
      ? JSON.stringify({ schema: 1, ...replayed }, null, 2)
      : replayText(replayed).join("\n"),
  );
  if (!replayed.equal) Deno.exitCode = EXIT.data;
}

function untilOf(text: string): Until {
  if (/^\d{1,15}$/.test(text)) return { sequence: Number(text) };
  try {
    return /^\d{4}-\d\d-\d\d$/.test(text)
      ? { timeUs: (parseDay(text) + 1) * US_PER_DAY - 1 }
      : { timeUs: parseIso(text) };
  } catch (cause) {
    throw new SandbarError(
      "usage",
      `--to: found ${
        JSON.stringify(text)
      }; give the number of a record, a date, or a time such as 2010-01-04T21:00:00Z`,
      { cause },
    );
  }
}

function replayText(replayed: Replayed): string[] {
  const { account, from, sequence, lastSequence, records, state, snapshots, strategies } = replayed;
  const begin = from === 0 ? "the beginning" : `the snapshot of record ${from}`;
  const lines = [
    `account ${account} at record ${sequence} of ${lastSequence}, ${
      formatIso(state.timeUs as TimeUs)
    }: ` +
    `${state.state}${state.why === "" ? "" : `, ${state.why}`}`,
    `rebuilt from ${begin} with ${records} records, ${state.instants} instants`,
    "",
    `equity ${state.equity}   cash ${state.cash}`,
    "",
    table([
      ["book", "equity", "cash", "orders", "fills", "ledger", "intents", "book hash"],
      ...state.books.map((book) => [
        book.id,
        book.equity,
        book.cash,
        String(book.orders),
        String(book.fills),
        book.ledgerSha256.slice(0, 12),
        book.intentsSha256.slice(0, 12),
        book.bookHash,
      ]),
    ], [1, 2, 3, 4]),
    "",
    ...state.positions.length === 0 ? ["no positions"] : positionLines(state.positions),
    "",
    ...state.openOrders.length === 0 ? ["no open orders"] : orderLines(state.openOrders),
    "",
    ...snapshots.map(({ sequence, what }) =>
      `snapshot of record ${sequence}: ${what === "" ? "the same" : what}`
    ),
    ...snapshots.length === 0 ? ["no snapshot on the way"] : [],
  ];
  return [...lines, ...strategies.flatMap(rerunLines)];
}

function rerunLines({ id, recordedSha256, sha256, requests, difference, note }: Rerun): string[] {
  const file = recordedSha256 === sha256
    ? "its file is the recorded one"
    : `its file has changed (${recordedSha256.slice(0, 12)} to ${sha256.slice(0, 12)})`;
  if (difference === null) {
    return ["", `strategy ${id}: ${note === "" ? `the same ${requests} requests` : note}; ${file}`];
  }
  const { timeUs, instant, when, bars, recorded, asked } = difference;
  const shown = bars.map(({ symbol, close }) => `${symbol} ${close}`).join(", ");
  return [
    "",
    `strategy ${id}: the first decision that differs is at ${formatIso(timeUs as TimeUs)}, ` +
    `${when} of instant ${instant}${shown === "" ? "" : ` (close ${shown})`}; ${file}`,
    ...linesOf("recorded", recorded),
    ...linesOf("now", asked),
  ];
}

function linesOf(title: string, requests: readonly string[]): string[] {
  const shown = requests.length === 0 ? ["nothing"] : requests;
  return shown.map((line, at) => `  ${(at === 0 ? title : "").padEnd(8)}  ${line}`);
}

if (import.meta.main) await runProgram(program);
