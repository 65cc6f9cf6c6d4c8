/**
 * A run on one CSV file takes the symbol from its name, and never lets it stand for two.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { withSymbolOfFile } from "../../lib/backtest/single_file.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { GOOD, inFolder, write } from "../data/folder.ts";

Deno.test("single file: its name is the symbol when none is asked for", () =>
  inFolder((folder) => {
    for (const [name, symbol] of [["aapl.csv", "AAPL"], ["BRK.B_1h.csv", "BRK.B"]] as const) {
      assertEquals(withSymbolOfFile({}, write(folder, name, GOOD)), { symbols: [symbol] });
    }
    const asked = { symbols: ["MINE"], benchmark: "mine" };
    assertEquals(withSymbolOfFile(asked, write(folder, "bars.csv", GOOD)), asked);
  }));

Deno.test("single file: a folder and the bundled data leave the options as they are", () =>
  inFolder((folder) => {
    const asked = { symbols: ["A", "B"] };
    assertEquals(withSymbolOfFile(asked, folder), asked);
    assertEquals(withSymbolOfFile(asked, undefined), asked);
    assertEquals(withSymbolOfFile(asked, `${folder}/nothing`), asked);
  }));

Deno.test("single file: two symbols, another benchmark or a name that is no symbol are refused", () =>
  inFolder((folder) => {
    const file = write(folder, "bars.csv", GOOD), odd = write(folder, "my bars.csv", GOOD);
    const refused = (options: Record<string, unknown>, path: string): string => {
      const error = assertThrows(() => withSymbolOfFile(options, path), SandbarError);
      assertEquals(error.code, "usage");
      return error.message.replaceAll(folder, "");
    };
    assertEquals(
      refused({ symbols: ["A", "B"] }, file),
      "--data: /bars.csv is one file, the bars of one symbol, but A and B are asked for; put one file a symbol into a folder (A.csv, B.csv) and give the folder",
    );
    refused({ symbols: ["A"], benchmark: "SPY" }, file);
    assertEquals(
      refused({}, odd),
      "--data: the name of /my bars.csv is not that of a symbol; say whose bars it holds with --symbols",
    );
  }));
