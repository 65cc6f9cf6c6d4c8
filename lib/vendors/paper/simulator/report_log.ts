/**
 * The reports of an exchange, numbered from 1 without gaps: what a client has missed it asks for by number. Faults of reports are made here,
 * before a report has its number, so that every client sees the same log.
 *
 * @module
 */

import type { BrokerReport } from "../../../protocols/mod.ts";
import type { ReportFault } from "./faults.ts";

/** The most reports of an exchange; it takes no more orders then. */
export const MAX_REPORTS = 1_000_000;

/** A log that only grows. */
export class ReportLog {
  readonly #reports: BrokerReport[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #late: { readonly step: number; readonly report: BrokerReport }[] = [];
  /** Waits for the report that follows it, or for the instant after the next: a market that nobody trades in tells it as well. */
  #held: { readonly step: number; readonly report: BrokerReport } | null = null;

  /** Number of the last report, 0 before the first. */
  get last(): number {
    return this.#reports.length;
  }

  /** The report with a number from 1 to `last`. */
  at(number: number): BrokerReport {
    return this.#reports[number - 1]!;
  }

  /** Calls `listener` whenever the log has grown, until the returned function is called. */
  onGrowth(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Adds a report. */
  add(report: BrokerReport, fault: ReportFault | null, step: number): void {
    switch (fault?.kind) {
      case "late":
        this.#late.push({ step: step + (fault.instants ?? 1), report });
        return;
      case "reorder":
        if (this.#held !== null) break;
        this.#held = { step: step + 2, report };
        return;
      case "duplicate":
        this.#reports.push(report);
        break;
      case "partial":
      case undefined:
    }
    this.#reports.push(report);
    this.#tellHeld(Infinity);
    this.#tell();
  }

  /** Adds the reports that waited for this instant, and at the end of the data all that wait. */
  release(step: number): void {
    for (let k = 0; k < this.#late.length;) {
      if (this.#late[k]!.step > step) k++;
      else this.#reports.push(this.#late.splice(k, 1)[0]!.report);
    }
    this.#tellHeld(step);
    this.#tell();
  }

  #tellHeld(step: number): void {
    if (this.#held === null || this.#held.step > step) return;
    this.#reports.push(this.#held.report);
    this.#held = null;
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
