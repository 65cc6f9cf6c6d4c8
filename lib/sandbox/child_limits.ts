/**
 * The limits of a child and their defaults.
 *
 * @module
 */

import type { LaunchOptions } from "./launcher.ts";

/** Limits of a child; see `sandbox.*` of the configuration. */
export interface ChildLimits extends LaunchOptions {
  /** For loading and setting up, milliseconds. */
  readonly loadMs: number;
  /** Without progress in a run, milliseconds. */
  readonly stallMs: number;
}

/** Limits when nothing is asked for. `dataBytes` must be raised by the size of the columns. */
export const DEFAULT_LIMITS: ChildLimits = {
  dataBytes: 1 << 30,
  heapMb: 128,
  banCodegen: true,
  requireOsLimits: false,
  networkNamespace: "auto",
  jit: true,
  loadMs: 2000,
  stallMs: 5000,
};
