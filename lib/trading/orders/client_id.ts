/**
 * Client order ids: the name that an order is sent under. A pure function of what the order is, so that a restarted process gives the same
 * order the same name and sending it twice is one order; with the journal's birth epoch in it, so that a fresh journal beside an old
 * account can never repeat a name.
 *
 * ```text
 * sb1-k3v9qz-1y9bi7mgs7-1z-0        at most 32 of [a-z0-9-]
 *     |      |          |  replace generation, base 36, at most 3 characters
 *     |      |          sequence: number of the order in the strategy's book, base 36, at most 6
 *     |      scope: hash of account, deployment and strategy, base 36, always 10
 *     birth epoch of the journal, always 6
 * ```
 *
 * The names of account, deployment and strategy do not fit into 32 characters; their scope is 50 bits of a hash. Two strategies of one account
 * that share a scope are found when they are set up (`scopeOf` of each), not on the way of an order.
 *
 * @module
 */

import { invariant, StateHash } from "../../core/mod.ts";

/** Whose orders they are. */
export interface OrderScope {
  readonly account: string;
  readonly deployment: string;
  readonly strategy: string;
}

/** What names an order. */
export interface OrderName extends OrderScope {
  /** Six base-36 characters, see `Journal.birthEpoch`. */
  readonly birthEpoch: string;
  /** Number of the order in the strategy's book, 0 to {@linkcode MAX_SEQUENCE}. */
  readonly sequence: number;
  /** 0 for the order itself, one more for each replacement; at most {@linkcode MAX_GENERATION}. */
  readonly generation: number;
}

/** What a client id tells. */
export interface ParsedClientId {
  readonly birthEpoch: string;
  /** Compare with {@linkcode scopeOf}. */
  readonly scope: string;
  readonly sequence: number;
  readonly generation: number;
}

/** The most characters of a client id: the strictest of the brokers' limits. */
export const MAX_CLIENT_ID = 32;
/** 36^6 - 1. */
export const MAX_SEQUENCE = 2_176_782_335;
/** 36^3 - 1. */
export const MAX_GENERATION = 46_655;

const EPOCH = /^[0-9a-z]{6}$/;
// No leading zeros: an id has one spelling.
const CLIENT_ID =
  /^sb1-([0-9a-z]{6})-([0-9a-z]{10})-(0|[1-9a-z][0-9a-z]{0,5})-(0|[1-9a-z][0-9a-z]{0,2})$/;
/** 2^50: below 36^10, so that ten characters hold every scope. */
const SCOPES = 1_125_899_906_842_624;

/** Returns the ten characters that stand for account, deployment and strategy. */
export function scopeOf({ account, deployment, strategy }: OrderScope): string {
  const hash = new StateHash();
  for (const text of [account, deployment, strategy]) {
    // The length goes first: "ab" and "c" are not "a" and "bc".
    hash.add(text.length);
    for (let i = 0; i < text.length; i++) hash.add(text.charCodeAt(i));
  }
  return (hash.value() % SCOPES).toString(36).padStart(10, "0");
}

/** Returns the client id of an order. */
export function clientIdOf(name: OrderName): string {
  const { birthEpoch, sequence, generation } = name;
  invariant(EPOCH.test(birthEpoch), "a birth epoch is six characters of 0-9 and a-z");
  invariant(isCount(sequence, MAX_SEQUENCE), `no client id for order number ${sequence}`);
  invariant(isCount(generation, MAX_GENERATION), `no client id for replacement ${generation}`);
  return `sb1-${birthEpoch}-${scopeOf(name)}-${sequence.toString(36)}-${generation.toString(36)}`;
}

/** Returns what a client id tells, null for one that was not made here. */
export function parseClientId(text: string): ParsedClientId | null {
  const match = CLIENT_ID.exec(text);
  if (match === null) return null;
  return {
    birthEpoch: match[1]!,
    scope: match[2]!,
    sequence: parseInt(match[3]!, 36),
    generation: parseInt(match[4]!, 36),
  };
}

function isCount(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
