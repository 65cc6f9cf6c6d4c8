/**
 * Floor 0: numbers, time, text and errors, with no word of trading in them. Pure.
 *
 * @module
 */

export * from "./decimal.ts";
export * from "./errors.ts";
export * from "./hash.ts";
export * from "./numbered.ts";
export * from "./numbers.ts";
export * from "./put.ts";
export * from "./random.ts";
export * from "./sorted_search.ts";
export * from "./state_tape.ts";
export * from "./suggest.ts";
export * from "./time.ts";
export * from "./words.ts";
