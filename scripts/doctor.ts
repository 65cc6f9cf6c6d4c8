/**
 * `deno task doctor`: looks at what a session would need and at what is stored of its account, says what is wrong and what to do; saves an
 * account to a file and brings it back.
 *
 * @module
 */

import { SystemClock } from "../lib/clock/mod.ts";
import {
  type LiveConfig,
  plainText,
  resolveLive,
  showSettings,
  sourceText,
} from "../lib/config/mod.ts";
import { formatIso, formatMoney, thousands, type TimeUs } from "../lib/core/mod.ts";
import { VERSION } from "../lib/data/mod.ts";
import {
  bringAccount,
  type Checkup,
  examine,
  saveAccount,
  type StrategyCheck,
} from "../lib/live/mod.ts";
import type { Command } from "commander";
import { accountPlace, type PlaceFlags, withPlace } from "./account_place.ts";
import { EXIT, newCommand, runProgram, table, userPath } from "./cli.ts";
import { type LiveOptions, liveRequest, withLiveOptions } from "./live_options.ts";

interface Flags extends LiveOptions {
  readonly json?: boolean;
}

interface ExportFlags extends PlaceFlags {
  readonly lastGood?: boolean;
}

const program = withLiveOptions(
  newCommand("doctor", "Look at what a session needs and at what is stored of its account."),
)
  .option("--json", "print one JSON object")
  .addHelpText(
    "after",
    `
It changes nothing, and a session may be running meanwhile. Without a strategy and a --config file it takes the settings
with which the account was begun.

Examples:
  deno task doctor
  deno task doctor --config sandbar.yaml --account main
  deno task doctor export main.sandbar --account main          a running account too; keep it as a backup
  deno task doctor import main.sandbar --state elsewhere
  deno task doctor export rescued.sandbar --last-good

Exit codes: 0 all is well, 1 internal fault, 2 usage or configuration, 3 something is wrong.`,
  )
  .action(doctor);

withPlace(program.command("export"))
  .description("write the account's state into one file")
  .argument("<file>", "file to write; there must be none of that name")
  .option("--last-good", "of a damaged store: the last good state")
  .action(exportTo);
withPlace(program.command("import"))
  .description("take an exported account into a state folder that does not hold it")
  .argument("<file>", "what was exported")
  .action(importFrom);

async function exportTo(file: string, _: ExportFlags, command: Command): Promise<void> {
  const flags = command.optsWithGlobals<ExportFlags>(), place = await accountPlace(flags);
  const { lastSequence, bytes, damage } = await saveAccount({
    ...place,
    file: userPath(file),
    clock: new SystemClock(),
    takesLastGood: flags.lastGood === true,
  });
  console.log(
    `${file}: account ${place.account} up to record ${lastSequence}, ${thousands(bytes)} bytes`,
  );
  for (const { where, what } of damage) console.log(`Left behind, damaged: ${where}: ${what}`);
}

async function importFrom(file: string, _: PlaceFlags, command: Command): Promise<void> {
  const place = await accountPlace(command.optsWithGlobals<PlaceFlags>());
  const { account, lastSequence } = await bringAccount({
    ...place,
    file: userPath(file),
    clock: new SystemClock(),
  });
  console.log(`${place.shown}: account ${account} up to record ${lastSequence}`);
}

async function doctor(strategies: readonly string[], { json, ...options }: Flags): Promise<void> {
  const request = liveRequest(strategies, options), config = await resolveLive(request);
  const place = {
    at: config.persistence.kvPath.real,
    isService: config.persistence.kvIsService,
    account: config.accountId,
    clock: new SystemClock(),
  };
  const say = (value: object, lines: readonly string[]): void =>
    console.log(
      json === true ? JSON.stringify({ schema: 1, ...value }, null, 2) : lines.join("\n"),
    );
  const isAsked = strategies.length > 0 || options.config !== undefined;
  const found = await examine({ ...place, settings: config, prefersStored: !isAsked });
  const rows = isAsked ? (await showSettings(request)).rows : [];
  const set = rows.filter(({ source, isUsed }) => isUsed && source.from !== "default");
  say({ sandbar: VERSION, deno: Deno.version.deno, ...found, set }, [
    `sandbar ${VERSION}, deno ${Deno.version.deno}, ${Deno.build.os}`,
    "",
    ...settingLines(found, config),
    ...set.length === 0 ? [] : table(
      set.map(({ key, value, source }) => [
        `  ${key}`,
        value === undefined ? "(not shown)" : value === null ? "-" : plainText(value),
        sourceText(source),
      ]),
      [],
    ).split("\n"),
    "",
    ...found.strategies.flatMap(strategyLines),
    "",
    ...machineLines(found),
    ...storeLines(found, config),
    "",
    ...found.problems.length === 0
      ? ["All is well."]
      : found.problems.map(({ part, text }) => `PROBLEM in ${part}: ${text}`),
    ...rescueLines(found, config),
  ]);
  if (found.problems.some(({ part }) => part !== "sandbox")) Deno.exitCode = EXIT.data;
  // A store that has not answered would keep the process until it does.
  if (found.problems.some(({ part }) => part === "store")) Deno.exit();
}

