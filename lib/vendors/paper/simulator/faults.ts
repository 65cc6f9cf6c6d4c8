/**
 * What the exchange does wrong on purpose, by script or by chance from a seed. A fault is armed, and the next request or report that it is
 * for meets it.
 *
 * @module
 */

import { Random, SandbarError } from "../../../core/mod.ts";
import type { BrokerReport } from "../../../protocols/mod.ts";

/** What goes wrong with a request. */
export const REQUEST_FAULTS = [
  /** Done, and never answered: the caller's time runs out. */
  "drop_answer",
  /** Done, and the connection breaks in the middle of the answer. */
  "close_connection",
  /** Done, and answered with HTTP 500. */
  "server_error",
  /** Done, and answered with something that is no answer. */
  "garbled_answer",
  /** Done, and answered `delayUs` later. */
  "delayed_answer",
  /** Done and not answered; the next `lookups` look-ups do not find the order yet. */
  "appears_late",
  /** Not done, and never answered. */
  "never_received",
  /** Not done: HTTP 429 with Retry-After. */
  "rate_limit",
  /** Not done: refused by the venue. */
  "reject",
] as const;

/** What goes wrong with a report. */
export const REPORT_FAULTS = [
  /** Told twice. */
  "duplicate",
  /** Told after the report that follows it, or two instants later. */
  "reorder",
  /** Told `instants` instants later. */
  "late",
  /** A fill is told as two. */
  "partial",
] as const;

export type RequestKind = "submit" | "cancel" | "replace" | "read";
export type RequestFaultKind = typeof REQUEST_FAULTS[number];
export type ReportFaultKind = typeof REPORT_FAULTS[number];

/** A fault that waits for its request. */
export interface RequestFault {
  readonly on: RequestKind;
  readonly kind: RequestFaultKind;
  /** Microseconds until a delayed answer; default 60 seconds. */
  readonly delayUs?: number;
  /** Look-ups that do not find an order that appears late; default 1. */
  readonly lookups?: number;
}

/** A fault that waits for its report. */
export interface ReportFault {
  readonly on: "report";
  readonly kind: ReportFaultKind;
  /** Only a report of this kind meets it; default any. */
  readonly report?: BrokerReport["kind"];
  /** Instants that a late report waits; default 1. */
  readonly instants?: number;
}

export type Fault = RequestFault | ReportFault;

/** Faults by chance. */
export interface FaultChance {
  readonly seed: number;
  /** Share of order requests and of reports that meet a fault, 0 to 1. */
  readonly rate: number;
}

/** The most faults that wait. */
const MAX_ARMED = 10_000;
/** Chance leaves out what a client that waits for its answers could not tell from an outage. */
const BY_CHANCE: readonly RequestFaultKind[] = [
  "close_connection",
  "server_error",
  "garbled_answer",
  "appears_late",
  "rate_limit",
  "reject",
];

/** The armed faults of an exchange. */
export class Faults {
  readonly #armed: Fault[] = [];
  readonly #chance: Random | null;
  readonly #rate: number;

  constructor(chance?: FaultChance) {
    this.#chance = chance === undefined ? null : new Random(chance.seed);
    this.#rate = chance?.rate ?? 0;
  }

  /**
   * Arms a fault for the next request or report that it fits.
   *
   * @throws {SandbarError} `usage` when there are 10,000 already, or for a kind that does not exist.
   */
  arm(fault: Fault): void {
    const known: readonly string[] = fault.on === "report" ? REPORT_FAULTS : REQUEST_FAULTS;
    if (!known.includes(fault.kind)) {
      throw new SandbarError("usage", `no fault ${fault.kind}; known are ${known.join(", ")}`);
    }
    if (this.#armed.length >= MAX_ARMED) {
      throw new SandbarError("usage", `${MAX_ARMED} faults wait already`);
    }
    this.#armed.push(fault);
  }

  /** Returns the fault that a request meets, null for none. */
  forRequest(kind: RequestKind): RequestFault | null {
    const at = this.#armed.findIndex((fault) => fault.on === kind);
    if (at >= 0) return this.#armed.splice(at, 1)[0] as RequestFault;
    if (kind === "read" || !this.#draws()) return null;
    return { on: kind, kind: this.#oneOf(BY_CHANCE) };
  }

  /** Returns the fault that a report meets, null for none. */
  forReport(kind: BrokerReport["kind"]): ReportFault | null {
    const at = this.#armed.findIndex((fault) =>
      fault.on === "report" && (fault.report === undefined || fault.report === kind) &&
      (fault.kind !== "partial" || kind === "fill")
    );
    if (at >= 0) return this.#armed.splice(at, 1)[0] as ReportFault;
    if (!this.#draws()) return null;
    return { on: "report", kind: this.#oneOf(REPORT_FAULTS) };
  }

  #draws(): boolean {
    return this.#chance !== null && this.#chance.next() < this.#rate;
  }

  #oneOf<T>(kinds: readonly T[]): T {
    return kinds[this.#chance!.nextUint32() % kinds.length]!;
  }
}
