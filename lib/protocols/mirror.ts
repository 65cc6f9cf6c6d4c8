/**
 * Mirror rows: how a strategy's own book, in its sealed child, learns what became of its orders in paper and live trading. The host's book is
 * the original; the child's follows it row by row and decides nothing.
 *
 * Row layout (twelve 64-bit floats, little-endian):
 *
 * | place | holds |
 * |---|---|
 * | 0 | step at which the row counts |
 * | 1 | kind, a number of {@linkcode MIRROR} |
 * | 2 | row of the order |
 * | 3 to 11 | by kind, see there |
 *
 * @module
 */

/** Numbers in a row. */
export const MIRROR_WIDTH = 12;

/** Kinds of rows. */
export const MIRROR = {
  /** Time, signed units, price ticks, commission, fee and slippage in micro-units. */
  fill: 1,
  /** State, reason, time: the order has ended. */
  end: 2,
  /** State, flags, quantity, limit, stop: the terms of an order that works. */
  terms: 3,
  /**
   * An order that the account made, not the strategy: code (see `intentCode`, the sizing in the place of the verb), quantity, limit, stop,
   * trail, created, expires, reason.
   */
  add: 4,
  /** Of a fill (its row in the place of the order's): quantity, price, commission and fee as they are now: busted, corrected, charged later. */
  restate: 5,
  /** Of a series (its number in the place of the order's): units and price ticks that came from another book of the account, or went there. */
  transfer: 6,
} as const;
