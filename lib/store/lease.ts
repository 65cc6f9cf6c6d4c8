/**
 * The lease of an account: one process at a time may write its journal and send its orders.
 *
 * Two values. `owner` says who it is and has a number, the epoch, that grows with every take-over; it is written then only, so that its
 * version can be a condition of every commit: whoever was overtaken can write nothing more. `renewed` says until when; the commits renew it.
 * A commit protects the store; what protects the venue is `mayAct`, asked in the same tick in which a request goes out.
 *
 * Expiry is wall time, because two processes must agree on it: machines that share a KV service need clocks that differ by less than the
 * margin of two seconds.
 *
 * @module
 */

import { formatIso, SandbarError, type TimeUs } from "../core/mod.ts";
import type { Clock } from "../protocols/mod.ts";
import { ioError, valueCorrupt } from "./errors.ts";
import type { AccountKeys } from "./keys.ts";
import type { KvBackend, KvCheck, KvEntry, KvKey } from "./kv_backend.ts";
import { LEASE_MARGIN_US, type StoreLimits } from "./limits.ts";
import { jsonOf, sealJson, unseal } from "./sealed_value.ts";

/** Who holds, or held, an account. */
export interface LeaseOwner {
  /** 1 for the first owner of a store, one more for each later one. */
  readonly epoch: number;
  readonly account: string;
  readonly pid: number;
  /** When it took the account, microseconds UTC. */
  readonly sinceUs: number;
  /** Drawn for each opening: two processes with one number, on two machines, differ in it. */
  readonly id: string;
}

/** Until when an owner holds an account. */
export interface LeaseRenewal {
  readonly epoch: number;
  /** Microseconds UTC. */
  readonly untilUs: number;
}

/** What taking a lease needs. */
export interface LeaseRequest {
  readonly kv: KvBackend;
  readonly keys: AccountKeys;
  readonly account: string;
  readonly clock: Clock;
  readonly limits: StoreLimits;
  readonly pid: number;
}

/** A lease that was taken. */
export class Lease {
  readonly owner: LeaseOwner;
  /** The condition of every commit. */
  readonly check: KvCheck;
  readonly #request: LeaseRequest;
  #untilUs: number;
  #mayActUntilUs: number;
  #isLost = false;

  constructor(request: LeaseRequest, owner: LeaseOwner, check: KvCheck, begun: Renewing) {
    this.#request = request;
    this.owner = owner;
    this.check = check;
    this.#untilUs = begun.untilUs;
    this.#mayActUntilUs = begun.mayActUntilUs;
  }

  /** Monotonic time, microseconds, from which on nothing may be sent unless the lease is renewed before. */
  get mayActUntilUs(): number {
    return this.#isLost ? -Infinity : this.#mayActUntilUs;
  }

  /**
   * True while this process may act for the account: ask in the tick in which something is sent. Both clocks must agree: the monotonic one
   * cannot be set, the wall clock goes on while a machine sleeps.
   */
  mayAct(): boolean {
    const { clock } = this.#request;
    return clock.monotonicUs() < this.mayActUntilUs &&
      clock.now() < this.#untilUs - LEASE_MARGIN_US;
  }

  /** Begins a renewal: its value goes into a commit, and `renewed` is told when that is durable. */
  beginRenewal(): Renewing {
    return begin(this.#request, this.owner.epoch);
  }

  /** Tells that a renewal is durable. */
  renewed(renewing: Renewing): void {
    this.#untilUs = renewing.untilUs;
    this.#mayActUntilUs = renewing.mayActUntilUs;
  }

  /** Tells that another process has taken over. */
  lose(): void {
    this.#isLost = true;
  }

  /** Gives the account back: the next process need not wait. Nothing may be sent from the call on. */
  async release(): Promise<void> {
    this.#isLost = true;
    await this.#request.kv.commit({
      checks: [this.check],
      deletes: [this.#request.keys.renewed],
    });
  }

