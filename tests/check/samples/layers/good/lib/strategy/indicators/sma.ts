import type { Bars } from "../../market/mod.ts";
export function sma(bars: Bars): number {
  return bars.rows;
}
