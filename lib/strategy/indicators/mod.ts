/**
 * The indicators that a strategy may use. Each function returns a description for `data.indicator(...)`; names, defaults and
 * conventions are TA-Lib's where it has the indicator.
 *
 * Only these and types are exported here: what runs an indicator is the engine's own and imported by file.
 *
 * @module
 */

export { adx } from "./adx.ts";
export { aroon } from "./aroon.ts";
export { bbands } from "./bbands.ts";
export { cci } from "./cci.ts";
export { dema, tema } from "./dema_tema.ts";
export { donchian } from "./donchian.ts";
export { ema } from "./ema.ts";
export { highest, lowest } from "./highest_lowest.ts";
export { keltner } from "./keltner.ts";
export { linearreg } from "./linearreg.ts";
export { macd } from "./macd.ts";
export { mfi } from "./mfi.ts";
export { mom, roc } from "./momentum.ts";
export { obv } from "./obv.ts";
export { price } from "./price.ts";
export { rsi } from "./rsi.ts";
export { sar } from "./sar.ts";
export { sma } from "./sma.ts";
export { stddev } from "./stddev.ts";
export { stoch, stochf } from "./stochastic.ts";
export { trix } from "./trix.ts";
export { atr, natr, trange } from "./true_range.ts";
export { ultosc } from "./ultosc.ts";
export { vwap } from "./vwap.ts";
export { willr } from "./willr.ts";
export { wma } from "./wma.ts";
export type { BarField } from "./field.ts";
export type { Spec } from "./spec.ts";
