/**
 * Why a strategy's process is no more when nobody ended it.
 *
 * @module
 */

import type { ChildLimits } from "./child_limits.ts";
import { printable, StrategyFailure } from "./failure.ts";

/** Says how a child ended that was not killed by the host. */
export function endOf(
  status: Deno.CommandStatus,
  errorText: string,
  { heapMb, dataBytes }: ChildLimits,
): StrategyFailure {
  // V8 aborts with a trap; a SIGKILL that is not ours is the system's, which does that for want of memory.
  const memory = status.signal === "SIGTRAP" || status.signal === "SIGABRT" ||
    status.signal === "SIGKILL" || /out of memory|OOM|allocation failed/i.test(errorText);
  if (memory) {
    return new StrategyFailure(
      "memory",
      `the strategy used more memory than it may (${heapMb} MiB for its objects, ${
        Math.round(dataBytes / 2 ** 20)
      } MiB in all) and its process has ended`,
    );
  }
  const first = printable(errorText).split("\n").find((line) => line.trim() !== "") ?? "";
  return new StrategyFailure(
    "throw",
    `the strategy's process ended by itself (${status.signal ?? `exit code ${status.code}`})${
      first === "" ? "" : `: ${first.slice(0, 200)}`
    }`,
  );
}
