import { sma } from "sandbar/strategy";
import { half } from "./idea_parts.ts";
export default [sma, half];
