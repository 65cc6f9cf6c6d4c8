/**
 * Commission as text: the value of `--commission` and of `venue.commission`.
 *
 * @module
 */

import { SandbarError } from "../core/mod.ts";
import type { Commission } from "../venue/mod.ts";

const FORM = /^(\d+(?:\.\d+)?)(%|\/share|\/order)$/;

/**
 * Returns the commission that a text asks for: `none`, `0.2%` of the notional, `0.005/share` or `1/order` in currency.
 *
 * @throws {SandbarError} `usage` on any other text.
 */
export function parseCommission(text: string): Commission {
  const form = FORM.exec(text.trim());
  if (text.trim() === "none") return { kind: "none" };
  if (form !== null) {
    const value = Number(form[1]);
    const most = form[2] === "%" ? 100 : 1_000_000;
    if (value <= most && (form[1]!.split(".")[1] ?? "").length <= 6) {
      if (form[2] === "%") return { kind: "notional", bps: decimalTimes100(form[1]!) };
      return { kind: form[2] === "/share" ? "per_share" : "per_order", amount: value };
    }
  }
  throw new SandbarError(
    "usage",
    `not a commission: ${
      JSON.stringify(text)
    }; write none, 0.2%, 0.005/share or 1/order (at most six decimals)`,
  );
}

/** Returns a commission as the text that {@linkcode parseCommission} reads. */
export function commissionText(commission: Commission): string {
  switch (commission.kind) {
    case "none":
      return "none";
    case "notional":
      return `${shortest(commission.bps / 100)}%`;
    case "per_share":
      return `${shortest(commission.amount)}/share`;
    case "per_order":
      return `${shortest(commission.amount)}/order`;
  }
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
