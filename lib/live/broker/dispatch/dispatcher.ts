/**
 * Sends orders exactly once.
 *
 * ```text
 * submit ──► journal: about to send ──► durable ──► lease? ──► broker, once ──► answer ──► journal, report
 *                                                     │                           │
 *                                                     └ no: not sent              └ none in time: UNKNOWN, looked up by client id
 *                                                                                     ├ found: its true state as reports
 *                                                                                     ├ no trace in two look-ups: absent
 *                                                                                     └ neither by the deadline: symbol blocked
 * ```
 *
 * Invariants: nothing is sent before its record is durable; the lease is asked in the tick in which the request goes out; a request is never
 * sent twice, not by a time-out and not by a restart. No trace is a proof when a second look-up, at least the submit time-out after the
 * first, finds none either. An order that was proved absent and turns up all the same is revived, told, and cancelled.
 *
 * Requests of one order go out one after the other: a cancel cannot overtake its order. Those of different orders do not wait for each other.
 *
 * @module
 */

import { invariant, SandbarError } from "../../../core/mod.ts";
import {
  type Broker,
  type BrokerReport,
  type Clock,
  type Journal,
  JOURNAL_KIND,
  type JournalRecord,
  type OrderRequest,
  type ReplaceRequest,
  type RequestResult,
} from "../../../protocols/mod.ts";
import { encodeJsonPayload } from "../../account/records.ts";
import {
  type DispatchAnswer,
  type DispatchRecord,
  type DispatchRequest,
  openRequests,
  type UnansweredRequest,
} from "../../account/dispatch_records.ts";
import type { DispatchEvent, DispatchReport } from "../../account/dispatch_news.ts";
import { lookUp } from "./look_up.ts";
import { clientIdIn, tells } from "./tells.ts";

/** What a dispatcher works with. */
export interface DispatcherParts {
  readonly broker: Broker;
  readonly journal: Journal;
  readonly lease: { mayAct(): boolean };
  readonly clock: Clock;
  readonly rules: { readonly submitTimeoutMs: number; readonly unknownDeadlineSeconds: number };
  /** Engine time, microseconds UTC: the time in which the broker tells its executions. */
  readonly timeUs: () => number;
  readonly report: (report: DispatchReport) => void;
  readonly event: (event: DispatchEvent) => void;
  /**
   * Records what became of a request, after the reports that were told before it: a restart that finds the one has the others. Default: it goes
   * to the journal at once, for reports that are applied at once.
   */
  readonly answer?: (record: DispatchRecord) => void;
}

/** How a request ended, `unresolved` when its deadline passed before it did. */
export type DispatchOutcome = DispatchAnswer | "unresolved";

/** The most requests under way; one more is not sent. */
const MAX_UNDER_WAY = 1_000;
/** Wait between the first two look-ups; each later one doubles it, up to the submit time-out. */
const FIRST_WAIT_US = 500_000;

/** A request under way. */
interface UnderWay {
  readonly request: DispatchRequest;
  readonly sentUs: number;
  /** Ends the search: what became of it was told. */
  readonly settled: PromiseWithResolvers<DispatchAnswer>;
  readonly search: AbortController;
  /** True once a report has told what an answer would have. */
  isHeard: boolean;
  /** True while it is looked for. */
  isChased: boolean;
}

/** Sends the orders of one account. */
export class Dispatcher implements AsyncDisposable {
  readonly #parts: DispatcherParts;
  readonly #underWay = new Set<UnderWay>();
  /** The last request of each order: the next one waits for its answer or time-out. */
  readonly #lanes = new Map<string, Promise<unknown>>();
  readonly #submitted = new Set<string>();
  /** Symbols of the orders that were proved absent. */
  readonly #absent = new Map<string, string>();
  readonly #closed = new AbortController();
  readonly #whenClosed = Promise.withResolvers<void>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #stopListening: () => void;

