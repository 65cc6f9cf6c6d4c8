// The report in a real browser, opened from a file: drawn without a complaint, without the network, and usable. BT-15, BT-22.
//
// Permissions: --allow-read --allow-write for the page and the browser's profile in the folder for temporary files,
// --allow-run=chromium, --allow-net=127.0.0.1 for the browser's DevTools. Without chromium the tests are ignored and say why.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { toFileUrl } from "@std/path";
import { renderReport } from "../../lib/backtest/report/mod.ts";
import type { BacktestResult } from "../../lib/backtest/result.ts";
import { browserMissing, type Page, withPage } from "../support/browser.ts";
import { sampleResult } from "../support/sample_result.ts";

const missing = browserMissing();

function browserTest(
  name: string,
  result: () => BacktestResult,
  use: (page: Page, result: BacktestResult) => Promise<void>,
): void {
  Deno.test({
    name: missing === undefined
      ? `report in a browser: ${name}`
      : `report in a browser: ${name} (ignored: ${missing})`,
    ignore: missing !== undefined,
    async fn(): Promise<void> {
      const file = await Deno.makeTempFile({ prefix: "sandbar_report_", suffix: ".html" }),
        made = result();
      await Deno.writeTextFile(file, renderReport(made));
      try {
        await withPage(async (page) => {
          await page.look({ width: 1240, height: 900 }, "light");
          await page.open(toFileUrl(file).href);
          await use(page, made);
          assertEquals(page.console, []);
          assertEquals(page.requests.filter((url) => url !== toFileUrl(file).href), []);
          assertEquals(await page.evaluate("document.documentElement.dataset.fault ?? null"), null);
          assertEquals(await page.evaluate("document.documentElement.dataset.ready"), "true");
        });
      } finally {
        await Deno.remove(file);
      }
    },
  });
}

/** Pixels of a canvas that are not transparent. */
const INK = (selector: string): string =>
  `(() => { const c = document.querySelector(${JSON.stringify(selector)} + " canvas");
    return c.getContext("2d").getImageData(0, 0, c.width, c.height).data.filter((v, i) => i % 4 === 3 && v > 0).length; })()`;

const cells = (column: string): string =>
  `(() => { const at = [...document.querySelectorAll("#trade-table thead th")].findIndex((h) => h.textContent === ${
    JSON.stringify(column)
  }); return [...document.querySelectorAll("#trade-table tbody tr")].map((r) => r.cells[at]?.textContent ?? ""); })()`;

const click = (selector: string): string =>
  `document.querySelector(${JSON.stringify(selector)}).click()`;

const heading = (column: string): string =>
  `[...document.querySelectorAll("#trade-table thead button")].find((b) => b.textContent === ${
    JSON.stringify(column)
  }).click()`;

const choose = (id: string, value: string): string =>
  `(() => { const s = document.getElementById(${JSON.stringify(id)}); s.value = ${
    JSON.stringify(value)
  }; s.dispatchEvent(new Event("change")); })()`;

browserTest(
  "charts, tables and title are drawn from a file",
  () => sampleResult(),
  async (page, { tables }) => {
    assertEquals(await page.evaluate("location.protocol"), "file:");
    assertMatch(await page.evaluate<string>("document.title"), /^sma-crossover on GOOG/);
    assertEquals(await page.evaluate("document.querySelectorAll('canvas').length"), 5);
    for (const chart of ["#equity-chart", "#drawdown-chart", "#price-charts", "#rolling-chart"]) {
      assert(await page.evaluate<number>(INK(chart)) > 2000, `${chart} is empty`);
    }
    assertEquals(
      await page.evaluate("document.querySelectorAll('#trade-table tbody tr').length"),
      tables.trades.length,
    );
    assertEquals(await page.evaluate("document.querySelectorAll('.heat tbody tr').length"), 10);
  },
);

browserTest("the trade table sorts and filters", () => sampleResult(), async (page, { tables }) => {
  const profits = tables.trades.map((trade) => trade.netProfitMicros).sort((a, b) => a - b);
  const shown = async (): Promise<number[]> =>
    (await page.evaluate<string[]>(cells("Net profit"))).map((text) =>
      Number(text.replace(/[$,]/g, ""))
    );
  await page.evaluate(heading("Net profit"));
  assertEquals(await shown(), profits.map((micros) => Number((micros / 1e6).toFixed(2))));
  await page.evaluate(heading("Net profit"));
  assertEquals((await shown())[0], Number((profits.at(-1)! / 1e6).toFixed(2)));
  await page.evaluate(choose("trade-outcome", "lost"));
  const lost = await shown();
  assertEquals(lost.length, profits.filter((micros) => micros <= 0).length);
  assert(lost.every((profit) => profit < 0));
});

browserTest(
  "long tables have pages, symbols are chosen, a trade is shown on its chart",
  twoSymbols,
  async (page, { tables }) => {
    assertEquals(
      await page.evaluate("document.querySelectorAll('#trade-table tbody tr').length"),
      50,
    );
    const pages = Math.ceil(tables.trades.length / 50);
    for (let turned = 1; turned < pages; turned++) {
      await page.evaluate(click("#trade-pager button:last-child"));
    }
    assertEquals(
      await page.evaluate("document.querySelectorAll('#trade-table tbody tr').length"),
      tables.trades.length - 50 * (pages - 1),
    );
    await page.evaluate(choose("trade-symbol", "=AAPL"));
    assertEquals(new Set(await page.evaluate<string[]>(cells("Symbol"))), new Set(["AAPL"]));
    const before = await page.evaluate<string>("document.getElementById('price-symbol').value");
    await page.evaluate(click("#trade-table tbody tr"));
    assertEquals([before, await page.evaluate("document.getElementById('price-symbol').value")], [
      "IBM",
      "AAPL",
    ]);
  },
);

