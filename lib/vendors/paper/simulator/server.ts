/**
 * The paper exchange as a server on the loopback interface. It outlives whoever trades on it: that is what makes it a broker.
 *
 * The market stands still until somebody asks for the next instant; with a speed it goes on by itself, and whoever asks waits for it.
 *
 * @module
 */

import { invariant, SandbarError } from "../../../core/mod.ts";
import type { Clock, OrderRequest, ReplaceRequest, RequestResult } from "../../../protocols/mod.ts";
import {
  type ExecutionPage,
  type FaultCommand,
  type Instant,
  type MarketMessage,
  PAGE_SIZE,
} from "../wire.ts";
import type { PaperExchange } from "./exchange.ts";
import type { RequestFault, RequestKind } from "./faults.ts";
import { Instants } from "./instants.ts";
import { ReportStreams } from "./report_streams.ts";

/** How a server is started. */
export interface ServerOptions {
  readonly exchange: PaperExchange;
  readonly clock: Clock;
  /** 0 takes a free one. */
  readonly port: number;
  /** Instants a second at which the market goes on by itself; absent: when asked. */
  readonly instantsPerSecond?: number;
}

/** A request body of more bytes is refused. */
const MAX_BODY_BYTES = 65_536;
const DEFAULT_DELAY_US = 60_000_000;
const RETRY_AFTER_SECONDS = 3;

/** A running exchange. */
export class PaperServer implements AsyncDisposable {
  readonly exchange: PaperExchange;
  readonly #options: ServerOptions;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #streams: ReportStreams;
  readonly #instants: Instants;
  readonly #closed = new AbortController();
  readonly #run: Promise<void>;
  #isDown = false;
  #orderRequests = 0;
  #streamRequests = 0;
  #clockOffsetUs = 0;
  #onInstant: PromiseWithResolvers<void> = Promise.withResolvers();

