import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import { writeAtomically } from "../../lib/data/atomic_file.ts";
import { catalogPath, loadStored, readManifest } from "../../lib/data/catalog.ts";
import {
  checkCatalog,
  fileNameOf,
  importBars,
  type ImportOptions,
  listCatalog,
  normalSymbol,
  VERSION,
} from "../../lib/data/mod.ts";
import { GOOD, HEADER, inFolder, namesBelow, write } from "./folder.ts";

function goodFile(folder: string, more: Partial<ImportOptions> = {}): ImportOptions {
  return {
    file: write(folder, "source.csv", GOOD),
    symbol: "A",
    period: "1d",
    dataDir: `${folder}/data`,
    ...more,
  };
}

Deno.test("catalog: a series comes back bit for bit, with its manifest (DAT-16)", () =>
  inFolder(async (folder) => {
    const { manifest, path, notes } = await importBars(goodFile(folder));
    const series = loadStored(path);
    assertEquals([...series.columns.time].slice(0, 2), [1704205800e6, 1704292200e6]);
    assertEquals([...series.columns.closeTime].slice(0, 2), [1704229200e6, 1704315600e6]);
    assertEquals([...series.columns.open], [10, 10.5, 11.25, 11, 10.75]);
    assertEquals([...series.columns.high], [11, 12, 11.5, 11, 13]);
    assertEquals([...series.columns.low], [9, 10, 11, 10, 10.5]);
    assertEquals([...series.columns.close], [10.5, 11.25, 11, 10.75, 12.125]);
    assertEquals([...series.columns.volume], [100, 200, 300, 400, 500]);
    assertEquals([series.tickScale, series.sha256, notes], [1000, manifest.dataSha256, []]);
    assertEquals(readManifest(path), {
      schema: 1,
      symbol: "A",
      period: "1d",
      calendar: "XNYS",
      source: "source.csv",
      sourceSha256: manifest.sourceSha256,
      timezone: "in the file",
      adjusted: "unknown",
      synthetic: false,
      accepted: {},
      leftOut: 0,
      actions: [],
      writtenBy: VERSION,
      rows: 5,
      first: "2024-01-02T14:30:00Z",
      last: "2024-01-08T21:00:00Z",
      dataSha256: manifest.dataSha256,
    });
  }));

Deno.test("catalog: equal input gives equal bytes, one changed number does not (DAT-16)", () =>
  inFolder(async (folder) => {
    const first = await importBars(goodFile(folder));
    const bytes = Deno.readFileSync(first.path);
    const again = await importBars(goodFile(folder, { dataDir: `${folder}/other` }));
    assertEquals(Deno.readFileSync(again.path), bytes);
    const file = write(folder, "changed.csv", GOOD.replace("12.125", "12.126"));
    const changed = await importBars(goodFile(folder, { file, dataDir: `${folder}/third` }));
    assertNotEquals(changed.manifest.dataSha256, first.manifest.dataSha256);
  }));

Deno.test("catalog: the actions file is stored with the series and checked (DAT-21)", () =>
  inFolder(async (folder) => {
    const actionsFile = write(
      folder,
      "actions.csv",
      "symbol,ex_date,type,value\na,2024-01-04,split,3:2\nA,2024-01-05,dividend,0.25\nB,2024-01-05,split,2:1\n",
    );
    const { manifest, path } = await importBars(goodFile(folder, { actionsFile }));
    const split = { kind: "split", symbol: "A", exDay: 19726, numerator: 3, denominator: 2 };
    const dividend = { kind: "dividend", symbol: "A", exDay: 19727, amountMicros: 250_000 };
    assertEquals(manifest.actions, [split, dividend] as typeof manifest.actions);
    assertEquals(readManifest(path).actions, manifest.actions);
    assertEquals(manifest.adjusted, "none");

    const holiday = write(folder, "b.csv", "symbol,ex_date,type,value\nA,2024-01-06,split,2:1\n");
    await assertRejects(
      () => importBars(goodFile(folder, { actionsFile: holiday, replace: true })),
      SandbarError,
      "2024-01-06, the ex-date of a split of A, is no session of XNYS",
    );
    const other = write(folder, "c.csv", "symbol,ex_date,type,value\nB,2024-01-04,split,2:1\n");
    await assertRejects(
      () => importBars(goodFile(folder, { actionsFile: other, replace: true })),
      SandbarError,
      "has none of A",
    );
    assertEquals(readManifest(path).actions, manifest.actions);
  }));

