/**
 * A paper exchange with a client in one process: real sockets on the loopback interface, time moved by hand.
 *
 * @module
 */

import { SimulatedClock } from "../../../lib/clock/mod.ts";
import { mergePlan } from "../../../lib/market/mod.ts";
import {
  Faults,
  PaperBroker,
  type PaperBrokerOptions,
  PaperExchange,
  PaperServer,
} from "../../../lib/vendors/paper/mod.ts";
import { dailyBars, type PriceRow, type RunInput, specOf } from "../../engine/support.ts";

/** Sixty quiet days about 100, then a rise: a limit far away never fills. */
export const QUIET: readonly PriceRow[] = Array.from(
  { length: 60 },
  (_, day) => [100 + day % 3, 103, 99, 101 + day % 2, 10_000] as const,
);

/** What a bench can be made with. */
export interface BenchOptions extends Partial<Omit<RunInput, "strategy">> {
  readonly faults?: Faults;
  readonly broker?: Partial<PaperBrokerOptions>;
}

/** An exchange and what belongs to it. */
export interface ExchangeBench extends AsyncDisposable {
  readonly clock: SimulatedClock;
  readonly exchange: PaperExchange;
  readonly server: PaperServer;
  /** Not connected yet. */
  readonly broker: PaperBroker;
  /** Another client of the same exchange. */
  client(options?: Partial<PaperBrokerOptions>): PaperBroker;
}

/** Returns an exchange over bars; without any over sixty quiet days of ACME and of BOLT. */
export function paperExchange(options: BenchOptions = {}): PaperExchange {
  const { faults = new Faults(), ...input } = options;
  const bars = input.bars ?? [dailyBars("ACME", QUIET), dailyBars("BOLT", QUIET)];
  const lengths = bars.map(({ length }) => length);
  const merged = bars.length === 1 ? null : mergePlan(bars, lengths);
  return new PaperExchange({
    accountId: "PAPER-1",
    spec: specOf({ ...input, bars }),
    bars,
    plan: merged?.entries ?? null,
    steps: merged?.steps ?? lengths[0]!,
    startUs: Math.min(...bars.map(({ time }) => time[0]!)) - 1,
    isSynthetic: true,
    period: "1d",
    faults,
  });
}

/** Starts an exchange with a client. */
export function openExchange(options: BenchOptions = {}): ExchangeBench {
  const clock = new SimulatedClock("2024-01-02T12:00:00Z"), exchange = paperExchange(options);
  const server = PaperServer.start({ exchange, clock, port: 0 });
  const clients: PaperBroker[] = [];
  const client = (more: Partial<PaperBrokerOptions> = {}): PaperBroker => {
    const broker = new PaperBroker({ url: server.url, clock, ...options.broker, ...more });
    clients.push(broker);
    return broker;
  };
  return {
    clock,
    exchange,
    server,
    broker: client(),
    client,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const each of clients) await each[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
