/**
 * How long a commit takes on a disk, and how much room there is: measured with commits as a journal makes them, in a folder that is removed
 * again.
 *
 * @module
 */

import { statfsSync } from "node:fs";
import type { Clock } from "../protocols/mod.ts";
import { openDenoKv } from "./deno_kv.ts";
import { ioError } from "./errors.ts";

/** What was measured. */
export interface DiskProbe {
  readonly folder: string;
  readonly commits: number;
  /** Of one commit, microseconds. */
  readonly medianUs: number;
  readonly mostUs: number;
  /** Bytes that this user may still write. */
  readonly freeBytes: number;
}

/** Enough for a median, and done within a second on a slow disk. */
const COMMITS = 21, BYTES = 4096;

/**
 * Probes the disk of a folder, which must be there.
 *
 * @throws {SandbarError} `persistence_io`.
 */
export async function probeDisk(folder: string, clock: Clock): Promise<DiskProbe> {
  let place: string | undefined;
  try {
    place = Deno.makeTempDirSync({ dir: folder, prefix: ".sandbar-probe-" });
    const kv = await openDenoKv(`${place}/probe.kv`, { clock }), took: number[] = [];
    try {
      const value = new Uint8Array(BYTES);
      // The first one makes the file's tables.
      for (let i = -1; i < COMMITS; i++) {
        const startUs = clock.monotonicUs();
        await kv.commit({ sets: [{ key: ["probe", i], value }] });
        if (i >= 0) took.push(clock.monotonicUs() - startUs);
      }
    } finally {
      kv.close();
    }
    took.sort((a, b) => a - b);
    const { bavail, bsize } = statfsSync(folder);
    return {
      folder,
      commits: COMMITS,
      medianUs: took[(COMMITS - 1) / 2]!,
      mostUs: took[COMMITS - 1]!,
      freeBytes: bavail * bsize,
    };
  } catch (cause) {
    throw ioError("write to the folder", folder, cause);
  } finally {
    if (place !== undefined) Deno.removeSync(place, { recursive: true });
  }
}