Deno.test("catalog: a stored series is never overwritten without --replace (DAT-16)", () =>
  inFolder(async (folder) => {
    const { path } = await importBars(goodFile(folder)), bytes = Deno.readFileSync(path);
    const file = write(folder, "new.csv", GOOD.replace("12.125", "12.5"));
    const error = await assertRejects(() => importBars(goodFile(folder, { file })), SandbarError);
    assertEquals([error.code, error.message.includes("--replace")], ["usage", true]);
    assertEquals(Deno.readFileSync(path), bytes);
    await importBars(goodFile(folder, { file, replace: true }));
    assertEquals(loadStored(path).columns.close[4], 12.5);
  }));

Deno.test("catalog: a failed replacement leaves the old series as it was (DAT-16)", () =>
  inFolder(async (folder) => {
    const { path } = await importBars(goodFile(folder)), bytes = Deno.readFileSync(path);
    const file = write(folder, "bad.csv", GOOD.replace("12.125", "nonsense"));
    await assertRejects(() => importBars(goodFile(folder, { file, replace: true })), SandbarError);
    const stop = AbortSignal.abort(new SandbarError("interrupted", "interrupted"));
    const interrupted = await assertRejects(
      () => importBars(goodFile(folder, { replace: true, signal: stop })),
      SandbarError,
    );
    assertEquals(interrupted.code, "interrupted");
    assertEquals(Deno.readFileSync(path), bytes);
    assertEquals(namesBelow(`${folder}/data`), ["A/1d.arrow"]);
  }));

Deno.test("catalog: an import stopped while it reads stores nothing (DAT-16)", () =>
  inFolder(async (folder) => {
    const rows = "2024-01-02,10,11,9,10.5,100\n".repeat(400_000);
    const file = write(folder, "long.csv", HEADER + rows);
    const stop = new AbortController(), seen: number[] = [];
    const error = await assertRejects(() =>
      importBars(goodFile(folder, {
        file,
        signal: stop.signal,
        onProgress: (fraction) => {
          seen.push(fraction);
          stop.abort(new SandbarError("interrupted", "interrupted"));
        },
      })), SandbarError);
    assertEquals([error.code, seen.length], ["interrupted", 1]);
    assertEquals(namesBelow(folder), ["long.csv", "source.csv"]);
  }));

Deno.test("catalog: what cannot be written leaves nothing behind (DAT-16)", () =>
  inFolder(async (folder) => {
    // Below a regular file no folder can be made, whoever asks.
    write(folder, "occupied", "a file");
    const error = await assertRejects(
      () => importBars(goodFile(folder, { dataDir: `${folder}/occupied` })),
      SandbarError,
      "Cannot write A 1d",
    );
    assertEquals(error.code, "data_load");
    assertEquals(namesBelow(folder), ["occupied", "source.csv"]);
  }));

Deno.test("atomic file: a writer stopped between chunks leaves the old file and no other", () =>
  inFolder((folder) => {
    const path = write(folder, "a.arrow", "old"), bytes = new Uint8Array(9 * 1024 * 1024);
    const seen: number[] = [];
    assertThrows(
      () =>
        writeAtomically(path, bytes, {
          replace: true,
          shown: "a",
          onProgress: (written) => {
            seen.push(written);
            if (seen.length === 2) throw new SandbarError("interrupted", "interrupted");
          },
        }),
      SandbarError,
      "interrupted",
    );
    assertEquals(seen.length, 2);
    assertEquals([Deno.readTextFileSync(path), namesBelow(folder)], ["old", ["a.arrow"]]);
  }));

