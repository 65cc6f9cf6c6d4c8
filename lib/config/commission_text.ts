/**
 * Commission as text: the value of `--commission`, and what a result says it was.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import { BROKER_SCHEDULES, type CommissionSchedule } from "../venue/mod.ts";

const FORM =
  /^(\d+(?:\.\d+)?)(%|\/share|\/order)(?:\s+min\s+(\d+(?:\.\d+)?))?(?:\s+max\s+(\d+(?:\.\d+)?)%)?$/;

/** The most of an amount in currency, and the most decimals of any number here. */
const MAX_AMOUNT = 1_000_000, MAX_DECIMALS = 6;

/**
 * Returns the commission that a text asks for: `none`, `0.2%` of the notional, `0.005/share` or `1/order` in currency; after it, if
 * wanted, the least charge of an order in currency (`min 1`) and the most as a share of its notional (`max 0.5%`). Or the published schedule
 * of a broker by its name: `ibkr_fixed`, `ibkr_tiered`.
 *
 * @throws {SandbarError} `usage` on any other text.
 */
export function parseCommission(text: string): CommissionSchedule {
  const given = text.trim(), form = FORM.exec(given);
  if (given === "none") return { kind: "none" };
  if (given === "ibkr_fixed" || given === "ibkr_tiered") return BROKER_SCHEDULES[given].commission;
  if (form === null) throw refused(text);
  const [, value, unit, least, most] = form;
  const maxPct = most === undefined ? {} : { maxPct: number(text, most, 100) };
  if (unit === "/order") {
    if (least !== undefined) throw refused(text, "; a charge an order has no minimum of its own");
    return { kind: "per_order", amount: number(text, value!, MAX_AMOUNT), ...maxPct };
  }
  const bounds = {
    ...(least === undefined ? {} : { min: number(text, least, MAX_AMOUNT) }),
    ...maxPct,
  };
  if (unit === "/share") {
    return { kind: "per_share", amount: number(text, value!, MAX_AMOUNT), ...bounds };
  }
  number(text, value!, 100);
  return { kind: "notional", bps: decimalTimes100(value!), ...bounds };
}

/** Returns a commission as the text that {@linkcode parseCommission} reads. */
export function commissionText(commission: CommissionSchedule): string {
  switch (commission.kind) {
    case "none":
      return "none";
    case "notional":
      return `${shortest(commission.bps / 100)}%${boundsText(commission)}`;
    case "per_share":
      return `${shortest(commission.amount)}/share${boundsText(commission)}`;
    case "tiered":
      return "ibkr_tiered";
    case "per_order":
      return `${shortest(commission.amount)}/order${boundsText(commission)}`;
  }
}

function boundsText({ min, maxPct }: { readonly min?: number; readonly maxPct?: number }): string {
  return (min === undefined ? "" : ` min ${shortest(min)}`) +
    (maxPct === undefined ? "" : ` max ${shortest(maxPct)}%`);
}

function number(text: string, digits: string, most: number): number {
  const value = Number(digits);
  if (value > most) throw refused(text, `; ${digits} is more than ${most}`);
  if ((digits.split(".")[1] ?? "").length > MAX_DECIMALS) {
    throw refused(text, `; ${digits} has more than ${MAX_DECIMALS} decimals`);
  }
  return value;
}

function refused(text: string, why = ""): SandbarError {
  return new SandbarError(
    "usage",
    `--commission: found ${JSON.stringify(text)}${why}; give none, 0.2%, 0.005/share or 1/order, ` +
      'and if wanted bounds an order: "0.005/share min 1 max 0.5%"; or ibkr_fixed, ibkr_tiered',
  );
}

/** Percent to basis points on the text, so that 0.07 becomes 7 and not 7.000000000000001. */
function decimalTimes100(text: string): number {
  const [whole = "0", fraction = ""] = text.split(".");
  const padded = fraction.padEnd(2, "0");
  return Number(`${whole}${padded.slice(0, 2)}.${padded.slice(2) || "0"}`);
}

function shortest(value: number): string {
  return String(Number(value.toFixed(8)));
}
