/**
 * The operator's side: finds the running process of an account by its `control.json`, asks it and orders. It speaks to this machine's
 * loopback alone, past any proxy of the environment, so that the token goes nowhere else.
 *
 * @module
 */

import { type IncomingMessage, request } from "node:http";
import { SandbarError } from "../../core/mod.ts";
import { ControlFile, type ControlNote } from "./control_file.ts";
import type { CommandAnswer, OperatorCommand } from "./controlled.ts";

/** How long an answer is waited for: a view is there at once, a command is done when the broker has answered. */
const VIEW_MS = 5000, COMMAND_MS = 120_000;
/** Largest answer, bytes. */
const MAX_ANSWER_BYTES = 16_777_216;

/** Why there is no answer: nothing runs, or what runs does not answer. */
export type Silence = "absent" | "dead" | "foreign" | "hung";

/** What came of a question. */
export type Reply<T> =
  | { readonly kind: "answer"; readonly value: T }
  /** For people: who was looked for, what was found. */
  | { readonly kind: "silence"; readonly silence: Silence; readonly message: string }
  /** The question was wrong, or could not be answered: an HTTP status. */
  | { readonly kind: "fault"; readonly status: number; readonly message: string };

/** Asks the process of one account. */
export class ControlClient {
  readonly #account: string;
  readonly #file: ControlFile;
  readonly #deadline: (limitMs: number) => AbortSignal;

  /**
   * @param folder Folder of the account, absolute.
   * @param deadline Returns the signal that ends a wait after a time. Default: one that aborts by itself.
   */
  constructor(
    account: string,
    folder: string,
    deadline: (limitMs: number) => AbortSignal = (limitMs) => AbortSignal.timeout(limitMs),
  ) {
    this.#account = account;
    this.#file = new ControlFile(folder);
    this.#deadline = deadline;
  }

  /** Returns a view: the path of the server without its slash. */
  async view<T>(name: string): Promise<Reply<T>> {
    return await this.#ask<T>("GET", `/${name}`, "", VIEW_MS);
  }

  /** Orders something and waits until it is done or refused. */
  async command(command: OperatorCommand): Promise<Reply<CommandAnswer>> {
    return await this.#ask<CommandAnswer>("POST", "/command", JSON.stringify(command), COMMAND_MS);
  }

  async #ask<T>(
    method: Question["method"],
    path: string,
    body: string,
    limitMs: number,
  ): Promise<Reply<T>> {
    const note = this.#file.read(), account = this.#account;
    if (note === null) return this.#silence("absent", `nothing runs under account ${account}`);
    if (note === undefined) {
      return this.#silence("absent", `${this.#file.path} is not the file of a running process`);
    }
    try {
      const { status, text, instance } = await send(
        note,
        { method, path, body, signal: this.#deadline(limitMs) },
      );
      if (instance !== note.instance) {
        return this.#silence(
          "foreign",
          `process ${note.pid} of account ${account} is gone: port ${note.port} is somebody else's`,
        );
      }
      const value = JSON.parse(text) as T & { readonly error?: string };
      return status === 200 || status === 409
        ? { kind: "answer", value }
        : { kind: "fault", status, message: value.error ?? text.slice(0, 200) };
    } catch (error) {
      return this.#silenceOf(error, note, limitMs);
    }
  }

  #silenceOf(error: unknown, note: ControlNote, limitMs: number): Reply<never> {
    const code = (error as { readonly code?: unknown } | null)?.code;
    const who = `process ${note.pid} of account ${this.#account}`;
    switch (code) {
      case "ECONNREFUSED":
        return this.#silence("dead", `${who} is gone without an orderly stop`);
      case "ECONNRESET":
        return this.#silence("dead", `${who} closed the connection without an answer`);
      case "ABORT_ERR":
        return this.#silence("hung", `${who} does not answer (waited ${limitMs / 1000} s)`);
      default:
        throw new SandbarError("broker_connection", `Cannot ask ${who}: ${error}`, {
          cause: error,
        });
    }
  }

  #silence(silence: Silence, message: string): Reply<never> {
    return { kind: "silence", silence, message };
  }
}

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body: string;
  readonly signal: AbortSignal;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly instance: string | undefined;
}

/** Sends one request on a connection of its own. Unlike `fetch`, this asks no proxy. */
async function send(note: ControlNote, question: Question): Promise<Answered> {
  const { method, path, body, signal } = question;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port: note.port,
      method,
      path,
      agent: false,
      signal,
      headers: {
        authorization: `Bearer ${note.token}`,
        "content-type": "application/json",
        "content-length": new TextEncoder().encode(body).length,
        connection: "close",
      },
    }, resolve);
    asked.on("error", reject);
    asked.end(body);
  });
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += (chunk as Uint8Array).length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`the answer has more than ${length} bytes`);
    chunks.push(chunk as Uint8Array);
  }
  const instance = response.headers["sandbar-instance"];
  return {
    status: response.statusCode ?? 0,
    text: new TextDecoder().decode(await new Blob(chunks as BlobPart[]).arrayBuffer()),
    instance: typeof instance === "string" ? instance : undefined,
  };
}
