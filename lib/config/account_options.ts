/**
 * The account of a run as a user sets it.
 *
 * @module
 */

import { type AccountRules, DEFAULT_ACCOUNT } from "../trading/mod.ts";
import { bounded, usage } from "./option_values.ts";

/** What a user asks of the account; everything has a default. Rates are percent a year, margins percent of a position's value. */
export interface AccountOptions {
  /** Default `cash`. */
  readonly accountType?: AccountRules["type"];
  /** When the proceeds of a sale can buy, in a cash account; default `instant`. */
  readonly settlement?: AccountRules["settlement"];
  /** Of a margin account; default 50, 25 and 30. */
  readonly marginInitialPct?: number;
  readonly maintenanceLongPct?: number;
  readonly maintenanceShortPct?: number;
  /** Fee for borrowed shares, default 0. */
  readonly borrowRatePct?: number;
  /** Interest on borrowed cash, default 0. */
  readonly debitRatePct?: number;
  /** Interest on idle cash, default 0. */
  readonly creditRatePct?: number;
}

/**
 * Returns the resolved account.
 *
 * @throws {SandbarError} `usage`, naming the option, or a setting that contradicts another.
 */
export function resolveAccount(options: AccountOptions): AccountRules {
  const type = options.accountType ?? DEFAULT_ACCOUNT.type;
  const settlement = options.settlement ?? DEFAULT_ACCOUNT.settlement;
  if (type === "margin" && settlement === "standard") {
    throw usage(
      "settlement",
      "standard with a margin account",
      "it to a cash account, or leave it out: a margin account lends until a sale has settled",
    );
  }
  const initialPct = percent("margin.initial_pct", options.marginInitialPct, "initialPct", 1, 4);
  const maintenance = (
    option: string,
    value: number | undefined,
    name: "maintenanceLongPct" | "maintenanceShortPct",
  ): number => {
    const pct = percent(option, value, name, 0, 4);
    if (type === "cash" || pct <= initialPct) return pct;
    throw usage(
      option,
      `${pct}, above margin.initial_pct ${initialPct}`,
      "at most the initial margin: a position would be closed out as soon as it is opened",
    );
  };
  return {
    type,
    settlement,
    initialPct,
    maintenanceLongPct: maintenance(
      "margin.maintenance_long_pct",
      options.maintenanceLongPct,
      "maintenanceLongPct",
    ),
    maintenanceShortPct: maintenance(
      "margin.maintenance_short_pct",
      options.maintenanceShortPct,
      "maintenanceShortPct",
    ),
    borrowRatePct: percent("borrow-rate", options.borrowRatePct, "borrowRatePct", 0, 6),
    debitRatePct: percent("debit-rate", options.debitRatePct, "debitRatePct", 0, 6),
    creditRatePct: percent("credit-rate", options.creditRatePct, "creditRatePct", 0, 6),
  };
}

function percent(
  option: string,
  value: number | undefined,
  name: Exclude<keyof AccountRules, "type" | "settlement">,
  least: number,
  decimals: number,
): number {
  return bounded(option, value ?? DEFAULT_ACCOUNT[name], least, 100, decimals);
}
