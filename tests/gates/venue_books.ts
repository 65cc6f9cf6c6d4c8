/**
 * The books of an account beside those of the exchange that it traded at.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Replayed } from "../../lib/live/mod.ts";
import type { ExchangeLedger } from "../../lib/vendors/paper/mod.ts";
import { assertSentOnce, type ExchangeProcess } from "../e2e/exchange_process.ts";
import { ok } from "./session_process.ts";

/**
 * Asserts that cash, equity and positions of the account's journal are those of the exchange, to the micro-unit, and that no order went out
 * twice. Returns the exchange's ledger.
 */
export async function assertVenueBooks(
  folder: string,
  exchange: ExchangeProcess,
): Promise<ExchangeLedger> {
  const { state, equal } = JSON.parse(await ok(folder, "replay", "--json")) as Replayed;
  const ledger = await exchange.ledger();
  assert(equal, "a snapshot differs from its journal");
  assertEquals([micros(state.cash), micros(state.equity)], [
    micros(ledger.cash),
    micros(ledger.equity),
  ]);
  assertEquals(
    state.positions.map(({ symbol, quantity }) => [symbol, Number(quantity)]),
    ledger.positions.map(({ symbol, quantity }) => [symbol, Number(quantity)]),
  );
  assertEquals(
    state.books.reduce((sum, { fills }) => sum + fills, 0),
    ledger.executions.length,
  );
  assertSentOnce(ledger);
  return ledger;
}

/** Returns decimal text of money in micro-units. */
export function micros(text: string): number {
  return Math.round(Number(text) * 1e6);
}
