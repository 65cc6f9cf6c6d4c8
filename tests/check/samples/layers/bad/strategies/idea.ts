import { sma } from "../lib/strategy/mod.ts"; // found: a strategy imports sandbar/strategy
import { readFileSync } from "node:fs"; // found: a strategy imports sandbar/strategy
export default [sma, readFileSync];
