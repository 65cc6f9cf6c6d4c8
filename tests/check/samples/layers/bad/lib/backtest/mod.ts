export * from "../utils/mod.ts"; // found: which is in no room
