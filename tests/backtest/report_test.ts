// The report as text: one file, its policy, its bounds, its empty states. BT-15, BT-22.
// Permissions: --allow-read=.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { escapeHtml } from "../../lib/backtest/report/html.ts";
import { renderReport } from "../../lib/backtest/report/mod.ts";
import { type PageData, pageData } from "../../lib/backtest/report/page_data.ts";
import { keepExtremes, widenBars } from "../../lib/backtest/report/thin_out.ts";
import { METRICS } from "../../lib/statistics/mod.ts";
import { sampleResult } from "../support/sample_result.ts";

const HOSTILE =
  `</script><script>document.title="taken"</script><img src=x onerror=alert(1)>\u202e`;

function dataOf(html: string): PageData {
  const match = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(html);
  assert(match !== null, "the page has no data");
  return JSON.parse(match[1]!) as PageData;
}

// A page is too long to be shown by a failing assertion.
function assertHas(page: string, text: string): void {
  assert(page.includes(text), `the page lacks ${JSON.stringify(text)}`);
}

Deno.test("report: every script and style is allowed by its hash and by nothing else (BT-15)", () => {
  const html = renderReport(sampleResult());
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!;
  assertMatch(policy, /^default-src 'none'; /);
  assert(!policy.includes("unsafe"), policy);
  const inline = [...html.matchAll(/<(?:script|style)>([\s\S]*?)<\/(?:script|style)>/g)];
  assertEquals(inline.length, 7);
  for (const [, text] of inline) {
    const hash = createHash("sha256").update(text!).digest("base64");
    assertHas(policy, `'sha256-${hash}'`);
  }
});

Deno.test("report: nothing in the page names an address, an inline handler or a style attribute", () => {
  const page = renderReport(sampleResult()).replace(/<(script|style)>[\s\S]*?<\/\1>/g, "");
  for (const pattern of [/https?:/, /\ssrc=/, /\shref=/, /\son[a-z]+=/, /\sstyle=/]) {
    assertEquals(pattern.exec(page)?.[0], undefined);
  }
});

Deno.test("report: labels of a strategy are text wherever they appear", () => {
  const html = renderReport(sampleResult("GOOG", { label: HOSTILE }));
  assertEquals(html.match(/<script/g)!.length, 7);
  assertEquals(html.match(/<img/g), null);
  assertHas(html, "&lt;/script&gt;&lt;script&gt;document.title=&quot;taken&quot;");
  assert(!html.includes("\u202e"), "a character that reverses text is in the page");
  assertHas(dataOf(html).marks[0]!.label, "</script>");
});

Deno.test("report: the same result gives the same bytes", () => {
  assertEquals(renderReport(sampleResult()), renderReport(sampleResult()));
});

Deno.test("report: every metric, its convention, costs, hashes and versions are in the page (BT-15)", () => {
  const result = sampleResult(), html = renderReport(result), { hashes, costs } = result.json;
  for (const { label, convention } of METRICS) {
    assertHas(html, `<dt>${label}</dt>`);
    assertHas(html, escapeHtml(convention));
  }
  for (const hash of Object.values(hashes)) assertHas(html, hash);
  for (
    const text of ["2.9.6", "strategies/sma_crossover.ts", "Not investment advice", "Not modelled"]
  ) {
    assertHas(html, text);
  }
  assertHas(html, `$${costs.commission.slice(0, 1)},${costs.commission.slice(1, 4)}`);
});

Deno.test("report: a run without trades, without bars or with one bar says so", () => {
  const quiet = renderReport(sampleResult("GOOG", { rows: 20 }));
  assertHas(quiet, "No trade was closed in this run.");
  assertHas(quiet, ">n/a<");
  const empty = renderReport(sampleResult("GOOG", { rows: 0 }));
  assertHas(empty, "No bars, so nothing to draw.");
  assertEquals(/>[^<]*NaN[^<]*</.exec(empty.replace(/<script[\s\S]*?<\/script>/g, "")), null);
  assertEquals(dataOf(renderReport(sampleResult("GOOG", { rows: 1 }))).equity.equity.length, 1);
});

Deno.test("report: a failed run shows its verdict and its warnings", () => {
  const { json, tables } = sampleResult();
  const html = renderReport({
    json: {
      ...json,
      verdict: { kind: "throw", message: "threw TypeError at strategies/x.ts:12" },
      warnings: ["3 orders were refused"],
    },
    tables,
  });
  assertHas(html, ">Failed<");
  assertHas(html, "threw TypeError at strategies/x.ts:12");
  assertHas(html, "<li>3 orders were refused</li>");
});