function settingLines(found: Checkup, config: LiveConfig): string[] {
  const { settings, account, isStored } = found, { run, data, time } = settings;
  const feed = data.provider === "recorded"
    ? `recorded (${data.recordedPath?.shown ?? "own catalog, then the bundled sample"})`
    : "simulated";
  return [
    `account ${account}, ${config.mode} money, broker ${config.broker}, state in ${config.stateDir.shown}` +
    (isStored ? "; settings with which it was begun" : ""),
    `${run.symbols.join(", ")}, ${run.period}, feed ${feed}, calendar ${time.calendar}`,
    `cash ${formatMoney(run.initialCash)}, limits of risk ${
      run.risk === undefined ? "off" : "on"
    }, seed ${run.seed}`,
  ];
}

function strategyLines(strategy: StrategyCheck): string[] {
  const { id, file, sha256, begunSha256, allocationPct, opened } = strategy;
  const changed = begunSha256 !== null && begunSha256 !== sha256
    ? `, begun with ${begunSha256.slice(0, 12)}`
    : "";
  const head = `strategy ${id}: ${file}, SHA-256 ${
    sha256 ?? "unknown"
  }${changed}, ${allocationPct} %`;
  if (opened === null) return [head, "  could not be opened"];
  const { name, params, rights } = opened;
  const set = Object.entries(params).map(([key, value]) => `${key}=${value}`).join(" ");
  return [
    head,
    `  ${name}${set === "" ? "" : `, ${set}`}`,
    `  may use ${rights.orderTypes.join(", ")}; ${rights.timesInForce.join(", ")}; ${
      rights.short ? "may sell short" : "no short selling"
    }`,
  ];
}

function machineLines({ sandbox, settings, calendar, disk }: Checkup): string[] {
  const { today, until } = calendar, limits = settings.sandbox;
  return [
    sandbox === null
      ? "sandbox   not tried: no strategy could be opened"
      : `sandbox   ${sandbox.osLimits ? "system limits (prlimit)" : "NO system limits"}, ${
        sandbox.networkIsolated ? "network namespace of its own" : "no network namespace"
      }, heap ${limits.heapMb} MB, ${limits.eventDeadlineMs} ms a decision, ${limits.restartLimit} restarts`,
    `calendar  ${calendar.name}${until === null ? "" : `, known until ${until}`}${
      today === null
        ? calendar.name === "always_open" ? "" : ", no session today"
        : `, today ${formatIso(today.openUs as TimeUs)} to ${formatIso(today.closeUs as TimeUs)}`
    }`,
    disk === null
      ? "disk      not probed"
      : `disk      a commit takes ${milliseconds(disk.medianUs)} ms, at most ${
        milliseconds(disk.mostUs)
      } ms of ${disk.commits}; ${megabytes(disk.freeBytes)} MB free`,
  ];
}

function storeLines({ store, account }: Checkup, config: LiveConfig): string[] {
  const { shown } = config.persistence.kvPath;
  if (store === null) return [`store     nothing of account ${account} in ${shown} yet`];
  const { journal, snapshots, values, bytes, owner, renewal, aside } = store;
  const holder = owner === undefined || renewal === undefined
    ? "nobody holds it"
    : `process ${owner.pid} holds it until ${
      formatIso(renewal.untilUs as TimeUs)
    } unless it renews`;
  return [
    `store     ${shown}: ${values} values, ${megabytes(bytes)} MB; ${holder}`,
    `          journal of ${journal.records} records in ${journal.blocks} blocks up to ${journal.highest}, ` +
    `snapshots of records ${snapshots.length === 0 ? "none" : snapshots.join(", ")}`,
    ...aside.map(({ from, to, what }) =>
      `          set aside at a start: records ${from} to ${to}, ${what}`
    ),
  ];
}

/** What can be saved of a damaged store, with the command that does. */
function rescueLines({ store, account }: Checkup, config: LiveConfig): string[] {
  if (store === null || store.findings.length === 0) return [];
  const { lastGood } = store;
  if (lastGood === undefined) {
    return ["Neither a snapshot nor the beginning of the journal is left: import an older export."];
  }
  const { snapshot, from, to } = lastGood;
  const base = snapshot === 0 ? "the beginning" : `the snapshot of record ${snapshot}`;
  const state = config.stateDir.shown;
  return [
    "",
    `The last good state is that of record ${to}: ${base}${
      to < from ? "" : ` and records ${from} to ${to}`
    }. Save it, and take it into an empty folder:`,
    `  deno task doctor export ${account}.good --last-good --state ${state} --account ${account}`,
    `  deno task doctor import ${account}.good --state ${state}-restored`,
  ];
}

function milliseconds(us: number): string {
  return (us / 1000).toFixed(1);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

if (import.meta.main) await runProgram(program);
