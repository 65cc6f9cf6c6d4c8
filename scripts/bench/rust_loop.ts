/**
 * Builds and runs the reference loop in Rust, where cargo is there.
 *
 * @module
 */

import { join } from "@std/path";
import { benchColumns, PRICE_SCALE } from "./market.ts";
import type { LoopResult } from "./plain_loop.ts";
import { ended } from "./processes.ts";

/** What the loop took, nanoseconds a run, and what it gave. */
export interface RustOutcome extends LoopResult {
  readonly leastNs: number;
  readonly medianNs: number;
}

/** A built loop. */
export interface RustLoop {
  readonly version: string;
  readonly run: (bars: number, repeats: number) => Promise<RustOutcome>;
}

/** Builds the loop in a folder; a text says why there is none. */
export async function buildRustLoop(folder: string): Promise<RustLoop | string> {
  const crate = join(folder, "rust"), manifest = join(crate, "Cargo.toml");
  Deno.mkdirSync(crate);
  Deno.writeTextFileSync(
    manifest,
    `[package]
name = "bench_loop"
version = "0.0.0"
edition = "2021"

[[bin]]
name = "bench_loop"
path = ${JSON.stringify(join(import.meta.dirname!, "bench_loop.rs"))}

[profile.release]
opt-level = 3

[workspace]
`,
  );
  // `cargo run` keeps the permissions small: the built program starts as a child of cargo.
  const cargo = (args: readonly string[], rest: readonly string[] = []): Promise<string> =>
    ended("cargo", [...args, "--manifest-path", manifest, ...rest], {
      CARGO_TARGET_DIR: join(folder, "rust-target"),
    }).then(({ stdout }) => stdout);
  const flags = ["--release", "--quiet", "--offline"];
  let version: string;
  try {
    version = (await ended("cargo", ["--version"])).stdout.trim();
    await cargo(["build", ...flags]);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "no cargo on this machine";
    if (error instanceof Deno.errors.NotCapable) return "not allowed to run cargo";
    return error instanceof Error ? error.message : String(error);
  }
  return {
    version,
    async run(bars, repeats): Promise<RustOutcome> {
      const file = join(folder, `prices-${bars}.f64`);
      writePrices(file, bars);
      const text = await cargo(["run", ...flags], [
        "--",
        file,
        String(bars),
        String(PRICE_SCALE),
        String(repeats),
      ]);
      Deno.removeSync(file);
      const [leastNs, medianNs, finalEquity, fills, trades] = text.trim().split(" ").map(Number);
      return {
        leastNs: leastNs!,
        medianNs: medianNs!,
        finalEquity: finalEquity!,
        fills: fills!,
        trades: trades!,
      };
    },
  };
}

function writePrices(path: string, bars: number): void {
  const { open, close } = benchColumns(bars);
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (const column of [open, close]) {
    const bytes = new Uint8Array(column.buffer as ArrayBuffer);
    for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
  }
}
