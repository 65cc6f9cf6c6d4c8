/**
 * Floor 1: what is traded and what was seen of it: bars as columns, periods, sessions, corporate actions. Pure.
 *
 * @module
 */

export * from "./bars.ts";