  /** Listens to the broker from now on. */
  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#stopListening = parts.broker.onReport((report) => this.#hear(report));
  }

  /** Ends the search for what is not resolved; a restart goes on with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    this.#closed.abort();
    this.#whenClosed.resolve();
    for (const { search } of this.#underWay) search.abort();
    await Promise.allSettled([...this.#running]);
  }

  /**
   * Sends an order. Resolves when it is known what became of it, or its deadline has passed; a caller need not wait for that.
   *
   * @throws {SandbarError} `persistence_io`, `lease_lost`: the journal has failed, and nothing was sent.
   */
  submit(order: OrderRequest): Promise<DispatchOutcome> {
    const { clientId } = order;
    invariant(!this.#submitted.has(clientId), `order ${clientId} is submitted twice`);
    this.#submitted.add(clientId);
    return this.#dispatch({ request: "submit", clientId, order });
  }

  /** Asks for a cancel. @throws as {@linkcode submit}. */
  cancel(clientId: string, symbol: string): Promise<DispatchOutcome> {
    return this.#dispatch({ request: "cancel", clientId, symbol });
  }

  /** Asks for new terms. @throws as {@linkcode submit}. */
  replace(replace: ReplaceRequest, symbol: string): Promise<DispatchOutcome> {
    const { clientId, newClientId } = replace;
    invariant(!this.#submitted.has(newClientId), `order ${newClientId} is submitted twice`);
    this.#submitted.add(newClientId);
    return this.#dispatch({ request: "replace", clientId, symbol, replace });
  }

  /**
   * After a restart, before anything else is sent: looks up every request whose record is durable and that has no answer on record. None is
   * sent again. Resolves when each is known or past its deadline.
   *
   * @param records The journal's records, in order.
   * @param doubtful Orders that our books have as sent and not answered. Those whose records were cut off are looked up as well.
   */
  async recover(
    records: Iterable<JournalRecord>,
    doubtful: readonly UnansweredRequest[] = [],
  ): Promise<readonly DispatchOutcome[]> {
    const { unanswered, submitted, absent } = openRequests(records);
    const known = new Set(unanswered.map(({ request }) => request.clientId));
    for (const clientId of submitted.keys()) this.#submitted.add(clientId);
    for (const [clientId, symbol] of absent) this.#absent.set(clientId, symbol);
    return await Promise.all(
      [...unanswered, ...doubtful.filter(({ request }) => !known.has(request.clientId))]
        .map(({ request, timeUs }) => this.#run(this.#chase(this.#begin(request, timeUs)))),
    );
  }

  #dispatch(request: DispatchRequest): Promise<DispatchOutcome> {
    const { clientId } = request, before = this.#lanes.get(clientId) ?? Promise.resolve();
    const answered = Promise.withResolvers<void>();
    const lane = answered.promise;
    const ids = request.request === "replace"
      ? [clientId, request.replace.newClientId]
      : [clientId];
    for (const id of ids) this.#lanes.set(id, lane);
    const done = this.#run(this.#send(request, before, answered.resolve));
    const leave = (): void => {
      answered.resolve();
      for (const id of ids) if (this.#lanes.get(id) === lane) this.#lanes.delete(id);
    };
    done.then(leave, leave);
    return done;
  }

  async #send(
    request: DispatchRequest,
    before: Promise<unknown>,
    answered: () => void,
  ): Promise<DispatchOutcome> {
    const { journal, lease, clock, rules } = this.#parts;
    await before;
    if (this.#closed.signal.aborted) return "not_sent";
    const sentUs = this.#parts.timeUs();
    const sequence = this.#append({ step: "send", ...request });
    await Promise.race([journal.whenDurable(sequence), this.#whenClosed.promise]);
    if (this.#underWay.size >= MAX_UNDER_WAY) {
      return this.#notSent(request, `${MAX_UNDER_WAY} requests are under way already`);
    }
    if (this.#closed.signal.aborted || !lease.mayAct()) {
      return this.#notSent(request, "this process may not act for the account any more");
    }
    // From here to the socket nothing is awaited.
    const answer = this.#ask(request), one = this.#begin(request, sentUs);
    const patience = new AbortController();
    const late = clock.sleep(rules.submitTimeoutMs * 1000, {
      signal: AbortSignal.any([patience.signal, one.search.signal]),
    }).then(() => undefined, () => undefined);
    const first = await Promise.race([answer, late]);
    patience.abort();
    answered();
    if (first !== undefined && first.outcome !== "unresolved") return this.#conclude(one, first);
    if (one.isHeard) return this.#settle(one, "found");
    // It may still be answered while it is looked for.
    answer.then((result) => {
      if (result.outcome !== "unresolved" && this.#underWay.has(one)) this.#conclude(one, result);
    });
    return await this.#chase(one);
  }

  #ask(request: DispatchRequest): Promise<RequestResult> {
    const { broker } = this.#parts;
    switch (request.request) {
      case "submit":
        return broker.submit(request.order);
      case "cancel":
        return broker.cancel(request.clientId);
      case "replace":
        return broker.replace(request.replace);
    }
  }

  #begin(request: DispatchRequest, sentUs: number): UnderWay {
    const one: UnderWay = {
      request,
      sentUs,
      settled: Promise.withResolvers<DispatchAnswer>(),
      search: new AbortController(),
      isHeard: false,
      isChased: false,
    };
    this.#underWay.add(one);
    return one;
  }

  /** Takes an answer. An acknowledgement moves the order; nothing is booked on it. */
  #conclude(one: UnderWay, result: RequestResult): DispatchAnswer {
    const { request } = one, { clientId } = request, timeUs = this.#parts.timeUs();
    if (result.outcome === "confirmed") {
      if (request.request === "submit") {
        const { brokerId } = result;
        this.#parts.report({ kind: "acknowledged", clientId, brokerId, timeUs, reason: "" });
      }
      return this.#settle(one, "confirmed");
    }
    invariant(result.outcome === "refused", "a conclusion from no answer");
    this.#refuse(request, `${result.code}: ${result.message}`);
    return this.#settle(one, "refused");
  }

  /** Looks a request up until it is known what became of it; resolves at its deadline, and goes on looking, slowly. */
  async #chase(one: UnderWay): Promise<DispatchOutcome> {
    const { clock, rules, report, timeUs } = this.#parts, { clientId } = one.request;
    one.isChased = true;
    if (one.request.request === "submit") {
      report({ kind: "unanswered", clientId, timeUs: timeUs() });
    }
    const search = this.#run(this.#search(one));
    const waited = new AbortController();
    const deadline = clock.sleep(rules.unknownDeadlineSeconds * 1e6, {
      signal: AbortSignal.any([waited.signal, one.search.signal]),
    }).then(() => "unresolved" as const, () => search);
    const outcome = await Promise.race([search, deadline]);
    waited.abort();
    if (outcome !== "unresolved" || !this.#underWay.has(one)) return outcome;
    const event = { clientId, symbol: symbolOf(one.request) };
    this.#parts.event({ kind: "unresolved", ...event });
    this.#run(search.then(() => {
      if (!this.#closed.signal.aborted) this.#parts.event({ kind: "resolved", ...event });
    }));
    return outcome;
  }

  async #search(one: UnderWay): Promise<DispatchOutcome> {
    const { broker, clock, rules, report, timeUs } = this.#parts, { signal } = one.search;
    const timeoutUs = rules.submitTimeoutMs * 1000;
    const startedUs = clock.monotonicUs();
    let firstUs: number | undefined, waitUs = FIRST_WAIT_US;
    while (!signal.aborted) {
      const lookedUs = clock.monotonicUs();
      const look = await lookUp(broker, one.request, one.sentUs, timeUs()).catch(asUnknown);
      if (signal.aborted) break;
      if (look?.kind === "found") {
        for (const each of look.reports) report(each);
        return this.#settle(one, "found");
      }
      if (look?.kind === "no_trace") {
        firstUs ??= lookedUs;
        if (lookedUs - firstUs >= timeoutUs) return this.#proveAbsent(one);
      }
      const untilProofUs = firstUs === undefined
        ? Infinity
        : Math.max(0, firstUs + timeoutUs - clock.monotonicUs());
      const isLate = clock.monotonicUs() - startedUs > rules.unknownDeadlineSeconds * 1e6;
      const slowUs = isLate ? rules.unknownDeadlineSeconds * 1e6 : waitUs;
      await clock.sleep(Math.min(slowUs, untilProofUs), { signal }).catch(() => undefined);
      waitUs = Math.min(waitUs * 2, timeoutUs);
    }
    return this.#underWay.has(one) ? "unresolved" : await one.settled.promise;
  }

  #proveAbsent(one: UnderWay): DispatchAnswer {
    const { request } = one, { clientId } = request;
    if (request.request === "submit") {
      this.#absent.set(clientId, request.order.symbol);
      const reason = "the broker does not have it";
      this.#parts.report({ kind: "absent", clientId, timeUs: this.#parts.timeUs(), reason });
    } else this.#refuse(request, "no answer, and the order works as before");
    return this.#settle(one, "absent");
  }

  /** Tells that a request was refused: the order goes on as it was, or never began. */
  #refuse({ request, clientId }: DispatchRequest, reason: string): void {
    const kind = request === "submit"
      ? "rejected"
      : request === "cancel"
      ? "cancel_refused"
      : "replace_refused";
    this.#parts.report({ kind, clientId, brokerId: "", timeUs: this.#parts.timeUs(), reason });
  }

  #notSent(request: DispatchRequest, reason: string): DispatchAnswer {
    const { clientId } = request, timeUs = this.#parts.timeUs();
    this.#note(request, "not_sent");
    if (request.request === "submit") {
      this.#parts.report({ kind: "absent", clientId, timeUs, reason: `not sent: ${reason}` });
    } else this.#refuse(request, `not sent: ${reason}`);
    return "not_sent";
  }

  #settle(one: UnderWay, answer: DispatchAnswer): DispatchAnswer {
    this.#underWay.delete(one);
    one.settled.resolve(answer);
    one.search.abort();
    this.#note(one.request, answer);
    return answer;
  }

  /** Records an answer. Nothing waits for it: without it a restart looks the request up again. A journal that has failed takes none. */
  #note({ request, clientId }: DispatchRequest, answer: DispatchAnswer): void {
    const record: DispatchRecord = { step: "answer", request, clientId, answer };
    if (this.#parts.answer !== undefined) return this.#parts.answer(record);
    try {
      this.#append(record);
    } catch (error) {
      if (!(error instanceof SandbarError)) throw error;
    }
  }

  #append(record: object): number {
    const { journal, timeUs } = this.#parts;
    return journal.append(JOURNAL_KIND.dispatch, timeUs(), encodeJsonPayload(record));
  }

  /** Passes a report of the broker on, and ends the search for what it tells. */
  #hear(report: BrokerReport): void {
    const clientId = clientIdIn(report);
    this.#parts.report(report);
    for (const one of [...this.#underWay]) {
      if (one.request.clientId !== clientId || !tells(report, one.request)) continue;
      one.isHeard = true;
      if (one.isChased) this.#settle(one, "found");
    }
    const symbol = this.#absent.get(clientId);
    if (symbol !== undefined) this.#revive(report, clientId, symbol);
  }

  #revive(report: BrokerReport, clientId: string, symbol: string): void {
    this.#absent.delete(clientId);
    this.#parts.event({ kind: "revived", clientId, symbol });
    const works = report.kind === "acknowledged" || report.kind === "resumed" ||
      (report.kind === "fill" && !report.completes);
    if (works) this.cancel(clientId, symbol).catch(asUnknown);
  }

  #run<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const done = (): void => void this.#running.delete(work);
    work.then(done, done);
    return work;
  }
}

function symbolOf(request: DispatchRequest): string {
  return request.request === "submit" ? request.order.symbol : request.symbol;
}

/** A read that failed tells nothing; what is no failure of the broker is a defect. */
function asUnknown(error: unknown): undefined {
  if (!(error instanceof SandbarError)) throw error;
}
