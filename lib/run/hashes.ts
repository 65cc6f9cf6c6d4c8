/**
 * The SHA-256 hashes of a result. Each says over which bytes it is taken, so that anybody can take it again.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Engine } from "../engine/mod.ts";
import type { Bars } from "../market/mod.ts";

/** SHA-256 of a UTF-8 text, lower-case hex. */
export function sha256Text(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * SHA-256 of a series as used: over the seven SHA-256 digests of its columns (time, closeTime, open, high, low, close, volume; 64-bit
 * floats, little-endian), so that the columns can be hashed beside the run.
 */
export async function sha256Bars(bars: Bars): Promise<string> {
  const { length } = bars;
  const columns = [
    bars.time,
    bars.closeTime,
    bars.open,
    bars.high,
    bars.low,
    bars.close,
    bars.volume,
  ];
  const digests = await Promise.all(
    columns.map((column) =>
      crypto.subtle.digest("SHA-256", column.subarray(0, length) as Float64Array<ArrayBuffer>)
    ),
  );
  const hash = createHash("sha256");
  for (const digest of digests) hash.update(new Uint8Array(digest));
  return hash.digest("hex");
}

/**
 * SHA-256 of the books: the symbols as JSON, then of each order series, sizing, type, time in force, state, reason, created and ended
 * time, quantity, limit and stop price, then of each fill order, time, quantity, price, commission, fee and slippage, then the final
 * cash; integers as 64-bit floats, little-endian, -1 for an order that has not ended. Client ids, account and wall time are not in it.
 */
export function sha256Ledger(engine: Engine): string {
  const { orders, fills, ledger } = engine, hash = createHash("sha256");
  hash.update(JSON.stringify(engine.series.map((bars) => bars.symbol)));
  const rows = new Float64Array(orders.length * 11 + fills.length * 7 + 1);
  let at = 0;
  for (let i = 0; i < orders.length; i++) {
    const ended = orders.endedUs[i]!;
    rows[at++] = orders.series[i]!;
    rows[at++] = orders.sizing[i]!;
    rows[at++] = orders.type[i]!;
    rows[at++] = orders.timeInForce[i]!;
    rows[at++] = orders.state[i]!;
    rows[at++] = orders.reason[i]!;
    rows[at++] = orders.createdUs[i]!;
    rows[at++] = ended === ended ? ended : -1;
    rows[at++] = orders.quantity[i]!;
    rows[at++] = orders.limit[i]!;
    rows[at++] = orders.stop[i]!;
  }
  for (let i = 0; i < fills.length; i++) {
    rows[at++] = fills.order[i]!;
    rows[at++] = fills.timeUs[i]!;
    rows[at++] = fills.quantity[i]!;
    rows[at++] = fills.price[i]!;
    rows[at++] = fills.commission[i]!;
    rows[at++] = fills.fee[i]!;
    rows[at++] = fills.slippage[i]!;
  }
  rows[at] = ledger.cash;
  return hash.update(new Uint8Array(rows.buffer)).digest("hex");
}
