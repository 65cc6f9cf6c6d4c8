/**
 * The report's figures as HTML: title, key figures, warnings, monthly heat map, all metrics.
 *
 * @module
 */

import {
  formatDollars,
  formatMetric,
  formatNumber,
  type MetricEntry,
  METRICS,
  monthlyReturns,
} from "../../statistics/mod.ts";
import type { MetricsJson, ResultJson, ResultTables } from "../result.ts";
import { escapeHtml } from "./html.ts";

/** Returns the title block: strategy, verdict, symbols, period, and the theme button. */
export function pageHeader(json: ResultJson): string {
  const ok = json.verdict.kind === "ok";
  const symbols = [...new Set(json.data.map((series) => series.symbol))];
  const periods = [...new Set(json.data.map((series) => series.period))];
  const from = json.data.map((series) => series.from).sort()[0]?.slice(0, 10) ?? "";
  const to = json.data.map((series) => series.to).sort().at(-1)?.slice(0, 10) ?? "";
  const synthetic = json.data.some((series) => series.synthetic)
    ? `<span class="badge bad">Synthetic data</span>`
    : "";
  return `<header>
<div class="head"><p class="brand">Sandbar backtest</p>
<button type="button" id="theme" class="theme" aria-label="Colour theme">Theme: auto</button></div>
<h1>${escapeHtml(json.strategy.name)}</h1>
<p class="subtitle">${escapeHtml(shownList(symbols))}<span class="dot"></span>${
    escapeHtml(periods.join(", "))
  } bars${from === "" ? "" : `<span class="dot"></span>${from} to ${to}`}<span class="dot"></span>${
    formatNumber(json.counts.bars, 0)
  } bars</p>
<p class="badges"><span class="badge ${ok ? "good" : "bad"}">${
    ok ? "Completed" : "Failed"
  }</span>${synthetic}<span class="verdict">${escapeHtml(json.verdict.message)}</span></p>
</header>`;
}

function shownList(names: readonly string[]): string {
  return names.length <= 8
    ? names.join(", ")
    : `${names.slice(0, 7).join(", ")} and ${names.length - 7} more`;
}

/** Returns the strip of key figures. */
export function keyFigures(json: ResultJson): string {
  const m = json.metrics, of = (name: string): string => formatMetric(name, m[name] ?? null);
  const excess = typeof m["totalReturn"] === "number" && typeof m["benchmarkReturn"] === "number"
    ? `Benchmark ${of("benchmarkReturn")}`
    : "Benchmark n/a";
  return `<section class="tiles" aria-label="Key figures">
${tile("Total return", of("totalReturn"), excess, signOf(m["totalReturn"]))}
${
    tile(
      "Final equity",
      wholeDollars(m["finalEquity"]),
      `From ${formatDollars(Number(json.account.initialCash))}`,
    )
  }
${tile("CAGR", of("cagr"), `Volatility ${of("volatility")}`, signOf(m["cagr"]))}
${tile("Sharpe", of("sharpe"), `Sortino ${of("sortino")}`, signOf(m["sharpe"]))}
${tile("Max drawdown", of("maxDrawdown"), drawdownNote(m), signOf(m["maxDrawdown"]))}
${tile("Trades", of("trades"), `Win rate ${of("winRate")}`)}
</section>`;
}

function drawdownNote(m: MetricsJson): string {
  const days = m["maxDrawdownDays"] ?? null;
  if (days === null) return m["maxDrawdown"] === 0 ? "Never below a peak" : "Length n/a";
  const ended = (m["maxDrawdownRecovery"] ?? null) !== null;
  return formatMetric("maxDrawdownDays", days) + (ended ? " to recover" : ", not recovered");
}

function tile(label: string, value: string, note: string, tone = ""): string {
  return `<div class="tile"><p class="label">${label}</p><p class="value ${
    value === "n/a" ? "none" : tone
  }">${escapeHtml(value)}</p><p class="note">${escapeHtml(note)}</p></div>`;
}

