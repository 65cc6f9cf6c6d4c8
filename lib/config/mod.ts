/**
 * Floor 5: what a user may set: the run spec and how its values are written.
 *
 * @module
 */

export * from "./commission_text.ts";
export * from "./run_spec.ts";
