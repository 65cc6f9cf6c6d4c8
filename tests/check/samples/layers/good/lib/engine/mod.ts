export { sma } from "../strategy/engine_door.ts";
