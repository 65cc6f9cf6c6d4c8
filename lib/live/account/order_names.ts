/**
 * The names of a session's orders at the broker, and back: which strategy's which order a client id means.
 *
 * @module
 */

import { invariant } from "../../core/mod.ts";
import { clientIdOf, parseClientId, scopeOf } from "../../trading/host_door.ts";

/** Whose orders they are. */
export interface NameScope {
  readonly account: string;
  readonly deployment: string;
  /** Of the journal. */
  readonly birthEpoch: string;
}

/** An order of a session. */
export interface NamedOrder {
  /** Number of the strategy. */
  readonly strategy: number;
  /** Row in its book. */
  readonly row: number;
  /** How often it had been replaced. */
  readonly generation: number;
}

/** The names of one session. */
export class OrderNames {
  readonly #scope: NameScope;
  readonly #ids: readonly string[];
  readonly #byScope: ReadonlyMap<string, number>;

  /** @param ids Of the strategies, in their order. */
  constructor(scope: NameScope, ids: readonly string[]) {
    this.#scope = scope;
    this.#ids = ids;
    this.#byScope = new Map(ids.map((strategy, k) => [scopeOf({ ...scope, strategy }), k]));
    invariant(
      this.#byScope.size === ids.length,
      "two strategies share the scope of their order names",
    );
  }

  /** Returns the client id of an order. */
  clientId({ strategy, row, generation }: NamedOrder): string {
    return clientIdOf({
      ...this.#scope,
      strategy: this.#ids[strategy]!,
      sequence: row,
      generation,
    });
  }

  /** Returns the order that a client id means, null for one that is not of this session. */
  find(clientId: string): NamedOrder | null {
    const parsed = parseClientId(clientId);
    if (parsed === null || parsed.birthEpoch !== this.#scope.birthEpoch) return null;
    const strategy = this.#byScope.get(parsed.scope);
    if (strategy === undefined) return null;
    return { strategy, row: parsed.sequence, generation: parsed.generation };
  }
}
