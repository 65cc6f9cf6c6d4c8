import type { Bars } from "../market/mod.ts"; // found: arrows go down only
export type Row = import("../engine/mod.ts").Book; // found: arrows go down only
export type Rows = Bars;
