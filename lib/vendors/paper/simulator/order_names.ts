/**
 * The orders of an exchange by their client ids. An order that was replaced goes on under a new name in the same row of the engine's table:
 * a quantity that is filled is never offered again.
 *
 * @module
 */

import type { OrderRequest } from "../../../protocols/mod.ts";

/** An order under one name. */
export interface ExchangeOrder {
  readonly brokerId: string;
  /** Row in the engine's order table. */
  readonly row: number;
  /** With the client id. */
  readonly request: OrderRequest;
  readonly createdUs: number;
  /** Client id of the name that came after this one, null for the present one. */
  replacedBy: string | null;
  /** Signed units that were filled when it was replaced. */
  filledThen: number;
}

/** All names. */
export class OrderNames {
  readonly #orders: ExchangeOrder[] = [];
  readonly #byClient = new Map<string, ExchangeOrder>();
  readonly #byRow = new Map<number, ExchangeOrder>();

  /** Names a new order. */
  add(row: number, request: OrderRequest, createdUs: number): ExchangeOrder {
    const number = this.#orders.length + 1;
    const brokerId = `paper-${number}`;
    const order = { brokerId, row, request, createdUs, replacedBy: null, filledThen: 0 };
    this.#orders.push(order);
    this.#byClient.set(request.clientId, order);
    this.#byRow.set(row, order);
    return order;
  }

  /** Gives an order its next name. */
  replace(
    order: ExchangeOrder,
    request: OrderRequest,
    filled: number,
    nowUs: number,
  ): ExchangeOrder {
    order.replacedBy = request.clientId;
    order.filledThen = filled;
    return this.add(order.row, request, nowUs);
  }

  /** Returns an order by one of its client ids. */
  byClient(clientId: string): ExchangeOrder | undefined {
    return this.#byClient.get(clientId);
  }

  /** Returns the present name of a row; undefined for an order that the exchange made itself. */
  byRow(row: number): ExchangeOrder | undefined {
    return this.#byRow.get(row);
  }

  /** Returns all names, oldest first. */
  all(): readonly ExchangeOrder[] {
    return this.#orders;
  }
}

/** Returns by what names an order is told. */
export function ownerOf({ brokerId, request }: ExchangeOrder): {
  readonly clientId: string;
  readonly brokerId: string;
} {
  return { clientId: request.clientId, brokerId };
}
