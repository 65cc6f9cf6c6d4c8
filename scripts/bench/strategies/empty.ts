/** Bench: a handler that does nothing. What is left is the engine's own walk. */

import { defineStrategy, type Handlers } from "sandbar/strategy";

export function setup(): Handlers {
  return { onBar(): void {} };
}

export default defineStrategy({ name: "bench-empty", setup });