browserTest(
  "the theme button goes through auto, light and dark, and charts follow",
  () => sampleResult(),
  async (page) => {
    const look = "getComputedStyle(document.body).backgroundColor",
      light = await page.evaluate(look);
    await page.evaluate(click("#theme"));
    assertEquals(await page.evaluate(look), light);
    await page.evaluate(click("#theme"));
    assertEquals(
      await page.evaluate("document.getElementById('theme').textContent"),
      "Theme: dark",
    );
    assert(await page.evaluate(look) !== light);
    assertEquals(await page.evaluate("document.querySelectorAll('canvas').length"), 5);
    await page.evaluate(click("#theme"));
    assertEquals(await page.evaluate(look), light);
  },
);

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Brings a chart into view and returns where it is in the window. */
const boxOf = (chart: string): string =>
  `(() => { const over = document.querySelector(${JSON.stringify(chart)} + " .u-over");
    over.scrollIntoView({ block: "center" });
    const { left, top, width, height } = over.getBoundingClientRect(); return { left, top, width, height }; })()`;

const FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

browserTest(
  "the cursor reads the values of its day in every chart, dragging zooms, a button shows all again",
  () => sampleResult(),
  async (page, { tables }) => {
    const readout = (id: string): Promise<string> =>
      page.evaluate(`document.getElementById(${JSON.stringify(id)}).textContent`);
    const { left, top, width, height } = await page.evaluate<Box>(boxOf("#drawdown-chart"));
    const at = (share: number): [number, number] => [left + width * share, top + height / 2];
    await page.mouse("mouseMoved", ...at(0.5));
    await page.evaluate(FRAMES);
    const day = (await readout("equity-readout")).slice(0, 10);
    assertMatch(day, /^2008-1[12]-\d\d$/);
    assertEquals((await readout("rolling-readout")).slice(0, 10), day);

    await page.mouse("mousePressed", ...at(0.5));
    await page.mouse("mouseMoved", ...at(0.55));
    await page.mouse("mouseMoved", ...at(0.6));
    await page.mouse("mouseReleased", ...at(0.6));
    await page.mouse("mouseMoved", ...at(0.01));
    await page.evaluate(FRAMES);
    assert(!await page.evaluate("document.getElementById('equity-reset').hidden"), "not zoomed");
    assert((await readout("equity-readout")).slice(0, 10) >= day, "the zoom begins too early");
    await page.evaluate(click("#equity-reset"));
    assert(await page.evaluate("document.getElementById('equity-reset').hidden"));

    const price = await page.evaluate<Box>(boxOf("#price-charts"));
    await page.mouse("mouseMoved", price.left + price.width - 2, price.top + 50);
    await page.evaluate(FRAMES);
    const close = tables.bars[0]!.close.at(-1)!;
    assertMatch(await readout("price-readout"), new RegExp(`^2013-03-01.*C${close.toFixed(2)}`));
  },
);

browserTest("a phone scrolls down, never sideways", () => sampleResult(), async (page) => {
  await page.look({ width: 390, height: 844 }, "dark");
  await page.evaluate(FRAMES);
  assertEquals(await page.evaluate("document.documentElement.scrollWidth"), 390);
});

browserTest("labels of a strategy stay text", () =>
  sampleResult("GOOG", {
    label:
      `</script><script>document.title="taken"</script><img src=x onerror="document.title='taken'">`,
  }), async (page) => {
  assertMatch(await page.evaluate<string>("document.title"), /^<\/script><script>/);
  assertEquals(await page.evaluate("document.querySelectorAll('img').length"), 0);
  assertMatch(
    await page.evaluate<string>("document.querySelector('h1').textContent"),
    /^<\/script>/,
  );
});

for (const rows of [0, 1, 20]) {
  browserTest(`a run of ${rows} bars`, () => sampleResult("GOOG", { rows }), async (page) => {
    assertEquals(await page.evaluate("document.querySelectorAll('#trades .empty').length"), 1);
    const shown = await page.evaluate<string[]>(
      "[...document.querySelectorAll('td, dd:not(.why), .value, .note, .readout, .subtitle')].map((e) => e.textContent)",
    );
    assert(shown.length > 50);
    assertEquals(shown.filter((text) => /NaN|undefined|Infinity|null/.test(text)), []);
  });
}

browserTest(
  "a run of a hundred thousand minutes says what was reduced",
  () => sampleResult("GOOG", { minutes: 100_000 }),
  async (page) => {
    assertMatch(
      await page.evaluate<string>("document.getElementById('price-caption').textContent"),
      /^100,000 bars are drawn as candles of 20 bars each/,
    );
    assertMatch(
      await page.evaluate<string>("document.getElementById('equity-readout').textContent"),
      /^\d{4}-\d\d-\d\d \d\d:\d\d/,
    );
  },
);

function twoSymbols(): BacktestResult {
  const ibm = sampleResult("IBM"), aapl = sampleResult("AAPL");
  return {
    json: { ...ibm.json, data: [...ibm.json.data, ...aapl.json.data] },
    tables: {
      ...ibm.tables,
      bars: [...ibm.tables.bars, ...aapl.tables.bars],
      fills: [...ibm.tables.fills, ...aapl.tables.fills],
      trades: [...ibm.tables.trades, ...aapl.tables.trades],
    },
  };
}