  /** Returns the error of a commit that did not hold, saying who has the account now. */
  async lost(): Promise<SandbarError> {
    this.lose();
    const { kv, keys, account } = this.#request;
    const found = await readLease(kv, keys).catch(() => undefined);
    const by = found?.owner === undefined || found.owner.id === this.owner.id
      ? ""
      : ` by process ${found.owner.pid} at ${formatIso(found.owner.sinceUs as TimeUs)}`;
    return new SandbarError(
      "lease_lost",
      `Account ${account} was taken over${by}: this process has paused for longer than its lease and writes and sends nothing more; ` +
        `end it, and look at the other one`,
      { context: { account, epoch: this.owner.epoch } },
    );
  }
}

/** A renewal on its way. */
export interface Renewing {
  readonly key: KvKey;
  readonly value: Uint8Array<ArrayBuffer>;
  readonly untilUs: number;
  readonly mayActUntilUs: number;
}

/** The stored lease. */
export interface StoredLease {
  readonly owner: LeaseOwner | undefined;
  readonly renewal: LeaseRenewal | undefined;
  readonly ownerEntry: KvEntry | undefined;
  readonly renewalEntry: KvEntry | undefined;
}

/**
 * Reads who holds an account.
 *
 * @throws {SandbarError} `journal_corrupt` when a value is damaged.
 */
export async function readLease(kv: KvBackend, keys: AccountKeys): Promise<StoredLease> {
  const ownerEntry = await kv.get(keys.owner), renewalEntry = await kv.get(keys.renewed);
  return {
    owner: opened<LeaseOwner>(kv, "lease owner", ownerEntry),
    renewal: opened<LeaseRenewal>(kv, "lease renewed", renewalEntry),
    ownerEntry,
    renewalEntry,
  };
}

/**
 * Takes an account.
 *
 * @throws {SandbarError} `account_in_use` while another process holds it, `journal_corrupt`, `persistence_io`.
 */
export async function takeLease(request: LeaseRequest): Promise<Lease> {
  const { kv, keys, account, clock } = request;
  const stored = await readLease(kv, keys);
  const { owner: holder, renewal } = stored;
  if (holder !== undefined && renewal !== undefined && renewal.untilUs > clock.now()) {
    throw inUse(account, holder, renewal.untilUs);
  }
  const owner: LeaseOwner = {
    epoch: (holder?.epoch ?? 0) + 1,
    account,
    pid: request.pid,
    sinceUs: clock.now(),
    id: crypto.randomUUID(),
  };
  const begun = begin(request, owner.epoch);
  let isTaken: boolean;
  try {
    isTaken = await kv.commit({
      checks: [
        { key: keys.owner, version: stored.ownerEntry?.version },
        { key: keys.renewed, version: stored.renewalEntry?.version },
      ],
      sets: [{ key: keys.owner, value: sealJson(owner) }, begun],
    });
  } catch (cause) {
    throw ioError("write to the store", kv.shown, cause);
  }
  const now = await readLease(kv, keys);
  if (!isTaken || now.owner?.id !== owner.id) {
    throw inUse(account, now.owner ?? owner, now.renewal?.untilUs ?? begun.untilUs);
  }
  return new Lease(request, owner, { key: keys.owner, version: now.ownerEntry!.version }, begun);
}

function begin({ clock, limits, keys }: LeaseRequest, epoch: number): Renewing {
  const untilUs = clock.now() + limits.leaseTtlUs;
  const renewal: LeaseRenewal = { epoch, untilUs };
  return {
    key: keys.renewed,
    value: sealJson(renewal),
    untilUs,
    mayActUntilUs: clock.monotonicUs() + limits.leaseTtlUs - LEASE_MARGIN_US,
  };
}

function inUse(account: string, holder: LeaseOwner, untilUs: number): SandbarError {
  const since = formatIso(holder.sinceUs as TimeUs), until = formatIso(untilUs as TimeUs);
  return new SandbarError(
    "account_in_use",
    `Account ${account} is in use: process ${holder.pid} holds it since ${since} and, unless it renews, until ${until}; ` +
      `stop that process, or wait until then if it has ended already`,
    {
      retryable: true,
      context: { account, pid: holder.pid, epoch: holder.epoch, sinceUs: holder.sinceUs, untilUs },
    },
  );
}

function opened<T>(kv: KvBackend, name: string, entry: KvEntry | undefined): T | undefined {
  if (entry === undefined) return undefined;
  const found = unseal(entry.value);
  if (!found.ok) throw valueCorrupt(kv.shown, name, found.what);
  return jsonOf<T>(found.content);
}
