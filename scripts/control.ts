/**
 * `deno task status | orders | positions | pause | resume | halt | flatten | reconcile | assign | stop`: asks the running process of an
 * account, or orders it to do something.
 *
 * @module
 */

import type { Command } from "commander";
import { didYouMean, formatIso, nearestWord, SandbarError, type TimeUs } from "../lib/core/mod.ts";
import {
  accountFolder,
  type AccountView,
  type CommandAnswer,
  ControlClient,
  HaltFile,
  type OperatorCommand,
  type OperatorCommandKind,
  type OrderView,
  type PositionView,
  type Reply,
} from "../lib/live/control/mod.ts";
import { EXIT, newCommand, runProgram, userPath } from "./cli.ts";
import { orderLines, positionLines } from "./live/account_tables.ts";
import { renderStatus } from "./live/status_lines.ts";

interface Flags {
  readonly state: string;
  readonly account: string;
  readonly json?: boolean;
}

interface OrderFlags extends Flags {
  readonly reason?: string;
  readonly who: string;
  readonly rearm?: boolean;
}

/** What commands show: the object of `--json`, and lines for people. */
interface Shown {
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** Columns of a look at an account that does not go to a terminal. */
const PLAIN_WIDTH = 160;

const SHOWN: {
  readonly [name: string]: {
    readonly does: string;
    readonly ask: (client: ControlClient) => Promise<Reply<Shown>>;
  };
} = {
  status: { does: "Show how an account is.", ask: askStatus },
  orders: {
    does: "List the open orders of an account and the last that ended.",
    ask: async (client) =>
      shown(
        await client.view<readonly OrderView[]>("orders"),
        (orders) => orders.length === 0 ? ["no orders"] : orderLines(orders),
      ),
  },
  positions: {
    does: "List the positions of an account by symbol and book.",
    ask: async (client) =>
      shown(
        await client.view<readonly PositionView[]>("positions"),
        (positions) => positions.length === 0 ? ["no positions"] : positionLines(positions),
      ),
  },
};

const ORDERS: { readonly [Kind in OperatorCommandKind]: string } = {
  pause: "Hold back new risk; market data, books and reductions go on.",
  resume: "Go on after a pause or a halt, and remove the HALT file.",
  halt: "Halt: only what reduces positions leaves. With nobody there, the next start is halted.",
  flatten: "Cancel all orders and close all positions.",
  reconcile: "Compare the books with the broker's now.",
  assign: "Move what no strategy owns into the book of a strategy.",
  stop: "End the process in order.",
};

const NAMES = [...Object.keys(SHOWN), ...Object.keys(ORDERS)];

/** Returns the program of a command; undefined when there is none of that name. */
function programOf(name: string): Command | undefined {
  if (Object.hasOwn(SHOWN, name)) {
    const { does, ask } = SHOWN[name]!;
    return withPlace(newCommand(name, does), name)
      .action(async (flags: Flags) => tell(await ask(clientOf(flags)), flags));
  }
  if (!Object.hasOwn(ORDERS, name)) return undefined;
  const kind = name as OperatorCommandKind;
  const command = withPlace(newCommand(kind, ORDERS[kind]), kind)
    .option("--reason <text>", "why; the journal keeps it")
    .option("--who <name>", "who orders it", Deno.env.get("USER") ?? "operator");
  if (kind === "resume") command.option("--rearm", "lift the kill switch too; needs --reason");
  if (kind === "assign") {
    command.argument("<symbol>", "what is moved")
      .argument("<quantity>", "shares; a short position's are negative")
      .argument("<strategy>", "id of the strategy that gets them");
  }
  return command.action(() => order(kind, command));
}

function unknown(name: string): string {
  const nearest = nearestWord(name, NAMES);
  return `Unknown command '${name}'. ${
    nearest === undefined ? "" : `Did you mean ${nearest}? `
  }There is ${NAMES.join(", ")}.`;
}

function withPlace(command: Command, name: string): Command {
  return command
    .option("--state <folder>", "the state folder", "state")
    .option("--account <name>", "the account", "paper")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  deno task ${name}${EXAMPLES[name] ?? ""}
  deno task ${name}${EXAMPLES[name] ?? ""} --account paper --json

Exit codes: 0 done, 1 internal fault, 2 usage, 3 nobody answers or it cannot now, 6 refused while halted.`,
    );
}

const EXAMPLES: { readonly [name: string]: string } = {
  assign: " AAPL 100 sma",
  halt: ' --reason "wrong prices"',
  resume: ' --rearm --reason "the limit was too tight"',
};

async function askStatus(client: ControlClient): Promise<Reply<Shown>> {
  const reply = await client.view<AccountView>("account");
  if (reply.kind !== "answer") return reply;
  const { value } = reply, { status } = value;
  const width = Deno.stdout.isTerminal() ? Deno.consoleSize().columns || PLAIN_WIDTH : PLAIN_WIDTH;
  return { kind: "answer", value: { value: status, lines: renderStatus(value, width) } };
}

function shown<T>(reply: Reply<T>, linesOf: (value: T) => readonly string[]): Reply<Shown> {
  if (reply.kind !== "answer") return reply;
  return { kind: "answer", value: { value: reply.value, lines: linesOf(reply.value) } };
}

async function order(kind: OperatorCommandKind, program: Command): Promise<void> {
  const flags = program.opts<OrderFlags>(), { reason, who, rearm } = flags;
  if (rearm === true && reason === undefined) {
    program.error("--rearm needs --reason: why may the account take risk again?");
  }
  const [symbol, quantity, strategy] = program.args;
  const command: OperatorCommand = {
    kind,
    who,
    why: reason ?? "by hand",
    ...(rearm === true ? { rearm } : {}),
    ...(kind === "assign" ? { symbol: symbol!, quantity: quantity!, strategy: strategy! } : {}),
  };
  const client = clientOf(flags);
  if (kind === "halt") {
    // First, and in any case: it works when the process hangs or is gone.
    haltFileOf(flags).write({ reason: command.why, who, timeUs: Date.now() * 1000 });
  }
  const reply = await client.command(command);
  if (reply.kind !== "answer") return tell(reply, flags);
  const { value: answer } = reply;
  if (flags.json === true) console.log(JSON.stringify(answer, null, 2));
  else if (answer.outcome === "done") console.log(answer.message);
  else console.error(`Refused: ${answer.message}`);
  Deno.exitCode = exitCodeOf(answer);
}

/** Prints what was answered, or says who was looked for and what was found. */
function tell(reply: Reply<Shown>, flags: Flags): void {
  if (reply.kind === "answer") {
    const { value, lines } = reply.value;
    console.log(flags.json === true ? JSON.stringify(value, null, 2) : lines.join("\n"));
    return;
  }
  if (reply.kind === "fault") {
    console.error(`Refused: ${reply.message}`);
    Deno.exitCode = FAULT_EXITS[reply.status] ?? EXIT.usage;
    return;
  }
  console.error(`Nobody answers: ${reply.message}.`);
  const halt = haltFileOf(flags).read();
  if (halt.isHalted) {
    const by = halt.who === "" ? "" : ` by ${halt.who}`;
    const at = halt.timeUs === null ? "" : ` at ${formatIso(halt.timeUs as TimeUs)}`;
    const then = reply.silence === "hung"
      ? "The process halts once it looks"
      : "The next start is halted";
    console.error(`The HALT file is there${by}${at}: ${halt.reason}. ${then}.`);
  }
  Deno.exitCode = EXIT.data;
}

/** Exit codes of what the server could not do; whatever else it refuses was asked wrongly. */
const FAULT_EXITS: { readonly [status: number]: number } = { 500: EXIT.defect, 503: EXIT.data };

function exitCodeOf(answer: CommandAnswer): number {
  if (answer.outcome === "done") return EXIT.done;
  switch (answer.refusal) {
    case "halted":
      return EXIT.halted;
    case "invalid":
      return EXIT.usage;
    case "unavailable":
      return EXIT.data;
  }
}

/**
 * Returns the folder of an account that has run here. A misspelt one must not look halted.
 *
 * @throws {SandbarError} `usage`, `data_missing`.
 */
function folderOf({ state, account }: Flags): string {
  const folder = accountFolder(userPath(state), account), accounts = foldersIn(userPath(state));
  if (accounts.includes(account)) return folder;
  const there = accounts.length === 0 ? "nothing has run there" : `there is ${accounts.join(", ")}`;
  throw new SandbarError(
    "data_missing",
    `no account ${account} in ${state}; ${there}${didYouMean(account, accounts)}`,
  );
}

function foldersIn(path: string): readonly string[] {
  try {
    return [...Deno.readDirSync(path)].filter((it) => it.isDirectory).map((it) => it.name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function clientOf(flags: Flags): ControlClient {
  return new ControlClient(flags.account, folderOf(flags));
}

function haltFileOf(flags: Flags): HaltFile {
  return new HaltFile(folderOf(flags));
}

if (import.meta.main) {
  const [name = "", ...rest] = Deno.args;
  const program = programOf(name);
  if (program === undefined) {
    console.error(unknown(name));
    Deno.exitCode = EXIT.usage;
  } else await runProgram(program, rest);
}
