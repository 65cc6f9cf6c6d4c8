/**
 * Orders and fills by the names that others give them: the client id that we send, the broker's id, execution ids. For the host alone: a
 * backtest has rows and needs no names, so the maps are made with the first one.
 *
 * Rows of an order table are its stable handles: they are never reused within a run.
 *
 * @module
 */

import { invariant, put } from "../../core/mod.ts";

/** The names of one book's orders and fills. */
export class OrderIds {
  #clientRows: Map<string, number> | undefined;
  #brokerRows: Map<string, number> | undefined;
  #fillRows: Map<string, number> | undefined;
  readonly #clientIds: (string | undefined)[] = [];
  readonly #brokerIds: (string | undefined)[] = [];

  /** Names an order by the id that it is sent under. An id names one order for ever, and an order has one. */
  bindClient(row: number, clientId: string): void {
    const rows = this.#clientRows ??= new Map();
    const known = rows.get(clientId);
    invariant(
      (known === undefined || known === row) &&
        (this.#clientIds[row] === undefined || this.#clientIds[row] === clientId),
      `client id ${clientId} names two orders, or an order has two`,
    );
    rows.set(clientId, row);
    put(this.#clientIds, row, clientId);
  }

  /** Names an order by the broker's id. Returns false, and changes nothing, when that id is another order's: brokers err. */
  bindBroker(row: number, brokerId: string): boolean {
    const rows = this.#brokerRows ??= new Map();
    const known = rows.get(brokerId);
    if (known !== undefined) return known === row;
    // A broker that gives an order a new id is asked under either.
    rows.set(brokerId, row);
    put(this.#brokerIds, row, brokerId);
    return true;
  }

  /** Notes a fill by the broker's execution id. Returns false when it is known: a fill that is told again is the same fill. */
  bindExecution(executionId: string, fillRow: number): boolean {
    const rows = this.#fillRows ??= new Map();
    if (rows.has(executionId)) return false;
    rows.set(executionId, fillRow);
    return true;
  }

  /** Returns the row of an order by its client id, -1 for an unknown one. */
  byClient(clientId: string): number {
    return this.#clientRows?.get(clientId) ?? -1;
  }

  /** Returns the row of an order by the broker's id, -1 for an unknown one. */
  byBroker(brokerId: string): number {
    return this.#brokerRows?.get(brokerId) ?? -1;
  }

  /** Returns the row of a fill by its execution id, -1 for an unknown one: what a bust or a late commission speaks of. */
  byExecution(executionId: string): number {
    return this.#fillRows?.get(executionId) ?? -1;
  }

  /** The client id of an order, undefined before it has one. */
  clientIdOf(row: number): string | undefined {
    return this.#clientIds[row];
  }

  /** The broker's last id of an order, undefined before it has one. */
  brokerIdOf(row: number): string | undefined {
    return this.#brokerIds[row];
  }
}
