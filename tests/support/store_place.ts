/**
 * Places for a store in tests: memory, and a file in a temporary folder. Each gives the database itself too, to look into it and to damage
 * what is stored.
 *
 * @module
 */

import { SimulatedClock } from "../../lib/clock/mod.ts";
import { openDenoKv } from "../../lib/store/deno_kv.ts";
import type { KvBackend, KvEntry, KvKey } from "../../lib/store/kv_backend.ts";
import { MemoryKv, openStore, type OpenStoreOptions, type Store } from "../../lib/store/mod.ts";

/** A place that keeps what is stored while stores are opened and closed. */
export interface StorePlace {
  readonly name: string;
  readonly clock: SimulatedClock;
  open(more?: Partial<OpenStoreOptions>): Promise<Store>;
  /** Gives the database itself. */
  inside<T>(work: (kv: KvBackend) => Promise<T>): Promise<T>;
}

/** Account of stores that say no other. */
export const ACCOUNT = "paper";

/** When the time of each place starts. */
export const START = "2027-01-15T08:00:00Z";

/** A way to make places, and to remove them afterwards. */
export type InPlace = (work: (place: StorePlace) => Promise<void>) => Promise<void>;

/** Gives a place in memory. */
export async function inMemory(work: (place: StorePlace) => Promise<void>): Promise<void> {
  const kv = new MemoryKv();
  await work(placeOf("memory", () => kv, (use) => use(kv)));
}

/** Gives a file in a folder of its own. */
export async function inFile(work: (place: StorePlace) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-store-" }), path = `${folder}/a.kv`;
  try {
    await work(placeOf("file", () => path, async (use) => {
      const kv = await openDenoKv(path, { clock: new SimulatedClock(START) });
      try {
        return await use(kv);
      } finally {
        kv.close();
      }
    }));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** All that is stored. */
export async function entriesOf(kv: KvBackend, prefix: KvKey = []): Promise<KvEntry[]> {
  const entries: KvEntry[] = [];
  for await (const entry of kv.list({ prefix })) entries.push(entry);
  return entries;
}

/** Flips one bit of a stored value. */
export async function flipBit(kv: KvBackend, key: KvKey, at: number, bit = 0): Promise<void> {
  const { value } = (await kv.get(key))!, damaged = value.slice();
  damaged[at < 0 ? damaged.length + at : at]! ^= 1 << bit;
  await kv.commit({ sets: [{ key, value: damaged }] });
}

/** A payload that is different for every number. */
export function payloadOf(number: number, length = 8): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(length);
  for (let i = 0; i < length; i++) payload[i] = payloadByte(number, i);
  return payload;
}

/** One byte of that payload. */
export function payloadByte(number: number, at: number): number {
  return (number * 31 + at * 7 + (at >>> 8)) & 255;
}

function placeOf(
  name: string,
  at: () => string | KvBackend,
  inside: StorePlace["inside"],
): StorePlace {
  const clock = new SimulatedClock(START);
  return {
    name,
    clock,
    open: (more) => openStore({ at: at(), account: ACCOUNT, clock, ...more }),
    inside,
  };
}