Deno.test("report: a run of a million bars stays below 2 MB and keeps its extremes (BT-15)", () => {
  const result = sampleResult("GOOG", { minutes: 1_000_000 }), html = renderReport(result);
  assert(html.length < 2e6, `${html.length} bytes`);
  const { equity, symbols, trades, intraday } = dataOf(html), { tables } = result;
  assert(intraday);
  assert(equity.t.length <= 5000 && symbols[0]!.t.length <= 5000 && trades.length <= 4000);
  const least = tables.equity.reduce((a, b) => Math.min(a, b)),
    most = tables.equity.reduce((a, b) => Math.max(a, b));
  assert(
    equity.equity.includes(Number(least.toFixed(2))) &&
      equity.equity.includes(Number(most.toFixed(2))),
  );
  assertEquals(equity.t.at(-1), Math.round(tables.timesUs.at(-1)! / 1e6));
  assertEquals(symbols[0]!.barsPerCandle, 200);
  assertHas(html, "1,000,000 steps are drawn as 5,000 points");
});

Deno.test("report: wider candles keep open, high, low, close and the sum of volume", () => {
  const column = (...values: number[]): Float64Array => Float64Array.from(values);
  const wide = widenBars({
    symbol: "X",
    timesUs: column(1, 2, 3, 4, 5),
    open: column(10, 11, 12, 13, 14),
    high: column(15, 19, 16, 17, 18),
    low: column(9, 8, 7, 6, 5),
    close: column(11, 12, 13, 14, 15),
    volume: column(1, 2, 3, 4, 5),
  }, 3);
  assertEquals(wide.size, 2);
  assertEquals([...wide.timesUs], [2, 4, 5]);
  assertEquals([...wide.open], [10, 12, 14]);
  assertEquals([...wide.high], [19, 17, 18]);
  assertEquals([...wide.low], [8, 6, 5]);
  assertEquals([...wide.close], [12, 14, 15]);
  assertEquals([...wide.volume], [3, 7, 5]);
});

Deno.test("report: reduced rows hold first, last and each bucket's extremes, within the limit", () => {
  const values = Float64Array.from(
    { length: 1000 },
    (_, i) => i === 617 ? -5 : i === 203 ? 9 : Math.sin(i),
  );
  const rows = keepExtremes([values], 50);
  assert(rows.length <= 50);
  for (const row of [0, 203, 617, 999]) assert(rows.includes(row), String(row));
  assertEquals([...rows].sort((a, b) => a - b), [...rows]);
  assertEquals(keepExtremes([values.subarray(0, 3)], 50), [0, 1, 2]);
});

Deno.test("report: fills sit on the candle that closes at or first after them, joined by side", () => {
  const { json, tables } = sampleResult("GOOG", { rows: 60 }), times = tables.bars[0]!.timesUs;
  const fill = (timeUs: number, quantity: number, price: number) => ({
    orderId: 1,
    symbol: "GOOG",
    timeUs,
    quantity,
    price,
  });
  const { symbols } = pageData({
    json,
    tables: {
      ...tables,
      fills: [fill(times[10]!, 1, 100), fill(times[10]!, 3, 104), fill(times[11]! - 1, -2, 101)],
    },
  });
  assertEquals(symbols[0]!.fills, [[10, 1, 4, 103, 2], [11, 0, 2, 101, 1]]);
});

Deno.test("report: outputs of one indicator share a panel, a plot without a value has none (BT-22)", () => {
  const { json, tables } = sampleResult("GOOG", { rows: 60 }), timesUs = tables.timesUs;
  const plot = (label: string, value: number) => ({
    label,
    symbol: "GOOG",
    overlay: false,
    timesUs,
    values: timesUs.map(() => value),
  });
  const { symbols } = pageData({
    json,
    tables: {
      ...tables,
      plots: [
        plot("macd(12,26,9)", 1),
        plot("macd(12,26,9).signal", 2),
        plot("rsi(14)", 50),
        plot("adx(14)", NaN),
      ],
    },
  });
  assertEquals(symbols[0]!.panels.map((panel) => panel.map((line) => line.label)), [
    ["macd(12,26,9)", "macd(12,26,9).signal"],
    ["rsi(14)"],
  ]);
});
