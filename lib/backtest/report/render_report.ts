/**
 * Renders a finished backtest as one HTML file that needs no network: text, tables and heat map are plain HTML, readable and printable
 * without scripts; charts and the trade table are drawn by the page's own scripts from JSON in it.
 *
 * The same result gives the same bytes.
 *
 * @module
 */

import { formatNumber } from "../../statistics/mod.ts";
import type { BacktestResult } from "../result.ts";
import { CONTENT_POLICY, SCRIPTS, STYLE } from "./assets.ts";
import { costsSection, notesSection, parametersSection, provenanceSection } from "./facts.ts";
import {
  keyFigures,
  metricsSection,
  monthlySection,
  pageHeader,
  warningsSection,
} from "./figures.ts";
import { escapeHtml, scriptJson } from "./html.ts";
import { LIMITS, pageData } from "./page_data.ts";

/**
 * Returns the report as the text of an HTML file.
 *
 * @param result Of a run that ended well or not; a run without trades or without bars gives a report that says so.
 */
export function renderReport(result: BacktestResult): string {
  const { json, tables } = result;
  const symbols = [...new Set(json.data.map((series) => series.symbol))].join(", ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(json.strategy.name)} on ${escapeHtml(symbols)} \u2013 Sandbar backtest</title>
<style>${STYLE}</style>
</head>
<body>
<p id="fault" class="fault" hidden></p>
<main>
${pageHeader(json)}
${keyFigures(json)}
${warningsSection(json)}
${equitySection(tables.timesUs.length)}
${priceSection(tables.bars.length)}
${monthlySection(tables, Number(json.account.initialCash))}
${tables.timesUs.length === 0 ? "" : ROLLING}
${metricsSection(json.metrics)}
${tradesSection(tables.trades.length)}
${costsSection(result)}
${parametersSection(json)}
${notesSection(tables)}
${provenanceSection(json)}
</main>
<footer>
<p>A backtest shows what would have happened under the assumptions above; it does not tell what will happen. Not investment advice.</p>
</footer>
<script type="application/json" id="data">${scriptJson(pageData(result))}</script>
${SCRIPTS.map((script) => `<script>${script}</script>`).join("\n")}
</body>
</html>
`;
}

function equitySection(rows: number): string {
  if (rows === 0) {
    return `<section id="equity" aria-labelledby="equity-title">
<div class="head"><h2 id="equity-title">Equity and drawdown</h2></div>
<p class="empty">No bars, so nothing to draw.</p>
</section>`;
  }
  const reduced = rows > LIMITS.rows
    ? ` ${formatNumber(rows, 0)} steps are drawn as ${
      formatNumber(LIMITS.rows, 0)
    } points that keep every low and high.`
    : "";
  return `<section id="equity" aria-labelledby="equity-title">
<div class="head"><h2 id="equity-title">Equity and drawdown</h2>
<div class="tools"><label class="check"><input type="checkbox" id="log-scale"> Log scale</label>
<button type="button" class="reset" id="equity-reset" hidden>Show all</button></div></div>
<p class="readout" id="equity-readout"></p>
<div class="chart" id="equity-chart" role="img" aria-label="Line chart of equity and benchmark over time"></div>
<div class="chart" id="drawdown-chart" role="img" aria-label="Area chart of drawdown over time"></div>
<p class="caption">Equity at each close, against buying and holding the benchmark with the same cash. Drag over the chart to zoom, double-click to show all.${reduced}</p>
</section>`;
}

function priceSection(symbols: number): string {
  if (symbols === 0) return "";
  const left = symbols > LIMITS.symbols
    ? ` The first ${LIMITS.symbols} of ${symbols} symbols have a chart.`
    : "";
  return `<section id="price" aria-labelledby="price-title">
<div class="head"><h2 id="price-title">Price and fills</h2>
<div class="tools"><select id="price-symbol" aria-label="Symbol"></select>
<div class="ranges" role="group" aria-label="Visible range" id="price-ranges"></div></div></div>
<p class="readout" id="price-readout"></p>
<div id="price-charts"></div>
<p class="caption"><span id="price-caption"></span>${left}</p>
</section>`;
}

const ROLLING = `<section id="rolling" aria-labelledby="rolling-title">
<div class="head"><h2 id="rolling-title">Rolling Sharpe, 30 periods</h2></div>
<p class="readout" id="rolling-readout"></p>
<div class="chart" id="rolling-chart" role="img" aria-label="Line chart of the Sharpe ratio of the last 30 periods"></div>
<p class="caption">Of the last 30 returns, annualised. Gaps: all 30 returns are equal, as without a position.</p>
</section>`;

function tradesSection(trades: number): string {
  if (trades === 0) {
    return `<section id="trades" aria-labelledby="trades-title">
<div class="head"><h2 id="trades-title">Trades</h2></div>
<p class="empty">No trade was closed in this run. A position that is still open at the end counts in equity, not here.</p>
</section>`;
  }
  const cut = trades > LIMITS.trades
    ? `The first ${formatNumber(LIMITS.trades, 0)} of ${
      formatNumber(trades, 0)
    } trades; trades.csv holds all.`
    : "Closed round trips. Net profit is after commission and fees. Choose a row to see it on the price chart.";
  return `<section id="trades" aria-labelledby="trades-title">
<div class="head"><h2 id="trades-title">Trades</h2>
<div class="tools"><select id="trade-symbol" aria-label="Symbol"></select>
<select id="trade-side" aria-label="Side"><option value="">Long and short</option><option value="1">Long</option><option value="0">Short</option></select>
<select id="trade-outcome" aria-label="Outcome"><option value="">Won and lost</option><option value="won">Won</option><option value="lost">Lost</option></select>
</div></div>
<p class="readout" id="trade-summary"></p>
<div class="scroll"><table id="trade-table" class="data"><thead></thead><tbody></tbody></table></div>
<div class="pager" id="trade-pager"></div>
<p class="caption">${cut}</p>
<noscript><p class="empty">The table needs scripts; trades.csv holds the same rows.</p></noscript>
</section>`;
}
