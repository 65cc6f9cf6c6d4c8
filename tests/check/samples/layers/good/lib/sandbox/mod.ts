import { readFileSync } from "node:fs";
import { sma } from "../engine/mod.ts";
export const parts = [readFileSync, sma];
