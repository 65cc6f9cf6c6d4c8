/**
 * A result as text for the terminal.
 *
 * @module
 */

import { counted, thousands } from "../core/mod.ts";
import { formatMetric, formatPercent, METRICS } from "../statistics/mod.ts";
import type { AccountJson } from "./account_result.ts";
import type { BacktestResult, ResultJson } from "./result.ts";

/** The figures of the summary, in two columns of equal length. */
const LEFT = [
  "finalEquity",
  "totalReturn",
  "cagr",
  "volatility",
  "sharpe",
  "sortino",
  "calmar",
  "maxDrawdown",
];
const RIGHT = [
  "benchmarkReturn",
  "alpha",
  "beta",
  "exposure",
  "trades",
  "winRate",
  "profitFactor",
  "averageTrade",
];
const SPARK = "▁▂▃▄▅▆▇█", SPARK_WIDTH = 60;

/** Returns the summary of a result, several lines. */
export function summaryText({ json, tables }: BacktestResult): string {
  const lines = [headline(json), "", ...figures(json), ""];
  lines.push(`  Equity    ${sparkline(tables.equity, Number(json.account.initialCash))}`);
  lines.push(`  Costs     ${costsText(json)}`);
  lines.push(`  Rules     ${rulesText(json)}`);
  lines.push(
    `  Activity  ${counted(json.counts.orders, "order")}, ${counted(json.counts.fills, "fill")}, ` +
      `${counted(json.counts.trades, "closed trade")}${
        json.counts.refused > 0 ? `, ${thousands(json.counts.refused)} refused` : ""
      }`,
  );
  lines.push(...riskLines(json));
  if (json.lookaheadChecked) {
    lines.push("  Checked   every decision is the same with the future kept out of the process");
  }
  if (tables.logs.length > 0) {
    lines.push(
      `  Log       ${counted(tables.logs.length, "line")}, the last: ${
        tables.logs.at(-1)!.text.slice(0, 80)
      }`,
    );
  }
  if (json.warnings.length > 0) {
    lines.push(
      "",
      ...json.warnings.map((warning) => `  Note: ${warning}`),
    );
  }
  return lines.join("\n");
}

/** Returns the summary of an account of several strategies, several lines. */
export function accountText(account: AccountJson, strategies: number): string {
  const label = (name: string): string => METRICS.find((metric) => metric.name === name)!.label;
  const width = Math.max(...LEFT.map((name) => label(name).length));
  const lines = LEFT.map((name) =>
    `  ${label(name).padEnd(width)}  ${formatMetric(name, account.metrics[name] ?? null)}`
  );
  return [`The account of ${counted(strategies, "strategy", "strategies")}`, "", ...lines].join(
    "\n",
  );
}

function headline(json: ResultJson): string {
  const symbols = json.data.map((each) => each.symbol), first = json.data[0]!;
  const from = json.data.map((each) => each.from).sort()[0]!.slice(0, 10);
  const to = json.data.map((each) => each.to).sort().at(-1)!.slice(0, 10);
  const named = symbols.length > 5
    ? `${symbols.slice(0, 5).join(", ")} and ${symbols.length - 5} more`
    : symbols.join(", ");
  const params = Object.entries(json.params).map(([name, value]) => `${name}=${value}`).join(" ");
  return `${json.strategy.name} on ${named}, ${first.period} bars, ${from} to ${to} (${
    thousands(json.counts.bars)
  } bars)` +
    (params === "" ? "" : `\n${params}`);
}

function figures(json: ResultJson): string[] {
  const cells = (names: readonly string[]): [string, string][] =>
    names.map((name) => [
      METRICS.find((metric) => metric.name === name)!.label,
      formatMetric(name, json.metrics[name] ?? null),
    ]);
  const left = cells(LEFT), right = cells(RIGHT);
  const widths = [left, right].map((side) =>
    [0, 1].map((k) => Math.max(...side.map((cell) => cell[k]!.length)))
  );
  return left.map(([label, value], i) => {
    const [otherLabel, otherValue] = right[i]!;
    return `  ${label.padEnd(widths[0]![0]!)}  ${value.padStart(widths[0]![1]!)}     ${
      otherLabel.padEnd(widths[1]![0]!)
    }  ${otherValue.padStart(widths[1]![1]!)}`;
  });
}

