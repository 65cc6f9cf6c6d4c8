import { readFileSync } from "node:fs"; // found
export * from "npm:valibot"; // found
import type { Bars } from "../market/mod.ts";

export function now(): number {
  return Date.now(); // found
}
export const today = (): string => String(new Date()); // found
export const instant = Temporal.Now.instant(); // found
export const mark = performance.now(); // found
setTimeout(now, 10); // found
setInterval(now, 10); // found
export const chance = Math.random(); // found
const { random } = Math; // found
export const id = crypto.randomUUID(); // found
export async function later(): Promise<void> { // found
  await Promise.resolve(); // found
}
export const wait = async (): Promise<number> => 1; // found
export const args = Deno.args; // found
export const page = fetch; // found
console.log("bars"); // found
export const lazy = import("./bars.ts"); // found
export const hidden = globalThis["Date"]; // found
class Reader {
  async read(bars: Bars): Promise<void> { // found
    for await (const bar of bars) readFileSync(bar); // found
  }
}
export { random, Reader };
