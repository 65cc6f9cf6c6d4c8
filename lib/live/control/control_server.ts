/**
 * The control server of a running account: on this machine's loopback alone, for who can read its token. It shows the account's views, takes
 * the operator's commands and streams events; what they mean is the runner's matter.
 *
 * A request is refused before its body is read when its address is not ours (a name that a web page made point here), when a browser's page
 * sent it, or without the token. Bodies, commands at work and streams are bounded.
 *
 * @module
 */

import { didYouMean, SandbarError } from "../../core/mod.ts";
import { DECISION_TYPES, type EventBus } from "../../observe/mod.ts";
import type { Clock } from "../../protocols/mod.ts";
import { ControlFile } from "./control_file.ts";
import { type Controlled, viewOf } from "./controlled.ts";
import { EventStream } from "./event_stream.ts";
import { healthOf } from "./health.ts";
import { readCommand } from "./read_command.ts";
import { newToken, sameToken } from "./token.ts";

/** Largest body of a request, bytes. */
export const MAX_BODY_BYTES = 4096;
/** Commands at work at a time, and readers of events; more are told to come again. */
export const MAX_COMMANDS = 16, MAX_STREAMS = 16;

const LOOPBACK = "127.0.0.1";
/** How long answers on their way are waited for at the end. */
const GRACE_US = 1e6;

/** How a server is started. */
export interface ControlServerOptions {
  readonly controlled: Controlled;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly account: string;
  /** Folder of the account, absolute. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** What a path shows. */
const VIEWS: {
  readonly [path: string]: (options: ControlServerOptions) => unknown;
} = {
  "/account": ({ controlled }) => viewOf(controlled),
  "/status": ({ controlled }) => controlled.status(),
  "/orders": ({ controlled }) => controlled.orders(),
  "/positions": ({ controlled }) => controlled.positions(),
  "/risk": ({ controlled }) => controlled.status().risk,
  "/health": ({ controlled }) => healthOf(controlled.status()),
  "/decisions": ({ bus }) => bus.recent({ types: DECISION_TYPES.INFO }),
};
const PATHS = [...Object.keys(VIEWS), "/events", "/command"];

/** Serves one account until it is disposed of. */
export class ControlServer implements AsyncDisposable {
  readonly #options: ControlServerOptions;
  readonly #file: ControlFile;
  readonly #token = newToken();
  readonly #instance = newToken().slice(0, 16);
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #abort = new AbortController();
  readonly #streams = new Set<EventStream>();
  /** Answers that have not arrived yet. */
  readonly #onTheirWay = new Set<Promise<void>>();
  /** The end, once it has begun. */
  #closing: Promise<void> | null = null;
  #commands = 0;
  #refused = 0;

  /**
   * Listens and writes `control.json`.
   *
   * @throws {SandbarError} `config_invalid` when the port is taken, `data_load` when the file cannot be written.
   */
  constructor(options: ControlServerOptions) {
    this.#options = options;
    this.#file = new ControlFile(options.folder);
    this.#server = this.#listen();
    try {
      this.#file.write({
        account: options.account,
        port: this.port,
        token: this.#token,
        instance: this.#instance,
        pid: Deno.pid,
        startedUs: options.clock.now(),
      });
    } catch (error) {
      this.#abort.abort();
      throw error;
    }
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** Requests that were refused for their address, their sender or their token. */
  get refused(): number {
    return this.#refused;
  }

