/**
 * The paper exchange: a broker of our own, made of the simulated venue, that lives in a process of its own.
 *
 * @module
 */

export type { ExchangeLedger, HeldPosition, LedgerTotals } from "./books.ts";
export * from "./exchange.ts";
export * from "./faults.ts";
export * from "./server.ts";
