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
  const numbers = new Float64Array(18 * 4096);
  let count = 0;
  // In pieces: a run of millions of orders would need as much again for its hash as for its books.
  const flush = (room: number): void => {
    if (count + room <= numbers.length) return;
    hash.update(new Uint8Array(numbers.buffer, 0, count * 8));
    count = 0;
  };
  for (let i = 0; i < orders.length; i++) {
    flush(11);
    const ended = orders.endedUs[i]!;
    numbers[count++] = orders.series[i]!;
    numbers[count++] = orders.sizing[i]!;
    numbers[count++] = orders.type[i]!;
    numbers[count++] = orders.timeInForce[i]!;
    numbers[count++] = orders.state[i]!;
    numbers[count++] = orders.reason[i]!;
    numbers[count++] = orders.createdUs[i]!;
    numbers[count++] = ended === ended ? ended : -1;
    numbers[count++] = orders.quantity[i]!;
    numbers[count++] = orders.limit[i]!;
    numbers[count++] = orders.stop[i]!;
  }
  for (let i = 0; i < fills.length; i++) {
    flush(7);
    numbers[count++] = fills.order[i]!;
    numbers[count++] = fills.timeUs[i]!;
    numbers[count++] = fills.quantity[i]!;
    numbers[count++] = fills.price[i]!;
    numbers[count++] = fills.commission[i]!;
    numbers[count++] = fills.fee[i]!;
    numbers[count++] = fills.slippage[i]!;
  }
  flush(numbers.length);
  numbers[count++] = ledger.cash;
  return hash.update(new Uint8Array(numbers.buffer, 0, count * 8)).digest("hex");
}
