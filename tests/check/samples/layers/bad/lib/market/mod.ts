export * from "./bars.ts";
export * from "../calendar/mod.ts"; // found: on the same floor 1
