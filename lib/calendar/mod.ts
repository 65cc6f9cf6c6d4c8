/**
 * Exchange sessions from our own table: XNYS and XNAS (one table), XLON, and always open. Pure; may be used beside `market`.
 *
 * @module
 */

export * from "./sessions.ts";