  private constructor(options: ServerOptions) {
    const { exchange } = options, { bars, plan, steps } = exchange.parts;
    this.exchange = exchange;
    this.#options = options;
    this.#streams = new ReportStreams(exchange.log);
    this.#instants = new Instants(bars, plan, steps);
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: options.port, onListen: () => {} },
      (request) => this.#answer(request),
    );
    this.#run = options.instantsPerSecond === undefined
      ? Promise.resolve()
      : this.#goOn(options.instantsPerSecond);
  }

  /**
   * Starts a server.
   *
   * @throws {SandbarError} `usage` when the port is taken or the speed is none.
   */
  static start(options: ServerOptions): PaperServer {
    const { instantsPerSecond: speed, port } = options;
    if (speed !== undefined && !(speed > 0 && speed <= 1e6)) {
      throw new SandbarError(
        "usage",
        `--speed: found ${speed}; give instants a second, above 0 and at most 1000000`,
      );
    }
    try {
      return new PaperServer(options);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      throw new SandbarError(
        "usage",
        `Cannot listen on 127.0.0.1:${port}: another program does; give another --port, or 0`,
        { cause: error },
      );
    }
  }

  /** Where it is: `http://127.0.0.1:PORT`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Requests to submit, cancel or replace that have arrived, whatever became of them. */
  get orderRequests(): number {
    return this.#orderRequests;
  }

  /** Requests for a stream of reports that have arrived. */
  get streamRequests(): number {
    return this.#streamRequests;
  }

  /** Resolves when the server has ended. */
  get finished(): Promise<void> {
    return this.#server.finished;
  }

  /** Does what {@linkcode FaultCommand} says. */
  command(command: FaultCommand): void {
    if ("arm" in command) this.exchange.parts.faults.arm(command.arm);
    else if ("disconnect" in command) this.#streams.closeAll();
    else if ("halfDead" in command) this.#streams.halfDead = command.halfDead;
    else if ("down" in command) {
      this.#isDown = command.down;
      if (command.down) this.#streams.closeAll();
    } else if ("clockOffsetUs" in command) this.#clockOffsetUs = command.clockOffsetUs;
    else if ("blocked" in command) this.exchange.isBlocked = command.blocked;
    else {
      const { executionId, quantity, price } = command.restate;
      if (!this.exchange.restate(executionId, quantity, price)) {
        throw new SandbarError("usage", `no execution ${executionId} that can be restated`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    this.#onInstant.resolve();
    this.#streams.closeAll();
    await Promise.all([this.#run, this.#server.shutdown()]);
  }

  async #goOn(instantsPerSecond: number): Promise<void> {
    const { clock } = this.#options, { signal } = this.#closed;
    const startedUs = clock.monotonicUs();
    try {
      for (let count = 1;; count++) {
        const dueUs = startedUs + Math.ceil(count * 1e6 / instantsPerSecond);
        await clock.sleep(Math.max(0, dueUs - clock.monotonicUs()), { signal });
        if (!this.#advance()) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #advance(): boolean {
    const goesOn = this.exchange.advance(), waiting = this.#onInstant;
    this.#onInstant = Promise.withResolvers();
    waiting.resolve();
    return goesOn;
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url), [version, room, id, verb] = url.pathname.slice(1).split("/");
    if (version !== "v1" || room === undefined) return notFound(url.pathname);
    // A browser says from which page a request comes: no page of the web trades here.
    if (request.headers.has("origin")) return new Response("not for browsers", { status: 403 });
    const route = `${request.method} ${room}`;
    try {
      if (route === "POST faults") {
        this.command(await bodyOf(request) as FaultCommand);
        return Response.json({ ok: true });
      }
      if (route === "GET reports") this.#streamRequests++;
      if (this.#isDown) return new Response("down", { status: 503 });
      switch (route) {
        case "POST orders": {
          const body = await bodyOf(request);
          return id === undefined
            ? await this.#order(
              "submit",
              (body as OrderRequest).clientId,
              () => this.exchange.submit(body as OrderRequest),
            )
            : verb === "replace"
            ? await this.#order(
              "replace",
              (body as ReplaceRequest).newClientId,
              () => this.exchange.replace({ ...body as ReplaceRequest, clientId: id }),
            )
            : notFound(url.pathname);
        }
        case "DELETE orders":
          return await this.#order("cancel", "", () => this.exchange.cancel(id ?? ""));
        case "POST instants":
          return Response.json(await this.#instant(Number(id)));
        case "GET reports":
          return this.#streams.open(request, url.searchParams.get("from"));
        case "GET ledger":
          return Response.json(this.exchange.ledger());
        default:
          return await this.#read(request, url, room, id);
      }
    } catch (error) {
      if (error instanceof SandbarError || error instanceof SyntaxError) {
        return Response.json({ message: error.message }, { status: 400 });
      }
      throw error;
    }
  }

  async #read(
    request: Request,
    url: URL,
    room: string,
    id: string | undefined,
  ): Promise<Response> {
    const { exchange } = this, fault = exchange.parts.faults.forRequest("read");
    if (fault !== null) return await this.#faulty(fault, () => undefined);
    switch (`${request.method} ${room}`) {
      case "GET orders": {
        if (id === undefined) return Response.json(exchange.openOrders());
        const order = exchange.orderByClientId(id);
        return order === null ? notFound(id) : Response.json(order);
      }
      case "GET executions": {
        const since = Number(url.searchParams.get("since") ?? "0");
        const after = Number(url.searchParams.get("after") ?? "0");
        const all = exchange.executionsSince(since), end = after + PAGE_SIZE;
        const page: ExecutionPage = {
          executions: all.slice(after, end),
          next: end < all.length ? end : null,
        };
        return Response.json(page);
      }
      case "GET positions":
        return Response.json(exchange.positions());
      case "GET account":
        return Response.json(exchange.account());
      case "GET clock":
        return Response.json({ timeUs: exchange.nowUs + this.#clockOffsetUs });
      case "GET market": {
        const { spec, period, steps, isSynthetic } = exchange.parts;
        const market: MarketMessage = {
          symbols: spec.instruments.map(({ symbol }) => symbol),
          period,
          instants: steps,
          isSynthetic,
        };
        return Response.json(market);
      }
      default:
        return notFound(url.pathname);
    }
  }

  /** The Nth instant, counted from 1. Asked again it is the same one; one further than the next is not there. */
  async #instant(number: number): Promise<Instant> {
    const { exchange } = this;
    if (!Number.isInteger(number) || number < 1 || number > exchange.steps + 1) {
      throw new SandbarError(
        "usage",
        `no instant ${number}: ${exchange.steps} have happened, and the next is ${
          exchange.steps + 1
        }`,
      );
    }
    if (number > exchange.steps && this.#options.instantsPerSecond === undefined) this.#advance();
    const isComing = (): boolean =>
      number > exchange.steps && exchange.steps < exchange.parts.steps &&
      !this.#closed.signal.aborted;
    while (isComing()) await this.#onInstant.promise;
    const reports = exchange.log.last;
    if (number > exchange.steps) return { kind: "end", timeUs: exchange.nowUs, reports };
    const bars = this.#instants.at(number - 1);
    return { kind: "bars", timeUs: bars[0]!.closeUs, bars, reports };
  }

  #order(
    kind: RequestKind,
    clientId: string,
    act: () => RequestResult,
  ): Promise<Response> | Response {
    const { exchange } = this, fault = exchange.parts.faults.forRequest(kind);
    this.#orderRequests++;
    if (fault === null) return resultOf(act());
    if (fault.kind === "appears_late") {
      // Nothing tells of it before it appears.
      exchange.parts.faults.arm({ on: "report", kind: "late", report: "acknowledged" });
      exchange.hide(clientId, fault.lookups ?? 1);
    }
    return this.#faulty(fault, act);
  }

  async #faulty(
    fault: RequestFault,
    act: () => RequestResult | undefined,
  ): Promise<Response> {
    switch (fault.kind) {
      case "drop_answer":
      case "appears_late":
        act();
        return await this.#silence();
      case "never_received":
        return await this.#silence();
      case "close_connection":
        act();
        // Less than what is promised: the connection ends in the middle of the answer.
        return new Response(endingEarly(), {
          headers: { "content-type": "application/json", "content-length": "1000" },
        });
      case "server_error":
        act();
        return new Response("internal error", { status: 500 });
      case "garbled_answer":
        act();
        return new Response("<html>", { headers: { "content-type": "text/html" } });
      case "delayed_answer": {
        const result = act();
        const { signal } = this.#closed;
        const delayUs = fault.delayUs ?? DEFAULT_DELAY_US;
        await this.#options.clock.sleep(delayUs, { signal }).catch(() => undefined);
        return result === undefined ? Response.json([]) : resultOf(result);
      }
      case "rate_limit":
        return new Response("slow down", {
          status: 429,
          headers: { "retry-after": String(RETRY_AFTER_SECONDS) },
        });
      case "reject":
        return resultOf({
          outcome: "refused",
          code: "order_rejected",
          message: "rejected by the venue",
        });
    }
  }

  /** Says nothing, ever: the caller's patience ends, or the server does. */
  async #silence(): Promise<Response> {
    await this.#unlessClosed(new Promise(() => {}));
    return new Response(null, { status: 504 });
  }

  /** Waits for a promise or the server's end, whichever is first. */
  async #unlessClosed(promise: Promise<unknown>): Promise<void> {
    const { signal } = this.#closed, ended = Promise.withResolvers<void>();
    if (signal.aborted) return;
    signal.addEventListener("abort", () => ended.resolve(), { once: true });
    await Promise.race([promise, ended.promise]);
  }
}

function resultOf(result: RequestResult): Response {
  invariant(result.outcome !== "unresolved", "an exchange that does not know what it did");
  return Response.json(result, { status: result.outcome === "confirmed" ? 200 : 422 });
}

function notFound(what: string): Response {
  return Response.json({ message: `nothing is at ${what}` }, { status: 404 });
}

async function bodyOf(request: Request): Promise<unknown> {
  const length = Number(request.headers.get("content-length") ?? "0");
  if (length > MAX_BODY_BYTES) {
    throw new SandbarError("usage", `a body of ${length} bytes; at most ${MAX_BODY_BYTES}`);
  }
  const body: unknown = await request.json();
  if (typeof body === "object" && body !== null) return body;
  throw new SandbarError("usage", "a body that is no JSON object");
}

/** A body that is shorter than its length says. */
function endingEarly(): ReadableStream<Uint8Array> {
  return new Blob(['{"outcome":']).stream();
}
