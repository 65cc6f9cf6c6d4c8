/**
 * The paper exchange in a process of its own, as `deno task simulate paper` starts it, and what it says of itself.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { BrokerAccount, BrokerOrder } from "../../lib/protocols/mod.ts";
import type { ExchangeLedger, FaultCommand } from "../../lib/vendors/paper/mod.ts";
import { type Running, start } from "./command.ts";

/** A running exchange. */
export class ExchangeProcess implements AsyncDisposable {
  readonly url: string;
  readonly #running: Running;
  #ended: Promise<number> | undefined;

  private constructor(running: Running, url: string) {
    this.#running = running;
    this.url = url;
  }

  /** Starts one at a free port, with the arguments of the command; it has said where it is. */
  static async start(folder: string, ...args: readonly string[]): Promise<ExchangeProcess> {
    const running = start(folder, "simulate", ["paper", "--json", ...args]);
    const said = await running.says("}\n");
    return new ExchangeProcess(running, (JSON.parse(said) as { readonly url: string }).url);
  }

  /** Makes it do something wrong. */
  async fault(...commands: readonly FaultCommand[]): Promise<void> {
    for (const command of commands) {
      const body = JSON.stringify(command);
      const response = await fetch(`${this.url}/v1/faults`, { method: "POST", body });
      assertEquals(response.status, 200, await response.text());
    }
  }

  /** Returns its own books. */
  async ledger(): Promise<ExchangeLedger> {
    return await this.#get("/v1/ledger");
  }

  /** Returns what it says of its account. */
  async account(): Promise<BrokerAccount> {
    return await this.#get("/v1/account");
  }

  /** Returns the orders that work. */
  async openOrders(): Promise<readonly BrokerOrder[]> {
    return await this.#get("/v1/orders");
  }

  /** Ends it in order, and returns its exit code. */
  end(): Promise<number> {
    return this.#ended ??= (async () => {
      this.#running.interrupt("SIGINT");
      return (await this.#running.result).code;
    })();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #get<T>(path: string): Promise<T> {
    return await (await fetch(this.url + path)).json() as T;
  }
}

/** Asserts that an exchange has seen every order exactly once. */
export function assertSentOnce({ submitsSeen }: ExchangeLedger): void {
  for (const [clientId, count] of Object.entries(submitsSeen)) assertEquals(count, 1, clientId);
}
