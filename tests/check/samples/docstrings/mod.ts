/** A door with names that say what they are and names that do not. @module */
export * from "./inner.ts";
export { Said as SaidAgain } from "./inner.ts";
