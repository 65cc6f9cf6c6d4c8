/**
 * The strategy SDK: all that a strategy file may import, as `sandbar/strategy`.
 *
 * ```ts
 * import { crossedAbove, crossedBelow, defineStrategy, param, sma } from "sandbar/strategy";
 *
 * export default defineStrategy({
 *   name: "sma-crossover",
 *   params: { fast: param.int(10, { min: 2 }), slow: param.int(30, { min: 3 }) },
 *   setup({ params, data }) {
 *     const fast = data.indicator(sma(params.fast)).plot();
 *     const slow = data.indicator(sma(params.slow)).plot();
 *     return {
 *       onBar(bar, trade) {
 *         if (crossedAbove(fast, slow)) trade.targetWeight(bar.symbol, 1);
 *         else if (crossedBelow(fast, slow)) trade.close(bar.symbol);
 *       },
 *     };
 *   },
 * });
 * ```
 *
 * @module
 */

export { defineStrategy } from "./define_strategy.ts";
export type {
  Handlers,
  Json,
  Needs,
  ParamValues,
  SessionEvent,
  SetupContext,
  Strategy,
  StrategyOptions,
  TimerEvent,
} from "./define_strategy.ts";
export { param } from "./params.ts";
export type { NumberParamOptions, Param, ParamInfo } from "./params.ts";
export { crossedAbove, crossedBelow } from "./indicator.ts";
export type { Indicator } from "./indicator.ts";
export type { Data, IndicatorOf, PeriodData, TimerOptions } from "./data.ts";
export type {
  Amendment,
  OrderOptions,
  OrderRequest,
  OrderType,
  ProtectiveOptions,
  TimeInForce,
  WeightOptions,
} from "./order_options.ts";
export type { Trade } from "./trade.ts";
export type { Bar, BarCopy, Fill, Order, OrderId, Position, Slice } from "./views.ts";
export * from "./indicators/mod.ts";
export * from "./sizing.ts";
