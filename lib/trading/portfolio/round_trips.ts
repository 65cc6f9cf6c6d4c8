/**
 * Trades as people count them: a round trip opens when a position leaves zero and closes when it is back at zero or changes sign.
 * Computed from the fills after the run, never in the hot path.
 *
 * @module
 */

/** A closed round trip. Money in micro-units of the account currency, times in microseconds UTC. */
export interface RoundTrip {
  readonly symbol: string;
  readonly side: "long" | "short";
  /** Units bought to open (long) or sold to open (short), in the instrument's quantity scale, positive. */
  readonly quantityUnits: number;
  /** Decimals of the quantity scale: 0 for whole shares. */
  readonly quantityDigits: number;
  readonly entryTimeUs: number;
  readonly exitTimeUs: number;
  /** Mean entry and exit price by quantity, in currency (a `number`, for display and per-trade statistics only). */
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Sum of quantity times entry price, positive. */
  readonly entryNotionalMicros: number;
  /** Profit or loss net of commission and fees. */
  readonly netProfitMicros: number;
  readonly commissionMicros: number;
  readonly feeMicros: number;
  /** Steps (instants with a bar) from entry to exit. */
  readonly bars: number;
}
