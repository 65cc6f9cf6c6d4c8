/**
 * The report's facts about the run as HTML: costs, orders, parameters, what the strategy said, and where everything came from.
 *
 * @module
 */

import { counted, formatIso, type TimeUs } from "../../core/mod.ts";
import { formatDollars, formatNumber, formatPercent } from "../../statistics/mod.ts";
import type { BacktestResult, OrderRecord, ResultJson, ResultTables } from "../result.ts";
import { CHART_LIBRARY } from "./assets.ts";
import { escapeHtml } from "./html.ts";

const LOG_LINES = 300;

/** Returns what trading cost and what became of the orders. */
export function costsSection(result: BacktestResult): string {
  const { json, tables } = result, { commission, fees, slippage, financing } = json.costs;
  const parts = [Number(commission), Number(fees), Number(slippage), Number(financing)];
  const sum = parts.reduce((total, part) => total + part, 0);
  const traded = tables.fills.reduce(
    (value, fill) => value + Math.abs(fill.quantity) * fill.price,
    0,
  );
  const share = (cost: number): string =>
    traded > 0 ? formatNumber(cost / traded * 10_000, 2) : "n/a";
  const cash = Number(json.account.initialCash);
  const row = (label: string, cost: number, tag = "td"): string =>
    `<tr><th scope="row">${label}</th>${
      [formatDollars(cost), share(cost), formatPercent(cost / cash)].map((cell) =>
        `<${tag}>${cell}</${tag}>`
      )
        .join("")
    }</tr>`;
  return `<div class="pair">
<section id="costs" aria-labelledby="costs-title">
<div class="head"><h2 id="costs-title">Costs</h2></div>
<div class="scroll"><table class="facts"><thead><tr><th scope="col">Kind</th><th scope="col">Amount</th><th scope="col">Bps traded</th><th scope="col">Of cash</th></tr></thead>
<tbody>
${row("Commission", parts[0]!)}
${row("Fees", parts[1]!)}
${row("Slippage", parts[2]!)}
${parts[3] === 0 ? "" : row("Borrow fees and interest", parts[3]!)}
</tbody><tfoot>${row("Total", sum)}</tfoot></table></div>
<p class="caption">Bps of the value of all fills, ${
    formatDollars(traded)
  }; percent of the initial cash. Slippage is the difference to the price without it; it is inside the fill prices.</p>
</section>
${ordersSection(json, tables.orders)}
</div>`;
}

