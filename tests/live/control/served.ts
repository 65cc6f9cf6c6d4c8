/**
 * A served account in a folder of its own, and requests to it byte by byte, as a stranger could send them.
 *
 * @module
 */

import { SimulatedClock } from "../../../lib/clock/mod.ts";
import { ControlFile, type ControlNote, ControlServer } from "../../../lib/live/control/mod.ts";
import { EventBus } from "../../../lib/observe/mod.ts";
import { inFolder } from "../../data/folder.ts";
import { NOON_US, RunningAccount } from "./running_account.ts";

/** What a test has of a served account. */
export interface Served {
  readonly folder: string;
  readonly account: RunningAccount;
  readonly bus: EventBus;
  readonly clock: SimulatedClock;
  readonly server: ControlServer;
  readonly note: ControlNote;
}

/** Runs a test beside a served account, which is closed afterwards. */
export async function served(
  test: (served: Served) => Promise<void>,
  makeAccount: (folder: string) => RunningAccount = (folder) => new RunningAccount(folder),
): Promise<void> {
  await inFolder(async (folder) => {
    const account = makeAccount(folder), bus = new EventBus(), clock = new SimulatedClock(NOON_US);
    await using server = new ControlServer({
      controlled: account,
      bus,
      clock,
      account: "paper",
      folder,
      port: 0,
    });
    await test({ folder, account, bus, clock, server, note: new ControlFile(folder).read()! });
  });
}

/** An answer. */
export interface Answer {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** What a request says. `null` leaves a header out. */
export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: string;
}

/** Sends one request as the token's owner would, but for what is given, and reads the answer to its end. */
export async function ask(note: ControlNote, asked: Asked = {}): Promise<Answer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: note.port });
  await write(connection, requestOf(note, asked));
  return answerOf(await readAll(connection));
}

/** Returns the bytes of a request. */
export function requestOf(note: ControlNote, asked: Asked): string {
  const { method = "GET", path = "/status", body = "" } = asked;
  const headers: Record<string, string | null> = {
    host: `127.0.0.1:${note.port}`,
    authorization: `Bearer ${note.token}`,
    connection: "close",
    ...(body === "" ? {} : { "content-length": String(body.length) }),
    ...asked.headers,
  };
  const lines = Object.entries(headers).filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** Writes a text to a connection. */
export async function write(connection: Deno.Conn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

/** Reads until what has come fits, or to the end. */
export async function readUntil(connection: Deno.Conn, wanted: RegExp): Promise<string> {
  const decoder = new TextDecoder(), chunk = new Uint8Array(65_536);
  let text = "";
  while (!wanted.test(text)) {
    const count = await connection.read(chunk);
    if (count === null) break;
    text += decoder.decode(chunk.subarray(0, count), { stream: true });
  }
  return text;
}

/** Reads to the end. A server that stops reading a request resets the connection after its answer. */
async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder(), chunk = new Uint8Array(65_536);
  let text = "";
  try {
    for (let count = await connection.read(chunk); count !== null;) {
      text += decoder.decode(chunk.subarray(0, count), { stream: true });
      count = await connection.read(chunk);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset) || text === "") throw error;
  }
  return text;
}

/** Returns the answer that bytes spell. */
export function answerOf(text: string): Answer {
  const cut = text.indexOf("\r\n\r\n"), [first = "", ...lines] = text.slice(0, cut).split("\r\n");
  return {
    status: Number(first.split(" ")[1]),
    headers: Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    ),
    text: text.slice(cut + 4),
  };
}
