/**
 * The journal's `dispatch` records: a request is about to be sent, and what became of it. What was sent and has no answer on record is asked
 * about after a restart.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import {
  JOURNAL_KIND,
  type JournalRecord,
  type OrderRequest,
  type ReplaceRequest,
} from "../../protocols/mod.ts";
import { decodeJsonPayload } from "./records.ts";

/** A request to a broker. */
export type DispatchRequest =
  | { readonly request: "submit"; readonly clientId: string; readonly order: OrderRequest }
  | { readonly request: "cancel"; readonly clientId: string; readonly symbol: string }
  | {
    readonly request: "replace";
    readonly clientId: string;
    readonly symbol: string;
    readonly replace: ReplaceRequest;
  };

/** What became of a request. */
export type DispatchAnswer =
  | "confirmed"
  | "refused"
  /** There was no answer, and the broker's orders or reports told what it would have been. */
  | "found"
  /** There was no answer, and the broker proved not to have it. */
  | "absent"
  /** It was not sent after all: the lease was gone. */
  | "not_sent";

/** A record, by its JSON. */
export type DispatchRecord =
  | ({ readonly step: "send" } & DispatchRequest)
  | {
    readonly step: "answer";
    readonly request: DispatchRequest["request"];
    readonly clientId: string;
    readonly answer: DispatchAnswer;
  };

/** A request that was about to be sent when the process ended. */
export interface UnansweredRequest {
  readonly request: DispatchRequest;
  /** Engine time of its record, microseconds UTC. */
  readonly timeUs: number;
}

/** What the records of a journal leave open. */
export interface OpenRequests {
  /** In the order in which they were sent. */
  readonly unanswered: readonly UnansweredRequest[];
  /** Symbols of all orders that were submitted, and of those that were proved absent, by client id. */
  readonly submitted: ReadonlyMap<string, string>;
  readonly absent: ReadonlyMap<string, string>;
}

/**
 * Returns what the records leave open.
 *
 * @param records All `dispatch` records of the journal, in order; records of other kinds are passed over.
 * @throws {SandbarError} `journal_corrupt` when a record is of another form.
 */
export function openRequests(records: Iterable<JournalRecord>): OpenRequests {
  const open = new Map<string, UnansweredRequest>();
  const submitted = new Map<string, string>(), absent = new Map<string, string>();
  for (const { kind, payload, sequence, timeUs } of records) {
    if (kind !== JOURNAL_KIND.dispatch) continue;
    const record = decodeJsonPayload(payload) as unknown as DispatchRecord;
    const key = `${record.request} ${record.clientId}`;
    if (record.step === "answer") {
      open.delete(key);
      const symbol = submitted.get(record.clientId);
      if (record.request === "submit" && record.answer === "absent" && symbol !== undefined) {
        absent.set(record.clientId, symbol);
      }
    } else if (record.step === "send") {
      open.set(key, { request: record, timeUs });
      if (record.request === "submit") submitted.set(record.clientId, record.order.symbol);
      if (record.request === "replace") submitted.set(record.replace.newClientId, record.symbol);
    } else {
      throw new SandbarError(
        "journal_corrupt",
        `Cannot read record ${sequence} of the journal: it is no dispatch of a known form; run deno task doctor`,
      );
    }
  }
  return { unanswered: [...open.values()], submitted, absent };
}
