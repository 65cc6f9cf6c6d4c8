/**
 * What an exchange shows of its account, as exact decimal text.
 *
 * @module
 */

import { formatDecimal, mulDiv } from "../../../core/mod.ts";
import type { Engine } from "../../../engine/mod.ts";
import { type Instrument, PRICE_DIGITS } from "../../../market/mod.ts";
import type { BrokerAccount, BrokerPosition, Execution } from "../../../protocols/mod.ts";
import { buyingPower } from "../../../trading/mod.ts";

/** A position with what it cost, signed like it. */
export interface HeldPosition extends BrokerPosition {
  readonly cost: string;
}

/** Sums of an account. */
export interface LedgerTotals {
  readonly initialCash: string;
  readonly cash: string;
  readonly realised: string;
  readonly commission: string;
  readonly fees: string;
  readonly equity: string;
}

/** The ledger as the exchange keeps it: whoever trades on it can be compared with this. */
export interface ExchangeLedger extends LedgerTotals {
  readonly positions: readonly HeldPosition[];
  readonly executions: readonly Execution[];
  /** How often each client id was asked to be submitted. */
  readonly submitsSeen: Readonly<Record<string, number>>;
}

/** Returns what is held. */
export function positionsOf(
  { ledger }: Engine,
  instruments: readonly Instrument[],
): HeldPosition[] {
  return instruments.flatMap(({ symbol, quantityDigits }, s) => {
    const held = ledger.position[s]!, cost = ledger.cost[s]!;
    if (held === 0) return [];
    const average = mulDiv(
      Math.abs(cost),
      ledger.unitsPerShare[s]!,
      Math.abs(held) * ledger.multiplier[s]!,
    );
    return [{
      symbol,
      quantity: formatDecimal(held, quantityDigits),
      averagePrice: formatDecimal(average, PRICE_DIGITS),
      cost: formatDecimal(cost, 6),
    }];
  });
}

/** Returns the account. */
export function accountOf(
  engine: Engine,
  flags: Pick<BrokerAccount, "accountId" | "isBlocked" | "canShort">,
): BrokerAccount {
  const { cash, equity } = totalsOf(engine);
  return {
    ...flags,
    timeUs: engine.nowUs,
    kind: "paper",
    currency: "USD",
    cash,
    equity,
    buyingPower: formatDecimal(buyingPower(engine.ledger), 6),
  };
}

/** Returns the sums. */
export function totalsOf(engine: Engine): LedgerTotals {
  const { ledger } = engine;
  return {
    initialCash: formatDecimal(ledger.initialCash, 6),
    cash: formatDecimal(ledger.cash, 6),
    realised: formatDecimal(ledger.realised, 6),
    commission: formatDecimal(ledger.commission, 6),
    fees: formatDecimal(ledger.fees, 6),
    equity: formatDecimal(engine.equity(), 6),
  };
}
