import { performance as other } from "node:perf_hooks"; // found
import { setTimeout as wait } from "node:timers"; // found
import { setInterval } from "node:timers"; // found
import { setTimeout as sleep } from "node:timers/promises"; // found

export function now(): number {
  return Date.now(); // found
}
export const today = new Date(); // found
export const text = Date(); // found
export const local = new Date("2024-03-10 09:30"); // found
export const built = new Date(`${text} 09:30`); // found
export const parsed = Date.parse(text); // found
export const instant = Temporal.Now.instant(); // found
export const zoned = Temporal["Now"].zonedDateTimeISO(); // found
export const mark = performance.now(); // found
const { now: clock } = performance; // found
const { Now } = Temporal; // found
setTimeout(now, 10); // found
globalThis.setTimeout(now, 10); // found
export { clock, Now, other, setInterval, sleep, wait }; // found
