import type { Bars } from "../market/mod.ts";
export * from "./bars.ts";

/** A Date is never read here, nor fetch called; text such as "Deno" is fine. */
export interface Facts {
  readonly performance: number;
  fetch(count: number): Bars;
}

export function facts(now: number, bars: Bars): Facts {
  const label = "Date.now() of Deno";
  const table = { console: label, process: now };
  return { performance: table.process, fetch: () => bars };
}

export class Box {
  readonly crypto = 1;
  setTimeout(): number {
    return this.crypto + Math.floor(1.5);
  }
}