function ordersSection(json: ResultJson, orders: readonly OrderRecord[]): string {
  const counts = new Map<string, number>();
  for (const order of orders) {
    const key = order.reason === "" ? order.state : `${order.state}: ${order.reason}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 12)
    .map(([key, count]) => fact(key, formatNumber(count, 0))).join("\n");
  return `<section id="orders" aria-labelledby="orders-title">
<div class="head"><h2 id="orders-title">Orders</h2></div>
<table class="facts"><tbody>
${fact("Orders made", formatNumber(json.counts.orders, 0))}
${fact("Fills", formatNumber(json.counts.fills, 0))}
${fact("Refused", formatNumber(json.counts.refused, 0))}
</tbody></table>
${
    rows === ""
      ? ""
      : `<h3>How they ended</h3>\n<table class="facts"><tbody>\n${rows}\n</tbody></table>`
  }
</section>`;
}

/** Returns the strategy's parameters and the rules of the simulated venue. */
export function parametersSection(json: ResultJson): string {
  const params = Object.entries(json.params).map(([name, value]) => fact(name, String(value)));
  const risk = json.risk.limits === "off"
    ? "Off: no limit of risk was applied"
    : `On: ${json.risk.refused} refused`;
  return `<div class="pair">
<section id="parameters" aria-labelledby="parameters-title">
<div class="head"><h2 id="parameters-title">Parameters</h2></div>
${
    params.length === 0
      ? '<p class="empty">The strategy has no parameters.</p>'
      : `<table class="facts"><tbody>\n${params.join("\n")}\n</tbody></table>`
  }
</section>
<section id="venue" aria-labelledby="venue-title">
<div class="head"><h2 id="venue-title">Simulated venue</h2></div>
<table class="facts"><tbody>
${fact("Market orders", "Fill at the next bar's open, slippage added")}
${fact("Limit orders", "Fill when the price trades through the limit")}
${fact("Last bar", "Its orders expire; open positions are marked at its close")}
${fact("Slippage", json.venue.slippage ?? `${json.venue.slippageBps} bps of the price`)}
${fact("Commission", json.venue.commission)}
${fact("Account", accountText(json.venue))}
${fact("Borrow fee and interest", ratesText(json.venue))}
${fact("Risk limits", risk)}
</tbody></table>
<p class="caption">Not modelled: market impact, the volume available at a price, latency, taxes, and companies that are missing from the data.</p>
</section>
</div>`;
}

/** Returns marks and log lines of the strategy, or nothing when it left none. */
export function notesSection(tables: ResultTables): string {
  if (tables.marks.length + tables.logs.length === 0) return "";
  const lines = [
    ...tables.marks.map((mark) => ({ timeUs: mark.timeUs, kind: "mark", text: mark.label })),
    ...tables.logs.map((line) => ({ timeUs: line.timeUs, kind: "log", text: line.text })),
  ].sort((a, b) => a.timeUs - b.timeUs);
  const rows = lines.slice(0, LOG_LINES).map((line) =>
    `<tr><td>${timeText(line.timeUs)}</td><td>${line.kind}</td><td>${
      escapeHtml(line.text)
    }</td></tr>`
  ).join("\n");
  const cut = lines.length > LOG_LINES
    ? `<p class="caption">The first ${LOG_LINES} of ${formatNumber(lines.length, 0)} lines.</p>`
    : "";
  return `<section id="notes" aria-labelledby="notes-title">
<div class="head"><h2 id="notes-title">What the strategy noted</h2></div>
<details><summary>${counted(lines.length, "line")}</summary>
<div class="scroll"><table class="data notes"><thead><tr><th scope="col">Time (UTC)</th><th scope="col">Kind</th><th scope="col">Text</th></tr></thead>
<tbody>
${rows}
</tbody></table></div></details>
${cut}
</section>`;
}

/** Returns data, hashes, versions and seed: what another person needs to get the same result. */
export function provenanceSection(json: ResultJson): string {
  const data = json.data.map((series) =>
    `<tr><th scope="row">${escapeHtml(series.symbol)}</th>${
      [
        series.period,
        formatNumber(series.rows, 0),
        series.from.slice(0, 10),
        series.to.slice(0, 10),
        series.adjust,
        series.source + (series.synthetic ? " (synthetic)" : ""),
      ].map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")
    }<td>${hash(series.sha256)}</td></tr>`
  ).join("\n");
  const hashes = Object.entries(json.hashes).map(([name, value]) =>
    `<tr><th scope="row">${escapeHtml(name)}</th><td>${hash(value)}</td></tr>`
  ).join("\n");
  return `<section id="provenance" aria-labelledby="provenance-title">
<div class="head"><h2 id="provenance-title">Provenance</h2></div>
<div class="scroll"><table class="data left"><thead><tr><th scope="col">Symbol</th><th scope="col">Period</th><th scope="col">Rows</th><th scope="col">From</th><th scope="col">To</th><th scope="col">Adjusted</th><th scope="col">Source</th><th scope="col">SHA-256</th></tr></thead>
<tbody>
${data}
</tbody></table></div>
<div class="pair">
<table class="facts"><tbody>
${fact("Strategy file", json.strategy.file)}
<tr><th scope="row">Strategy SHA-256</th><td>${hash(json.strategy.sha256)}</td></tr>
${fact("Seed", String(json.seed))}
${fact("Benchmark", `${json.benchmark}, bought and held`)}
${
    fact(
      "Look-ahead check",
      json.lookaheadChecked
        ? "Done: same decisions with slices of one bar"
        : "Not run (--check-lookahead)",
    )
  }
${fact("Sandbar", json.sandbar)}
${fact("Deno, V8", `${json.deno}, ${json.v8}`)}
${fact("Charts", CHART_LIBRARY)}
</tbody></table>
<table class="facts"><tbody>
${hashes}
</tbody></table>
</div>
<p class="caption">The same strategy, data, configuration and seed give the same hashes on any machine.</p>
</section>`;
}

function fact(label: string, value: string): string {
  return `<tr><th scope="row">${escapeHtml(label)}</th><td>${escapeHtml(value)}</td></tr>`;
}

function hash(value: string): string {
  return `<code title="${escapeHtml(value)}">${escapeHtml(value)}</code>`;
}

function timeText(timeUs: number): string {
  return Number.isFinite(timeUs)
    ? formatIso(timeUs as TimeUs).slice(0, 16).replace("T", " ")
    : "n/a";
}

function accountText({ account, settlement }: ResultJson["venue"]): string {
  if (account === "margin") return "Margin: lends, and is closed out below its maintenance margin";
  return settlement === "standard"
    ? "Cash: sales buy when they have settled"
    : "Cash: sales buy at once";
}

function ratesText({ borrowRatePct, debitRatePct, creditRatePct }: ResultJson["venue"]): string {
  return `${borrowRatePct} % a year for borrowed shares, ${debitRatePct} % for borrowed cash, ` +
    `${creditRatePct} % on idle cash`;
}
