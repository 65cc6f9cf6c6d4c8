export { sma } from "./indicators/sma.ts";
