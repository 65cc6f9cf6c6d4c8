export { sma } from "../../strategy/mod.ts"; // found: imports nothing of other rooms
