/**
 * The scripts and styles of the report as text, and the content policy that allows exactly these.
 *
 * @module
 */

import { createHash } from "node:crypto";
import chartLibrary from "./vendor/uPlot.iife.min.js" with { type: "text" };
import chartStyle from "./vendor/uPlot.min.css" with { type: "text" };
import commonScript from "./page/common.js" with { type: "text" };
import equityScript from "./page/equity_charts.js" with { type: "text" };
import colourStyle from "./page/colours.css" with { type: "text" };
import mediaStyle from "./page/media.css" with { type: "text" };
import pageStyle from "./page/page.css" with { type: "text" };
import priceScript from "./page/price_chart.js" with { type: "text" };
import startScript from "./page/start.js" with { type: "text" };
import tableStyle from "./page/tables.css" with { type: "text" };
import tradesScript from "./page/trade_table.js" with { type: "text" };

/** Version of uPlot in `vendor/`. */
export const CHART_LIBRARY = "uPlot 1.6.32 (MIT)";

/** The style element's text. */
export const STYLE: string = [chartStyle, colourStyle, pageStyle, tableStyle, mediaStyle].join(
  "\n",
);

/** The text of each script element, in order of execution. */
export const SCRIPTS: readonly string[] = [
  chartLibrary,
  commonScript,
  equityScript,
  priceScript,
  tradesScript,
  startScript,
];

/** Nothing may be loaded or sent; only the scripts and the style above run, known by their hashes. */
export const CONTENT_POLICY: string = [
  "default-src 'none'",
  `script-src ${SCRIPTS.map(hashSource).join(" ")}`,
  `style-src ${hashSource(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function hashSource(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
