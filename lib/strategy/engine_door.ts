/**
 * The engine's door into the SDK: what makes the objects that a strategy holds. A strategy never sees these names.
 *
 * @module
 */

export { Data } from "./data.ts";
export type { DataPort } from "./data.ts";
export { readHandlers, strategyParts } from "./define_strategy.ts";
export type {
  Handlers,
  HandlerTable,
  Json,
  Needs,
  SetupContext,
  StrategyParts,
} from "./define_strategy.ts";
export { Indicator, pointIndicator, SeriesCursor, unpointIndicator } from "./indicator.ts";
export type { IndicatorPort } from "./indicator.ts";
export type { Kernel } from "./indicators/kernel.ts";
export { shown, Spec, specParts } from "./indicators/spec.ts";
export type { SpecParts } from "./indicators/spec.ts";
export { paramInfo, paramProblem } from "./params.ts";
export type { ParamInfo } from "./params.ts";
export type { OrderTicket } from "./order_ticket.ts";
export { Trade } from "./trade.ts";
export type { TradePort } from "./trade.ts";
export { Bar, pointBar, Slice } from "./views.ts";
export type { Fill, Order, OrderId, Position, SlicePort } from "./views.ts";
