export * from "../lib/market/bars.ts";
