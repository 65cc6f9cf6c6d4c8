/**
 * The reports of an exchange over WebSockets: each stream gets the log from the number that it asked for, in order, and then what is added.
 *
 * @module
 */

import type { Ping, ReportMessage } from "../wire.ts";
import type { ReportLog } from "./report_log.ts";

/** The open streams. */
export class ReportStreams {
  readonly #log: ReportLog;
  /** Open sockets with the number of the next report for each. */
  readonly #sockets = new Map<WebSocket, number>();
  #isHalfDead = false;

  constructor(log: ReportLog) {
    this.#log = log;
    log.onGrowth(() => this.#sendAll());
  }

  /** True while streams stay open and say nothing. */
  set halfDead(isHalfDead: boolean) {
    this.#isHalfDead = isHalfDead;
    this.#sendAll();
  }

  /** Opens a stream from a number on, without one from now on. */
  open(request: Request, number: string | null): Response {
    const from = number === null ? this.#log.last + 1 : Number(number);
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("reports come over a WebSocket", { status: 426 });
    }
    if (!Number.isInteger(from) || from < 1 || from > this.#log.last + 1) {
      return new Response(`no report ${from}: the last is ${this.#log.last}`, { status: 416 });
    }
    // Heartbeats are the client's: the exchange drops nobody who is silent.
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.onopen = (): void => {
      this.#sockets.set(socket, from);
      if (!this.#isHalfDead) say(socket, { last: this.#log.last });
      this.#sendAll();
    };
    socket.onmessage = ({ data }): void => {
      if (this.#isHalfDead) return;
      const { ping } = JSON.parse(String(data)) as Ping;
      say(socket, { pong: ping });
    };
    socket.onclose = socket.onerror = (): void => void this.#sockets.delete(socket);
    return response;
  }

  /** Closes all streams. */
  closeAll(): void {
    for (const socket of this.#sockets.keys()) {
      // Service restart: come again.
      if (socket.readyState === WebSocket.OPEN) socket.close(1012);
    }
    this.#sockets.clear();
  }

  #sendAll(): void {
    if (this.#isHalfDead) return;
    for (const [socket, from] of this.#sockets) {
      if (socket.readyState !== WebSocket.OPEN) continue;
      let number = from;
      for (; number <= this.#log.last; number++) {
        say(socket, { number, report: this.#log.at(number) });
      }
      this.#sockets.set(socket, number);
    }
  }
}

function say(socket: WebSocket, message: ReportMessage): void {
  socket.send(JSON.stringify(message));
}
