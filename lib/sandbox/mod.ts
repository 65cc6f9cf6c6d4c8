/**
 * Floor 5: the sandbox: reads a strategy as data, starts its sealed child, exchanges frames with it, and kills it.
 *
 * @module
 */

export * from "./child_limits.ts";
export * from "./child_state.ts";
export * from "./failure.ts";
export { FrameError, MAX_FRAME_BYTES } from "./frames.ts";
export { childArguments } from "./launcher.ts";
export * from "./sealed_child.ts";
export type { SliceReport } from "./slice_report.ts";
export * from "./sources.ts";
