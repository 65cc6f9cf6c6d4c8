/**
 * Floor 5: time. The machine's clock, a clock moved by hand, schedules in exchange time, and what tells that time was lost.
 *
 * @module
 */

export * from "./jump_detector.ts";
export * from "./schedule.ts";
export { SimulatedClock } from "./simulated_clock.ts";
export { type Host, SystemClock } from "./system_clock.ts";