/** A tile has no room for the cents of a large account; the tables have. */
function wholeDollars(value: number | string | null | undefined): string {
  return typeof value === "number"
    ? formatDollars(Math.round(value)).replace(/\.00$/, "")
    : formatMetric("finalEquity", value ?? null);
}

function signOf(value: number | string | null | undefined): string {
  return typeof value !== "number" || value === 0 ? "" : value > 0 ? "good" : "bad";
}

/** Returns the warnings, or nothing when there are none. */
export function warningsSection(json: ResultJson): string {
  if (json.warnings.length === 0) return "";
  const items = json.warnings.map((warning) => `<li>${escapeHtml(warning)}</li>`).join("\n");
  return `<section class="warnings" aria-labelledby="warnings-title">
<h2 id="warnings-title">Read with care</h2>
<ul>
${items}
</ul>
</section>`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Returns the heat map of monthly returns with the total of each year. */
export function monthlySection(tables: ResultTables, initialCash: number): string {
  const rows = monthlyReturns(tables.timesUs, tables.equity, initialCash);
  const head = `<section id="monthly" aria-labelledby="monthly-title">
<div class="head"><h2 id="monthly-title">Monthly returns</h2></div>`;
  if (rows.length === 0) return `${head}\n<p class="empty">No bars, so no months.</p>\n</section>`;
  const body = rows.map((row) =>
    `<tr><th scope="row">${row.year}</th>${row.months.map((month) => heatCell(month)).join("")}${
      heatCell(row.total, "total ")
    }</tr>`
  ).join("\n");
  return `${head}
<div class="scroll"><table class="heat"><thead><tr><th scope="col">Year</th>${
    MONTHS.map((month) => `<th scope="col">${month}</th>`).join("")
  }<th scope="col">Year</th></tr></thead>
<tbody>
${body}
</tbody></table></div>
<p class="caption">Percent, by UTC month of the close. The first month counts from the initial cash, the last to the end of the run. Shades change at 1, 2.5, 5, 10 and 20 percent.</p>
</section>`;
}

const SHADES = [0.01, 0.025, 0.05, 0.1, 0.2];

function heatCell(value: number | null, kind = ""): string {
  if (value === null) return "<td></td>";
  const size = Math.abs(value), level = SHADES.filter((shade) => size >= shade).length;
  const tone = level === 0 ? "z" : (value > 0 ? "p" : "n") + level;
  return `<td class="${kind}${tone}">${formatNumber(value * 100, 1)}</td>`;
}

const GROUPS: readonly (readonly [MetricEntry["group"], string])[] = [
  ["return", "Return"],
  ["risk", "Risk"],
  ["ratio", "Return for risk"],
  ["trades", "Trades"],
];

/** Returns every figure with its convention. */
export function metricsSection(metrics: MetricsJson): string {
  const groups = GROUPS.map(([group, title]) => {
    const rows = METRICS.filter((entry) => entry.group === group && entry.name in metrics)
      .map((entry) => metricRow(entry, metrics[entry.name] ?? null)).join("\n");
    return `<div class="group"><h3>${title}</h3>\n<dl>\n${rows}\n</dl></div>`;
  }).join("\n");
  return `<section id="metrics" aria-labelledby="metrics-title">
<input type="checkbox" id="explain" class="hidden-check"><div class="head"><h2 id="metrics-title">All figures</h2>
<div class="tools"><label for="explain" class="check-label">Show how each is computed</label></div></div>
<div class="groups">
${groups}
</div>
<p class="caption">N: periods a year; n: periods; r: simple returns a period; rf: risk-free rate a period. n/a: undefined for this run.</p>
</section>`;
}

function metricRow(entry: MetricEntry, value: number | string | null): string {
  const text = formatMetric(entry.name, value);
  return `<div class="row" title="${escapeHtml(entry.convention)}"><dt>${
    escapeHtml(entry.label)
  }</dt><dd${text === "n/a" ? ' class="none"' : ""}>${escapeHtml(text)}</dd><dd class="why">${
    escapeHtml(entry.convention)
  }</dd></div>`;
}
