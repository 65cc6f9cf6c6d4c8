export { sma } from "../strategy/engine_door.ts"; // found: a door for engine only
export * from "../data/mod.ts"; // found: on the same floor 5
