/**
 * Floor 3: the doors between the parts: what crosses them and in which form. Pure.
 *
 * @module
 */

export * from "./intents.ts";
