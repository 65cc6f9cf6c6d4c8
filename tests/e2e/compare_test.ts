import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Comparison } from "../../lib/backtest/mod.ts";
import { inFolder, write } from "../data/folder.ts";
import { assertRefused, run, SMA } from "./command.ts";

Deno.test("e2e compare: two results side by side, as text and as JSON (BT-23)", async (t) => {
  await inFolder(async (folder) => {
    const make = (out: string, ...args: string[]) =>
      run(folder, "backtest", SMA, "--quiet", "--out", out, ...args);
    const made = await Promise.all([
      make("a"),
      make("b"),
      make("c", "--set", "slow=40"),
      make("d", "--symbols", "GOOG,IBM", "--cash", "50000"),
    ]);
    assertEquals(made.map(({ code }) => code), [0, 0, 0, 0]);
    const json = async (first: string, second: string): Promise<Comparison> => {
      const ran = await run(folder, "compare", first, second, "--json");
      assertEquals([ran.code, ran.stderr], [0, ""]);
      return JSON.parse(ran.stdout);
    };

    await t.step("the same run twice", async () => {
      const same = await json("a", "b/result.json");
      assertEquals([same.equal, same.trades.equal, same.trades.firstDifference], [
        true,
        true,
        null,
      ]);
      for (
        const part of [
          "hashes",
          "params",
          "data",
          "settings",
          "account",
          "metrics",
          "costs",
          "counts",
        ] as const
      ) {
        assertEquals(same[part].every(({ equal }) => equal), true, part);
      }
      const text = (await run(folder, "compare", "a", "b")).stdout;
      assertStringIncludes(text, "The results are the same: equal hashes.");
      assertStringIncludes(text, "Trades: the same, every one");
    });

    await t.step(
      "another parameter: the difference and the first trade that is not the same",
      async () => {
        const other = await json("a", "c");
        assertEquals([other.equal, other.trades.equal], [false, false]);
        assertEquals(other.params.find(({ name }) => name === "slow"), {
          name: "slow",
          first: 30,
          second: 40,
          equal: false,
          difference: 10,
        });
        const equity = other.account.find(({ name }) => name === "finalEquity")!;
        const [first, second] = ["a", "c"].map((name) =>
          JSON.parse(Deno.readTextFileSync(`${folder}/${name}/result.json`)).account.finalEquity
        );
        assertEquals([equity.first, equity.second], [first, second]);
        assertEquals(
          Number(equity.difference).toFixed(6),
          (Number(second) - Number(first)).toFixed(6),
        );
        const { trade, first: one, second: two, columns } = other.trades.firstDifference!;
        const rows = ["a", "c"].map((name) =>
          Deno.readTextFileSync(`${folder}/${name}/trades.csv`).split("\n")
        );
        for (let row = 1; row < trade; row++) assertEquals(rows[0]![row], rows[1]![row]);
        assertEquals(Object.values(one!).join(","), rows[0]![trade]);
        assertEquals(Object.values(two!).join(","), rows[1]![trade]);
        assertEquals(columns.includes("quantity"), one!["quantity"] !== two!["quantity"]);
        const text = (await run(folder, "compare", "a", "c")).stdout;
        for (
          const words of [
            "The results differ.",
            "slow",
            "+10",
            `trade ${trade} is the first that differs, in `,
            "Final equity",
          ]
        ) {
          assertStringIncludes(text, words);
        }
        assertEquals(text.split("\n").every((line) => line.length <= 160), true);
      },
    );

    await t.step("another symbol and more cash", async () => {
      const other = await json("a", "d");
      assertEquals(other.data.filter(({ equal }) => !equal), [
        { name: "IBM", first: null, second: "there", equal: false },
      ]);
      const cash = other.account.find(({ name }) => name === "initialCash")!;
      assertEquals(cash.difference, "-50000.00");
    });

    await t.step("what --json printed, without trades.csv", async () => {
      const printed = await run(folder, "backtest", SMA, "--json", "--quiet", "--no-report");
      Deno.mkdirSync(`${folder}/loose`);
      write(folder, "loose/printed.json", printed.stdout);
      const same = await json("a", "loose/printed.json");
      assertEquals([same.equal, same.trades.equal, same.trades.note], [
        true,
        null,
        "no trades.csv beside loose/printed.json",
      ]);
      assertEquals(same.orders.note, "no orders.csv beside loose/printed.json");
    });

    await t.step("what cannot be compared", async () => {
      const failed = await run(folder, "backtest", "none.ts", "--json", "--no-report");
      write(folder, "failed.json", failed.stdout);
      write(folder, "text.json", "hello");
      write(folder, "list.json", "[]");
      write(folder, "newer.json", JSON.stringify({ schema: 2 }));
      const rows: readonly (readonly [args: readonly string[], code: number, words: string])[] = [
        [
          ["a", "nowhere"],
          3,
          "there is no nowhere; give the folder that a run wrote, or its result.json",
        ],
        [["loose", "a"], 3, "Cannot read loose/result.json: there is no such file"],
        [["a", "text.json"], 3, "Cannot read text.json: it is not JSON"],
        [["a", "list.json"], 3, "Cannot read list.json: it is not a result"],
        [
          ["newer.json", "a"],
          3,
          "it has schema 2, and this version reads up to 1; use a newer Sandbar",
        ],
        [["failed.json", "a"], 3, "that run has no result: Cannot load strategy none.ts"],
        [["a"], 2, "Missing required argument 'second'"],
        [["a", "b", "c"], 2, "Too many arguments"],
        [["a", "b", "--jsn"], 2, "Did you mean --json?"],
      ];
      for (const [args, code, words] of rows) {
        const ran = await run(folder, "compare", ...args);
        assertRefused(ran, code, words);
        assertEquals(ran.stdout, "");
      }
    });
  });
});
