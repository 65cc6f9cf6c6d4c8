export * from "./bars.ts";
