/**
 * A look at an account as lines of text: what the terminal view draws again and again and `deno task status` prints once.
 *
 * @module
 */

import {
  type AccountView,
  healthOf,
  type LinkView,
  type StatusView,
} from "../../lib/live/control/mod.ts";
import { counted, thousands } from "../../lib/core/mod.ts";
import { eventText, type SandbarEvent } from "../../lib/observe/mod.ts";
import { orderLines, positionLines, strategyLines } from "./account_tables.ts";
import { dateAndTime, money as cents, percent, printable, signed, span } from "./words.ts";

/** How a line should stand out. */
export type Tone = "plain" | "heading" | "faint" | "alarm";

/** Gives a line its tone. */
export type Paint = (line: string, tone: Tone) => string;

const PLAIN: Paint = (line) => line;

/** Most open orders and positions of a look; the rest is counted. */
const MAX_ROWS = 20;

/**
 * Returns a look at an account.
 *
 * @param width Columns; a longer line ends in an ellipsis.
 * @param paint Gives lines their tone; without it they are plain text.
 */
export function renderStatus(
  view: AccountView,
  width: number,
  paint: Paint = PLAIN,
): readonly string[] {
  const { status } = view, open = view.orders.filter((order) => order.isOpen);
  const line = (text: string, tone: Tone = "plain"): string => paint(cut(text, width), tone);
  const part = (title: string, rows: readonly string[]): readonly string[] => [
    "",
    line(title, "heading"),
    ...rows.map((row, index) => line(`  ${row}`, index === 0 ? "faint" : "plain")),
  ];
  return [
    line(titleOf(status), "heading"),
    ...healthOf(status).reasons.map((reason) => line(printable(reason), "alarm")),
    line(moneyOf(status)),
    line(limitsOf(status)),
    line(linksOf(status)),
    ...part(
      counted(status.positionCount, "position"),
      bounded(positionLines(view.positions.slice(0, MAX_ROWS)), view.positions.length),
    ),
    ...part(
      counted(status.openOrderCount, "open order"),
      bounded(orderLines(open.slice(0, MAX_ROWS)), open.length),
    ),
    ...part(counted(status.strategies.length, "strategy", "strategies"), [
      ...strategyLines(status.strategies),
    ]),
    "",
    ...status.lastEvents.map((event) =>
      line(eventLine(event), event.severity === "info" ? "plain" : "alarm")
    ),
  ];
}

/** Returns an event as one line: `2024-01-05 15:29:59  info      TRADE_FILLED  sma: sell 40 AAPL at 183, 60 to go`. */
export function eventLine(event: SandbarEvent): string {
  const { timeUs, severity, type } = event;
  return `${dateAndTime(timeUs)}  ${severity.padEnd(8)}  ${type}  ${printable(eventText(event))}`;
}

function titleOf({ account, mode, broker, feed, isSynthetic, engine }: StatusView): string {
  const parts = [
    engine.state,
    `account ${account}`,
    mode === "live" ? "REAL MONEY" : "paper money",
    `broker ${broker}`,
    `feed ${feed}${isSynthetic ? " (made-up prices)" : ""}`,
    `${dateAndTime(engine.timeUs)} UTC`,
    `up ${span(engine.madeUs - engine.startedUs)}`,
  ];
  return printable(parts.join(" · "));
}

function moneyOf({ money }: StatusView): string {
  return `equity ${cents(money.equity)}   cash ${cents(money.cash)}   today ${
    signed(money.dayProfit)
  } (${percent(money.dayProfitPct)})`;
}

function limitsOf({ risk }: StatusView): string {
  const used = (value: number, limit: number | null): string =>
    limit === null ? `${percent(value)} (no limit)` : `${percent(value)} of ${percent(limit, 0)}`;
  return `loss today ${used(risk.dayLossPct, risk.maxDailyLossPct)}   drawdown ${
    used(risk.drawdownPct, risk.maxDrawdownPct)
  }   gross ${used(risk.grossPct, risk.maxGrossPct)}`;
}

function linksOf({ links }: StatusView): string {
  const { feed, broker, journal } = links, behind = journal.lastSequence - journal.durableSequence;
  return `feed ${linkOf(feed)}   broker ${linkOf(broker)}   journal ${journal.state} ${
    thousands(journal.lastSequence)
  }${behind === 0 ? "" : `, ${thousands(behind)} not durable yet`}`;
}

function linkOf({ state, delayUs }: LinkView): string {
  return delayUs === null ? state : `${state}, ${span(delayUs)} late`;
}

/** Adds how many rows are not shown. */
function bounded(rows: readonly string[], count: number): readonly string[] {
  if (count === 0) return [];
  return count <= MAX_ROWS ? rows : [...rows, `and ${thousands(count - MAX_ROWS)} more`];
}

function cut(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(width - 1, 0)).join("")}…`;
}