function costsText(json: ResultJson): string {
  const { commission, fees, slippage, dividends, financing } = json.costs,
    money = (text: string): string => formatMetric("finalEquity", Number(text));
  const parts = [`commission ${money(commission)}`, `slippage ${money(slippage)}`];
  if (Number(fees) !== 0) parts.push(`fees ${money(fees)}`);
  if (Number(dividends) !== 0) parts.push(`dividends ${money(dividends)}`);
  if (Number(financing) !== 0) parts.push(`financing ${money(financing)}`);
  return parts.join(", ");
}

function rulesText(json: ResultJson): string {
  const { slippageBps, commission, preset, fillAt, slippage, participation } = json.venue;
  const { pathPeriod } = json.venue;
  const inside = typeof pathPeriod === "string" ? `, inside a bar by ${pathPeriod} bars` : "";
  const { latencyMs = 0, latencyJitterMs = 0, rejectionRate = 0 } = json.venue;
  const like = preset === undefined || preset === "realistic" ? "" : `as ${preset}: `;
  const most = typeof participation === "number"
    ? `, at most ${participation * 100}% of a bar`
    : "";
  const late = latencyMs + latencyJitterMs === 0
    ? ""
    : latencyJitterMs === 0
    ? `, latency ${latencyMs} ms`
    : `, latency ${latencyMs} to ${latencyMs + latencyJitterMs} ms`;
  const refuses = rejectionRate === 0 ? "" : `, rejects ${formatPercent(rejectionRate)} by chance`;
  return `${like}fills at the next ${fillAt ?? "open"}${inside}, slippage ${
    slippage ?? `${slippageBps} bps`
  }, commission ${commission}${most}${late}${refuses}${
    rulesOfAccount(json)
  }, risk limits: ${json.risk.limits}`;
}

/** What of the account is not the default. */
function rulesOfAccount(json: ResultJson): string {
  const { account, settlement, borrowRatePct, debitRatePct, creditRatePct } = json.venue;
  const rates = [
    ["borrowing shares", borrowRatePct],
    ["borrowing cash", debitRatePct],
    ["idle cash", creditRatePct],
  ] as const;
  return (account === "margin" ? ", margin account" : "") +
    (settlement === "standard" ? ", sales settle" : "") +
    rates.map(([what, pct]) => pct === 0 ? "" : `, ${what} ${pct} % a year`).join("");
}

/** What risk refused, and what the live defaults would have refused; nothing when that is nothing. */
function riskLines({ counts, risk }: ResultJson): string[] {
  const parts: string[] = [];
  if (risk.refused > 0) parts.push(`refused ${thousands(risk.refused)}: ${named(risk.refusedBy)}`);
  if (risk.kills > 0) {
    const { at, causes } = risk.firstKills[0]!;
    parts.push(`kill switch ${counted(risk.kills, "time")}, first ${at} (${causes.join(", ")})`);
  }
  if (risk.wouldRefuse > 0) {
    parts.push(
      `the live defaults would have refused ${thousands(risk.wouldRefuse)} of ${
        counted(counts.orders, "order")
      }: ${named(risk.wouldRefuseBy)}`,
    );
  }
  return parts.map((part, i) => `  ${i === 0 ? "Risk" : "    "}      ${part}`);
}

/** Rules and how often each, the most frequent first. */
function named(rules: Readonly<Record<string, number>>): string {
  return Object.entries(rules).sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${thousands(count)}`).join(", ");
}

/** The equity curve in one line of text, from its lowest to its highest value. */
export function sparkline(equity: Float64Array, initialCash: number): string {
  const width = Math.min(SPARK_WIDTH, equity.length), points: number[] = [];
  for (let i = 0; i < width; i++) {
    points.push(equity[Math.ceil((i + 1) * equity.length / width) - 1]!);
  }
  const low = Math.min(initialCash, ...points), high = Math.max(initialCash, ...points);
  if (high === low) return SPARK[3]!.repeat(width);
  return points.map((value) => SPARK[Math.min(7, Math.floor((value - low) / (high - low) * 8))])
    .join("");
}
