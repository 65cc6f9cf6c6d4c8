/**
 * Sides of a reconciliation that agree, to be changed one fact at a time.
 *
 * @module
 */

import {
  type OurOrder,
  type OurSide,
  type ReconcileRules,
  type TheirOrder,
  type TheirSide,
} from "../../../lib/trading/host_door.ts";

/** Time of the reconciliations, microseconds UTC. */
export const NOW_US = 1_700_000_000_000_000;
/** An own client id, and one of another journal. */
export const OWN_ID = "sb1-k3v9qz-1y9bi7mgs7-1z-0";
export const OTHER_ID = "sb1-aaaaaa-1y9bi7mgs7-1z-0";

const POSITION = { symbol: "GOOG", quantity: 10e6, averagePrice: 100e6 };

export const OURS: OurSide = {
  accountId: "PA1",
  kind: "paper",
  isFirstStart: false,
  cash: 5_000e6,
  positions: [POSITION],
  orders: [],
  recentFills: [],
  splits: [],
};

export const THEIRS: TheirSide = {
  timeUs: 0,
  accountId: "PA1",
  kind: "paper",
  isBlocked: false,
  cash: 5_000e6,
  positions: [POSITION],
  orders: [],
  unbookedFills: [],
};

/** The defaults of the settings. */
export const RULES: ReconcileRules = {
  mode: "warn",
  quantityTolerance: 10_000,
  cashTolerance: 1e6,
  priceToleranceBps: 10,
  settleDelayUs: 2_000_000,
  external: "list",
  adopt: false,
};

/** An order of ours that last moved a minute ago. */
export function ourOrder(order: Partial<OurOrder> = {}): OurOrder {
  return {
    clientId: OWN_ID,
    symbol: "GOOG",
    state: "accepted",
    quantity: 5e6,
    filled: 0,
    changedUs: NOW_US - 60_000_000,
    ...order,
  };
}

/** The same order as the broker shows it. */
export function theirOrder(order: Partial<TheirOrder> = {}): TheirOrder {
  return {
    clientId: OWN_ID,
    brokerId: "b-1",
    symbol: "GOOG",
    status: "accepted",
    quantity: 5e6,
    filled: 0,
    replacedBy: "",
    ...order,
  };
}
