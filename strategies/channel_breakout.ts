/**
 * Channel breakout: buy a new high with a resting stop order, leave at a new low. The idea behind the "turtles" of the 1980s.
 *
 * While flat, a stop order to buy rests at the highest high of the last `entry` bars: it fills by itself, inside the bar, at the moment at
 * which the price breaks out. While long, a stop order to sell rests at the lowest low of the last `exit` bars, or at `stopRanges`
 * average true ranges below the entry, whichever is higher. It rises with the channel and never falls.
 *
 * The size follows from the risk, not from the price: from entry to the first stop lies `stopRanges` average true ranges, and as many
 * shares are bought as lose `riskPercent` of the equity on that way. A restless stock gets fewer shares than a calm one.
 *
 * Why it may work: large trends have to begin with a new high, and whoever buys each of them misses none.
 *
 * When it fails: sideways. Most breakouts are false, so that more than half of the trades lose a little; a few long trends have to pay
 * for all. Prices also jump past a stop overnight: then it fills at the open, and the loss is larger than was planned.
 */

import {
  atr,
  defineStrategy,
  donchian,
  type Handlers,
  type OrderId,
  param,
  type Trade,
} from "sandbar/strategy";

/** A stop order of ours that rests at the venue. */
interface Resting {
  readonly id: OrderId;
  readonly stopPrice: number;
}

export default defineStrategy({
  name: "channel-breakout",
  description: "Stop orders at the edges of Donchian channels, sized by volatility",
  params: {
    entry: param.int(55, { min: 5, max: 400, description: "bars of the channel to break out of" }),
    exit: param.int(20, { min: 2, max: 200, description: "bars of the channel that ends a trade" }),
    riskPercent: param.number(1, { min: 0.1, max: 10, description: "equity risked on a trade" }),
    stopRanges: param.number(2, { min: 0.5, max: 10, description: "true ranges to the stop" }),
  },
  needs: { orderTypes: ["stop"], timeInForce: ["gtc"] },
  setup({ params, data }): Handlers {
    const channel = data.indicator(donchian(params.entry)).plot();
    const floor = data.indicator(donchian(params.exit)).plot();
    const range = data.indicator(atr(20));
    const share = 1 / data.symbols.length;
    const resting = new Map<string, Resting>();

    /** Moves the resting stop order of a symbol; one that rests at that price already is left alone. */
    function rest(
      trade: Trade,
      symbol: string,
      side: "buy" | "sell",
      quantity: number,
      stopPrice: number,
    ): void {
      const old = resting.get(symbol);
      if (old !== undefined && trade.order(old.id)?.isWorking === true) {
        if (old.stopPrice === stopPrice) return;
        trade.cancel(old.id);
      }
      if (quantity <= 0) return;
      const id = trade.order({ symbol, side, quantity, stopPrice, timeInForce: "gtc" });
      resting.set(symbol, { id, stopPrice });
    }

    return {
      onBar(bar, trade): void {
        if (!channel.ready || !range.ready) return;
        const { symbol } = bar, position = trade.position(symbol);
        const room = params.stopRanges * range.value;
        if (position.quantity > 0) {
          const old = resting.get(symbol);
          const isExit = old !== undefined && trade.order(old.id)?.side === "sell";
          // A stop that has risen stays there: only the first one stands by the entry.
          const least = isExit ? old.stopPrice : position.averagePrice - room;
          rest(trade, symbol, "sell", position.quantity, Math.max(floor.lower.value, least));
          return;
        }
        const level = channel.upper.value;
        const byRisk = Math.floor(trade.equity * params.riskPercent / 100 / room);
        // Room for the slippage and for a gap at the open: what cash cannot pay is refused whole.
        const byCash = Math.floor(trade.equity * share * 0.95 / level);
        rest(trade, symbol, "buy", Math.min(byRisk, byCash), level);
      },
    };
  },
});
