import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  type BacktestOptions,
  checkLookahead,
  firstDifference,
  runTraced,
  type TracedRun,
} from "../../lib/backtest/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { StrategyFailure } from "../../lib/sandbox/mod.ts";
import { inFolder, write } from "../data/folder.ts";

/** A strategy that acts once a month, as its text says. */
function monthly(name: string, act: string, before = ""): string {
  return `import { defineStrategy, type Handlers } from "sandbar/strategy";
${before}
export default defineStrategy({
  name: "${name}",
  setup(): Handlers {
    let bars = 0;
    return {
      onBar(bar, trade): void {
        bars++;
        ${act}
      },
    };
  },
});
`;
}

function options(folder: string, file: string, text: string): BacktestOptions {
  return {
    strategy: write(folder, file, text),
    shownAs: file,
    report: false,
    from: "2009-01-02",
    to: "2009-12-31",
  };
}

async function runOf(folder: string, file: string, act: string): Promise<TracedRun> {
  return await runTraced(options(folder, file, monthly(file.replace(".ts", ""), act)));
}

Deno.test("look-ahead: a strategy that follows the bars is marked as checked, with the same result (SBX-27)", async () => {
  await inFolder(async (folder) => {
    const asked = options(
      folder,
      "honest.ts",
      monthly("honest", "if (bars % 20 === 0) trade.target(bar.symbol, bars);"),
    );
    const first = await runTraced(asked), checked = await checkLookahead(asked, first);
    assertEquals([first.result.json.lookaheadChecked, checked.json.lookaheadChecked], [
      false,
      true,
    ]);
    assertEquals(checked.json.hashes, first.result.json.hashes);
    assertEquals(checked.tables, first.result.tables);
  });
});

Deno.test("look-ahead: a run that decides otherwise is refused, with the first decision that differs (SBX-27)", async () => {
  await inFolder(async (folder) => {
    // No honest strategy differs between the two runs, so the second one gets another parameter.
    const text = monthly("other", "if (bars % params.every === 0) trade.target(bar.symbol, bars);")
      .replace("type Handlers", "type Handlers, param")
      .replace(
        "setup()",
        "params: { every: param.int(20, { min: 1, max: 99 }) },\n  setup({ params })",
      );
    const asked = options(folder, "other.ts", text), first = await runTraced(asked);
    const error = await assertRejects(
      () => checkLookahead({ ...asked, params: { every: 19 } }, first),
      StrategyFailure,
    ) as StrategyFailure;
    assertEquals(error.kind, "lookahead");
    assertEquals(
      error.message,
      "the strategy decides otherwise when the future is kept out of its process: order 1, on 2009-01-29, was " +
        '"target 20 GOOG market day" of 2009-01-30T21:00:00Z and became "target 19 GOOG market day" of ' +
        "2009-01-29T21:00:00Z; a decision must follow from the bars, its parameters and the run's own chance only",
    );
  });
});

Deno.test("look-ahead: a failure of the second run says in which run it was", async () => {
  await inFolder(async (folder) => {
    const text = monthly("late", 'if (bars === params.bar) throw new Error("enough");')
      .replace("type Handlers", "type Handlers, param")
      .replace(
        "setup()",
        "params: { bar: param.int(999, { min: 1, max: 999 }) },\n  setup({ params })",
      );
    const asked = options(folder, "late.ts", text), first = await runTraced(asked);
    const error = await assertRejects(
      () => checkLookahead({ ...asked, params: { bar: 3 } }, first),
      StrategyFailure,
    ) as StrategyFailure;
    assertEquals(error.kind, "throw");
    assertStringIncludes(
      error.message,
      "with the future kept out of its process, the strategy failed in bar 3 (",
    );
  });
});

Deno.test("look-ahead: the first difference of two runs is named with number, time and both sides", async (t) => {
  await inFolder(async (folder) => {
    const every = (what: string): string => `if (bars === 20) trade.buy(bar.symbol, 5); ${what}`;
    const base = await runOf(
      folder,
      "base.ts",
      every("if (bars === 40) trade.sell(bar.symbol, 5);"),
    );
    const rows: readonly (readonly [
      name: string,
      act: string,
      number: number,
      time: string,
      second: string | undefined,
    ])[] = [
      [
        "another quantity",
        every("if (bars === 40) trade.sell(bar.symbol, 4);"),
        2,
        "2009-03-02",
        '"sell 4 GOOG market day"',
      ],
      [
        "another bar",
        every("if (bars === 39) trade.sell(bar.symbol, 5);"),
        2,
        "2009-02-27",
        '"sell 5 GOOG market day"',
      ],
      [
        "another side",
        every("if (bars === 40) trade.buy(bar.symbol, 5);"),
        2,
        "2009-03-02",
        '"buy 5 GOOG market day"',
      ],
      [
        "another type",
        every(
          'if (bars === 40) trade.sell(bar.symbol, 5, { limitPrice: 500, timeInForce: "gtc" });',
        ),
        2,
        "2009-03-02",
        '"sell 5 GOOG limit 500.00 gtc"',
      ],
      [
        "a target",
        every("if (bars === 40) trade.target(bar.symbol, 0);"),
        2,
        "2009-03-02",
        '"target 0 GOOG market day"',
      ],
      [
        "a weight",
        every("if (bars === 40) trade.targetWeight(bar.symbol, 0.5);"),
        2,
        "2009-03-02",
        '"target 0.5 of equity GOOG market day"',
      ],
      ["one order less", every(""), 2, "2009-03-02", undefined],
    ];
    for (const [name, act, number, time, second] of rows) {
      await t.step(name, async () => {
        const other = await runOf(folder, `${name.replaceAll(" ", "_")}.ts`, act);
        const found = firstDifference(base.trace, other.trace)!;
        assertEquals(found.number, number);
        assertEquals(new Date(found.timeUs / 1000).toISOString().slice(0, 10), time);
        assertStringIncludes(found.first!, '"sell 5 GOOG market day" of 2009-03-02T21:00:00Z');
        if (second === undefined) assertEquals(found.second, undefined);
        else assertStringIncludes(found.second!, second);
        assertEquals(firstDifference(base.trace, base.trace), undefined);
      });
    }
    await t.step("a cancel", async () => {
      const rest =
        'if (bars === 20) trade.buy(bar.symbol, 5, { limitPrice: 1, timeInForce: "gtc" });';
      const kept = await runOf(folder, "kept.ts", rest);
      const gone = await runOf(
        folder,
        "gone.ts",
        `${rest} if (bars === 30) for (const { id } of trade.orders) trade.cancel(id);`,
      );
      const found = firstDifference(kept.trace, gone.trace)!;
      assertStringIncludes(found.first!, ", expired ");
      assertStringIncludes(found.second!, ", cancelled 2009-");
    });
  });
});

Deno.test("look-ahead: a strategy that was changed between the runs is not blamed", async () => {
  await inFolder(async (folder) => {
    const asked = options(folder, "idea.ts", monthly("idea", "trade.target(bar.symbol, 1);"));
    const first = await runTraced(asked);
    write(folder, "idea.ts", monthly("idea", "trade.target(bar.symbol, 2);"));
    await assertRejects(
      () => checkLookahead(asked, first),
      SandbarError,
      "changed between the two runs",
    );
  });
});
