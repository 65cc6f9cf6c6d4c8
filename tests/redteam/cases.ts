/**
 * All cases of the red team, in the order of their numbers.
 *
 * @module
 */

import { CANARY_CASES } from "./cases_canaries.ts";
import { CPU_CASES } from "./cases_cpu.ts";
import { DETERMINISM_CASES } from "./cases_determinism.ts";
import { CONFUSION_CASES, ESCAPE_CASES } from "./cases_escape.ts";
import { HOST_CASES } from "./cases_host.ts";
import { IMPORT_CASES } from "./cases_imports.ts";
import { LOOKAHEAD_CASES } from "./cases_lookahead.ts";
import { MEMORY_CASES } from "./cases_memory.ts";
import { REALM_CASES } from "./cases_realm.ts";
import { RUNTIME_CASES } from "./cases_runtime.ts";
import { SIDE_EFFECT_CASES } from "./cases_side_effects.ts";
import { SURFACE_CASES } from "./cases_surface.ts";
import type { RedTeamCase } from "./support/case.ts";

/** A group of cases under one heading. */
export interface CaseGroup {
  readonly name: string;
  readonly cases: readonly RedTeamCase[];
  /** True for the platform's canaries: a failure says "look again" and fails nothing. */
  readonly canaries?: boolean;
}

/** The suite. */
export const GROUPS: readonly CaseGroup[] = [
  { name: "imports", cases: IMPORT_CASES },
  { name: "realm", cases: REALM_CASES },
  { name: "host integrity", cases: HOST_CASES },
  { name: "processor", cases: CPU_CASES },
  { name: "memory and volume", cases: MEMORY_CASES },
  { name: "side effects", cases: SIDE_EFFECT_CASES },
  { name: "determinism", cases: DETERMINISM_CASES },
  { name: "runtime regressions", cases: RUNTIME_CASES },
  { name: "sealed engine: look-ahead", cases: LOOKAHEAD_CASES },
  { name: "sealed engine: ways out", cases: ESCAPE_CASES },
  { name: "sealed engine: confusion", cases: CONFUSION_CASES },
  { name: "sealed engine: the rest of the SDK", cases: SURFACE_CASES },
  { name: "platform canaries", cases: CANARY_CASES, canaries: true },
];
