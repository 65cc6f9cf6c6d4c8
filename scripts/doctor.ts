/**
 * `deno task doctor`: checks the durable state of an account, and moves it: one file out, one file in. It changes nothing that it checks.
 *
 * @module
 */

import type { Command } from "commander";
import { SystemClock } from "../lib/clock/mod.ts";
import { resolveLive } from "../lib/config/mod.ts";
import { counted, formatIso, thousands, type TimeUs } from "../lib/core/mod.ts";
import {
  checkStore,
  exportAccount,
  importAccount,
  type LastGoodState,
  type StoreCheck,
} from "../lib/store/mod.ts";
import { EXIT, newCommand, runProgram, table, userPath } from "./cli.ts";
import { liveRequest } from "./live_options.ts";

interface Flags {
  readonly config?: string;
  readonly state?: string;
  readonly account?: string;
  readonly json?: boolean;
  readonly lastGood?: boolean;
}

function program(): Command {
  const root = newCommand("doctor", "Check the durable state of an account, or move it.");
  withPlace(root)
    .option("--json", "print one JSON object")
    .action(doctor)
    .addHelpText(
      "after",
      `
Examples:
  deno task doctor
  deno task doctor export paper.sandbar          a running account too; keep it as a backup
  deno task doctor import paper.sandbar --state other
  deno task doctor export rescued.sandbar --last-good

Exit codes: 0 done, 1 internal fault, 2 usage or configuration, 3 damaged, 7 account in use.`,
    );
  withPlace(root.command("export"))
    .description("write the account's state into one file")
    .argument("<file>", "file to write; there must be none of that name")
    .option("--last-good", "of a damaged store: the last good state")
    .action(exportTo);
  withPlace(root.command("import"))
    .description("take an exported account into a state folder that does not hold it")
    .argument("<file>", "what was exported")
    .action(importFrom);
  return root;
}

function withPlace(command: Command): Command {
  return command
    .option("--config <file>", "settings from a YAML file; flags win over it")
    .option("--state <folder>", "where the database lies (default state)")
    .option("--account <name>", "the account (default paper)");
}

async function doctor(flags: Flags): Promise<void> {
  const { at, shown, account } = await placeOf(flags), check = await checkStore({ at, account });
  const { findings } = check;
  if (flags.json === true) console.log(JSON.stringify({ schema: 1, store: shown, ...check }));
  else console.log(textOf(shown, check));
  if (findings.length > 0) Deno.exitCode = EXIT.data;
}

async function exportTo(file: string, _: Flags, command: Command): Promise<void> {
  const flags = command.optsWithGlobals<Flags>(), { at, account } = await placeOf(flags);
  const { lastSequence, bytes } = await exportAccount({
    at,
    account,
    file: userPath(file),
    clock: new SystemClock(),
    takesLastGood: flags.lastGood === true,
  });
  console.log(
    `${file}: account ${account} up to record ${lastSequence}, ${thousands(bytes)} bytes`,
  );
}

async function importFrom(file: string, _: Flags, command: Command): Promise<void> {
  const { at, shown } = await placeOf(command.optsWithGlobals<Flags>());
  const { account, lastSequence } = await importAccount({
    at,
    file: userPath(file),
    clock: new SystemClock(),
  });
  console.log(`${shown}: account ${account} up to record ${lastSequence}`);
}

async function placeOf(
  { config, state, account }: Flags,
): Promise<{ readonly at: string; readonly shown: string; readonly account: string }> {
  const { persistence, accountId } = await resolveLive(liveRequest([], {
    ...(config === undefined ? {} : { config }),
    ...(state === undefined ? {} : { state }),
    ...(account === undefined ? {} : { account }),
  }));
  const { real, shown } = persistence.kvPath;
  return { at: real, shown, account: accountId };
}

function textOf(shown: string, check: StoreCheck): string {
  const { account, journal, snapshots, owner, renewal, aside, values, bytes } = check;
  const { findings, lastGood } = check;
  const state = findings.length === 0 ? "all is well" : counted(findings.length, "fault");
  const rows: string[][] = [
    ["journal", `${counted(journal.records, "record")} in ${counted(journal.blocks, "block")}`],
    ["snapshots", snapshots.length === 0 ? "none" : `of records ${snapshots.join(", ")}`],
    [
      "held by",
      owner === undefined || renewal === undefined
        ? "nobody"
        : `process ${owner.pid} since ${iso(owner.sinceUs)}, until ${iso(renewal.untilUs)}`,
    ],
    ...aside.map(({ from, to, what }) => [
      "set aside",
      to < from ? `no whole record (${what})` : `records ${from} to ${to} (${what})`,
    ]),
    ["size", `${thousands(bytes)} bytes in ${counted(values, "value")}`],
    ...findings.map(({ where, what }) => ["fault", `${where}: ${what}`]),
  ];
  const text = `${shown}, account ${account}: ${state}\n${table(rows, [])}`;
  return findings.length === 0 ? text : `${text}\n\n${adviceOf(lastGood)}`;
}

function adviceOf(lastGood: LastGoodState | undefined): string {
  if (lastGood === undefined) {
    return "Nothing is left that could be gone on from: import an older export.";
  }
  const { snapshot, from, to } = lastGood;
  const parts = [
    ...(snapshot > 0 ? [`the snapshot of record ${snapshot}`] : []),
    ...(to >= from ? [`records ${from} to ${to}`] : []),
  ];
  return `Last good state: ${parts.join(" and ")}. To go on from it, stop the account and\n` +
    "  deno task doctor export FILE --last-good\n" +
    "  deno task doctor import FILE --state OTHER";
}

function iso(timeUs: number): string {
  return formatIso(timeUs as TimeUs);
}

if (import.meta.main) await runProgram(program());