  /** Removes the file, ends the streams, gives answers on their way a second to arrive, and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    try {
      this.#file.remove(this.#instance);
    } finally {
      for (const stream of this.#streams) stream.close();
      await this.#stopServing();
    }
  }

  async #stopServing(): Promise<void> {
    const isOver = new AbortController();
    const grace = this.#options.clock.sleep(GRACE_US, { signal: isOver.signal })
      .catch(() => undefined);
    await Promise.race([Promise.all(this.#onTheirWay), grace]);
    isOver.abort();
    this.#abort.abort();
    await this.#server.finished;
  }

  #listen(): Deno.HttpServer<Deno.NetAddr> {
    const { port } = this.#options;
    try {
      return serveLoopback(port, this.#abort, (request, { completed }) => {
        // Whether it arrived is not ours to know.
        const arrival = completed.catch(() => undefined).finally(() =>
          this.#onTheirWay.delete(arrival)
        );
        this.#onTheirWay.add(arrival);
        return this.#answer(request);
      });
    } catch (cause) {
      if (cause instanceof Deno.errors.AddrInUse) {
        throw new SandbarError(
          "config_invalid",
          `control.port: ${port} is taken; give another one, or 0 for a free one`,
          { cause },
        );
      }
      throw cause instanceof Deno.errors.NotCapable ? elsewhere(cause) : cause;
    }
  }

  async #answer(request: Request): Promise<Response> {
    const refusal = this.#refusalOf(request);
    if (refusal !== null) {
      this.#refused++;
      return refusal;
    }
    try {
      return await this.#route(request);
    } catch (error) {
      return this.#defect(error);
    }
  }

  async #route(request: Request): Promise<Response> {
    if (this.#closing !== null) return this.#fault(503, "the process is stopping");
    const url = new URL(request.url), path = url.pathname;
    if (!PATHS.includes(path)) return this.#fault(404, `no ${path} here${didYouMean(path, PATHS)}`);
    const wanted = path === "/command" ? "POST" : "GET";
    if (request.method !== wanted) return this.#fault(405, `${path} takes ${wanted}`);
    if (path === "/command") return await this.#command(request);
    if (path === "/events") return this.#stream(request, url);
    return this.#json(200, VIEWS[path]!(this.#options));
  }

  /** Why a request is not even read; null when it is. */
  #refusalOf(request: Request): Response | null {
    const { headers } = request;
    if (headers.get("host") !== `${LOOPBACK}:${this.port}`) {
      return refused(403, "this address is not ours");
    }
    // Browsers say where a request comes from; our commands do not.
    if (headers.has("origin") || headers.has("sec-fetch-site")) {
      return refused(403, "web pages are not answered");
    }
    const shown = /^Bearer ([\x21-\x7e]{1,256})$/.exec(headers.get("authorization") ?? "");
    if (shown !== null && sameToken(shown[1]!, this.#token)) return null;
    const response = refused(401, `give the token of ${this.#file.path}`);
    response.headers.set("www-authenticate", "Bearer");
    return response;
  }

  async #command(request: Request): Promise<Response> {
    const body = await readBody(request);
    if (body === undefined) {
      return this.#fault(413, `a command has at most ${MAX_BODY_BYTES} bytes`);
    }
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    } catch {
      return this.#fault(400, "the command is not JSON");
    }
    const command = readCommand(value);
    if (typeof command === "string") return this.#fault(400, command);
    if (this.#commands >= MAX_COMMANDS) {
      return this.#fault(503, `${MAX_COMMANDS} commands are at work; try again when they are done`);
    }
    this.#commands++;
    try {
      const answer = await this.#options.controlled.command(command);
      return this.#json(answer.outcome === "done" ? 200 : 409, answer);
    } finally {
      this.#commands--;
    }
  }

  #stream(request: Request, url: URL): Response {
    const after = url.searchParams.get("after") ?? request.headers.get("last-event-id") ?? "0";
    if (!/^\d{1,15}$/.test(after)) return this.#fault(400, "after: give the sequence of an event");
    if (this.#streams.size >= MAX_STREAMS) {
      return this.#fault(503, `${MAX_STREAMS} readers of events are there already`);
    }
    const stream = new EventStream(
      this.#options.bus,
      Number(after),
      () => this.#streams.delete(stream),
    );
    this.#streams.add(stream);
    return new Response(stream.body, {
      headers: { ...this.#headers(), "content-type": "text/event-stream" },
    });
  }

  #json(status: number, value: unknown): Response {
    return Response.json(value, { status, headers: this.#headers() });
  }

  #fault(status: number, error: string): Response {
    return this.#json(status, { error });
  }

  #headers(): Record<string, string> {
    return {
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // Tells the caller that it reached who wrote the file.
      "sandbar-instance": this.#instance,
    };
  }

  /** A defect of ours: told, and the server goes on. */
  #defect(error: unknown): Response {
    const { bus, clock } = this.#options;
    const message = error instanceof Error ? error.stack ?? error.message : String(error);
    bus.publish("ERROR", { code: "defect", message }, {
      timeUs: clock.now(),
      source: "control",
    });
    return this.#fault(500, "internal fault: the log of the run says more");
  }
}

/**
 * Serves on the loopback or not at all.
 *
 * @throws {SandbarError} `config_invalid` when the environment sends the server elsewhere.
 */
function serveLoopback(
  port: number,
  abort: AbortController,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  const onListen = (): void => undefined, { signal } = abort;
  const server = Deno.serve({ hostname: LOOPBACK, port, signal, onListen }, handler);
  if (server.addr.hostname === LOOPBACK) return server;
  abort.abort();
  throw elsewhere();
}

/** Deno lets a variable of the environment win over the address that a program asks for. */
function elsewhere(cause?: unknown): SandbarError {
  return new SandbarError(
    "config_invalid",
    `Cannot serve on ${LOOPBACK}: this process may not listen there, or DENO_SERVE_ADDRESS names ` +
      "another address; unset it",
    { cause },
  );
}

/** An answer to a stranger: it does not show the instance. */
function refused(status: number, error: string): Response {
  return Response.json({ error }, { status, headers: { "cache-control": "no-store" } });
}

/** Returns the bytes of a body; undefined, without reading on, when there are too many. */
async function readBody(request: Request): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return undefined;
  const bytes = new Uint8Array(MAX_BODY_BYTES);
  let length = 0;
  for await (const chunk of request.body ?? []) {
    if (length + chunk.length > MAX_BODY_BYTES) return undefined;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return bytes.subarray(0, length);
}
