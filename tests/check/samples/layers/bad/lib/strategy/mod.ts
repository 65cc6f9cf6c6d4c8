import type { Bars } from "../market/bars.ts"; // found: import lib/market/mod.ts
export const sma = (bars: Bars): number => bars.rows;
