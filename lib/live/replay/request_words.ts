/**
 * What a strategy asked for, in words for people.
 *
 * @module
 */

import { formatDecimal, formatIso, type TimeUs } from "../../core/mod.ts";
import type { Engine } from "../../engine/mod.ts";
import { PRICE_DIGITS } from "../../market/mod.ts";
import { INTENT_WIDTH, TERM, VERB } from "../../protocols/mod.ts";
import { ORDER_FLAG, ORDER_TYPE_NAMES, TIME_IN_FORCE_NAMES } from "../../trading/mod.ts";

/**
 * Returns a line for each request, such as `buy 10 GOOG, limit 54.1, gtc`.
 *
 * @param rows Six numbers each, see `lib/protocols/intents.ts`.
 */
export function requestLines(engine: Engine, rows: Float64Array): string[] {
  const lines: string[] = [];
  let terms: [kind: number, value: number][] = [], amended = "";
  for (let at = 0; at < rows.length; at += INTENT_WIDTH) {
    const code = rows[at + 2]!, kind = Math.floor(code / 16) % 16;
    if (code % 16 === VERB.term) {
      const value = rows[at + 3]!;
      if (kind === TERM.row) amended = `order ${value + 1}`;
      else terms.push([kind, value]);
      continue;
    }
    const flags = Math.floor(code / 4096) % 256;
    lines.push([
      requestText(engine, rows.subarray(at, at + INTENT_WIDTH), amended),
      ...FLAG_WORDS.flatMap(([flag, word]) => (flags & flag) === 0 ? [] : [word]),
      ...terms.map(([kind, value]) => termText(kind, value, flags)),
    ].join(", "));
    terms = [];
    amended = "";
  }
  return lines;
}

const FLAG_WORDS = [
  [ORDER_FLAG.post_only, "post only"],
  [ORDER_FLAG.reduce_only, "reduce only"],
  [ORDER_FLAG.all_or_none, "all or none"],
] as const;

function requestText(engine: Engine, row: Float64Array, amended: string): string {
  const [, , code, quantity, limit, stop] = row as unknown as readonly number[];
  const verb = code! % 16, s = Math.floor(code! / 1048576);
  const symbol = engine.series[s]?.symbol ?? `series ${s}`;
  const digits = engine.ledger.unitsPerShare[s] === 1 ? 0 : 6;
  const units = (value: number): string => formatDecimal(value, digits);
  const prices = [
    ...limit === 0 ? [] : [`limit ${price(limit!)}`],
    ...stop === 0 ? [] : [`stop ${price(stop!)}`],
  ];
  switch (verb) {
    case VERB.cancel:
      return `cancel order ${quantity! + 1}`;
    case VERB.amend:
      return [
        `change ${amended}`,
        ...quantity === 0 ? [] : [`quantity ${units(Math.abs(quantity!))}`],
        ...prices,
      ].join(", ");
    case VERB.targetWeight:
      return `bring ${symbol} to ${percent(quantity!)} of equity`;
    case VERB.targetQuantity:
      return `bring ${symbol} to ${units(quantity!)}`;
    default: {
      const type = ORDER_TYPE_NAMES[Math.floor(code! / 16) % 16] ?? "";
      const time = TIME_IN_FORCE_NAMES[Math.floor(code! / 256) % 16] ?? "";
      const side = quantity! < 0 ? "sell" : "buy";
      return [
        `${side} ${units(Math.abs(quantity!))} ${symbol}`,
        ...type === "limit" || type === "stop" ? [] : [type.replaceAll("_", " ")],
        ...prices,
        time.replaceAll("_", " "),
      ].join(", ");
    }
  }
}

function termText(kind: number, value: number, flags: number): string {
  switch (kind) {
    case TERM.trail:
      return (flags & ORDER_FLAG.trail_percent) === 0
        ? `trailing by ${price(value)}`
        : `trailing by ${percent(value / 1e6)}`;
    case TERM.good_till:
      return `good till ${formatIso(value as TimeUs)}`;
    case TERM.stop_loss:
      return `stop loss ${price(value)}`;
    case TERM.take_profit:
      return `take profit ${price(value)}`;
    case TERM.oco_with:
      return `one cancels the other with order ${value + 1}`;
    default:
      return `after the fill of order ${value + 1}`;
  }
}

function price(ticks: number): string {
  return formatDecimal(ticks, PRICE_DIGITS, 2);
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2).replace(/\.?0+$/, "")} %`;
}
