/**
 * A host that starts a child, says its process id once it is up, and waits for ever: to be killed by a test.
 *
 * @module
 */

import { DEFAULT_LIMITS, SealedChild } from "../../../lib/sandbox/mod.ts";

const child = SealedChild.start({ ...DEFAULT_LIMITS, loadMs: 60_000 }, Deno.args[0]!);
await child.open({ spec: "", seriesCount: 0, seed: 0, freeze: true });
console.log(child.pid);
await child.sendSessions([]);
