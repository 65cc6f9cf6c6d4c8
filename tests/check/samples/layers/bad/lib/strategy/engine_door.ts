export { sma } from "./mod.ts";
