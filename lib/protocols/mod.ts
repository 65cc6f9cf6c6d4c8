/**
 * Floor 3: the doors between the parts and to the world, as interfaces: what crosses them, in which form, with which promises. Pure.
 *
 * @module
 */

export type * from "./broker.ts";
export type * from "./clock.ts";
export type * from "./feed.ts";
export * from "./intents.ts";
export * from "./journal.ts";
export * from "./mirror.ts";
