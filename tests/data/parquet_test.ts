import { assertEquals, assertRejects } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import { importBars, loadSeries } from "../../lib/data/mod.ts";
import { GOOD, inFolder, write } from "./folder.ts";

// The rows of GOOD, written with hyparquet-writer 0.17.0: times as timestamps, as text, as milliseconds since 1970.
const FILES = ["timestamps", "text", "epoch"].map((name) => `tests/data/parquet/${name}.parquet`);

Deno.test("parquet: the columns are those of the same rows in CSV, to the bit (DAT-16)", () =>
  inFolder(async (dataDir) => {
    const options = { period: "1d", dataDir };
    const csv = await importBars({ ...options, file: write(dataDir, "a.csv", GOOD), symbol: "C" });
    for (const [i, file] of FILES.entries()) {
      const { manifest } = await importBars({ ...options, file, symbol: `P${i}` });
      assertEquals([file, manifest.dataSha256], [file, csv.manifest.dataSha256]);
    }
    const { series } = loadSeries({ symbol: "P0", period: "1d", adjust: "split", dataDir });
    assertEquals([...series.columns.close], [10.5, 11.25, 11, 10.75, 12.125]);
  }));

Deno.test("parquet: what is no Parquet file of bars is refused with the reason (DAT-17)", () =>
  inFolder(async (folder) => {
    const good = Deno.readFileSync(FILES[0]!);
    const damaged = good.slice();
    damaged.fill(0xff, 10, 60);
    const files: [content: Uint8Array, message: string][] = [
      [new TextEncoder().encode(GOOD), "is no Parquet file that can be read"],
      [new Uint8Array(0), "is no Parquet file that can be read"],
      [good.slice(0, 500), "is no Parquet file that can be read"],
      [damaged, "Cannot read bars: a.parquet"],
    ];
    for (const [content, message] of files) {
      const file = write(folder, "a.parquet", content);
      const error = await assertRejects(
        () => importBars({ file, shown: "a.parquet", symbol: "A", period: "1d", dataDir: folder }),
        SandbarError,
        message,
      );
      assertEquals(error.code, "data_invalid");
    }
    const missing = await assertRejects(
      () => importBars({ file: "no.parquet", symbol: "A", period: "1d", dataDir: folder }),
      SandbarError,
      "there is no file no.parquet",
    );
    assertEquals(missing.code, "data_missing");
  }));
