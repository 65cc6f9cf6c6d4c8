export * from "./indicators/sma.ts";
