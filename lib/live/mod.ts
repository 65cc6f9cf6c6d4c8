/**
 * Floor 6: an account that trades: what runs it, and what an operator sees of it and orders.
 *
 * @module
 */

export * from "./control/mod.ts";