Deno.test("atomic file: what a killed writer left is passed over, then removed", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/data/A`, { recursive: true });
    write(`${folder}/data/A`, ".1d.arrow.4711.tmp", "half a series");
    assertEquals(listCatalog(`${folder}/data`), []);
    await importBars(goodFile(folder));
    assertEquals(namesBelow(`${folder}/data`), ["A/1d.arrow"]);
  }));

Deno.test("atomic file: a file that appears meanwhile is not overwritten", () =>
  inFolder((folder) => {
    const path = `${folder}/a.arrow`;
    const error = assertThrows(
      () =>
        writeAtomically(path, new Uint8Array(1), {
          replace: false,
          shown: "a",
          onProgress: () => Deno.writeTextFileSync(path, "another's"),
        }),
      SandbarError,
      "is there already",
    );
    assertEquals([error.code, Deno.readTextFileSync(path)], ["usage", "another's"]);
    assertEquals(namesBelow(folder), ["a.arrow"]);
  }));

Deno.test("catalog: a damaged file is named by list and check, and never loaded", () =>
  inFolder(async (folder) => {
    const { path, manifest } = await importBars(goodFile(folder)), good = Deno.readFileSync(path);
    const text = new TextDecoder("latin1").decode(good);
    const lastClose = new TextDecoder("latin1").decode(new Float64Array([12.125]).buffer);
    const damages: Record<string, () => Uint8Array> = {
      "one bit of a price": () => flipped(good, text.indexOf(lastClose)),
      "one letter of the manifest": () => flipped(good, text.indexOf(manifest.sourceSha256)),
      "cut in the middle": () => good.slice(0, good.length / 2),
      "cut in the schema": () => good.slice(0, 100),
      "emptied": () => new Uint8Array(0),
      "overwritten with text": () => new TextEncoder().encode(GOOD),
    };
    for (const [name, damage] of Object.entries(damages)) {
      Deno.writeFileSync(path, damage());
      const error = assertThrows(() => loadStored(path), SandbarError, path);
      assertEquals([name, error.code], [name, "data_invalid"]);
      const [check] = checkCatalog(`${folder}/data`);
      assertEquals([name, check?.problems.length], [name, 1]);
    }
    Deno.writeFileSync(path, good);
    assertEquals(checkCatalog(`${folder}/data`)[0]?.problems, []);
  }));

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = copy[at]! ^ 1;
  return copy;
}

Deno.test("catalog: list is sorted and reads manifests only", () =>
  inFolder(async (folder) => {
    for (const symbol of ["MSFT", "BRK.B", "AAPL"]) await importBars(goodFile(folder, { symbol }));
    assertEquals(
      listCatalog(`${folder}/data`).map(({ manifest }) => manifest?.symbol),
      ["AAPL", "BRK.B", "MSFT"],
    );
    assertEquals(listCatalog(`${folder}/nowhere`), []);
  }));

Deno.test("symbols: each has one file name that every system can hold", () => {
  const names: [symbol: string, name: string][] = [
    ["AAPL", "AAPL"],
    ["BRK.B", "BRK.B"],
    ["BTC/USD", "BTC%2FUSD"],
    ["^GSPC", "%5EGSPC"],
    ["EURUSD=X", "EURUSD%3DX"],
    ["NYSE:IBM", "NYSE%3AIBM"],
    ["CON", "%43ON"],
    ["NUL.L", "%4EUL.L"],
    ["CONE", "CONE"],
    ["A.", "A%2E"],
  ];
  for (const [symbol, name] of names) assertEquals(fileNameOf(normalSymbol(symbol)), name);
  assertEquals(normalSymbol(" brk.b "), "BRK.B");
  assertEquals(catalogPath("data", "BTC/USD", "1m"), "data/BTC%2FUSD/1m.arrow");
  for (const bad of ["", "../../etc", ".A", "A B", "A\0", "A%2F", "Ä", "A".repeat(33)]) {
    assertEquals(assertThrows(() => normalSymbol(bad), SandbarError).code, "usage");
  }
});

Deno.test("version: manifests carry the version of the project", () => {
  const project = JSON.parse(Deno.readTextFileSync("deno.json")) as { version: string };
  assertEquals(VERSION, project.version);
});
