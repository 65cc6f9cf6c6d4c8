import type { RoundTrip } from "../trading/mod.ts";
export type Trips = readonly RoundTrip[];
