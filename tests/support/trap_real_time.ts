/**
 * A trap for real time and the outside network, loaded before a test file:
 *
 *     deno test --preload=tests/support/trap_real_time.ts tests/engine
 *
 * Whoever reads the time, sets a timer or opens a connection to another machine gets an error that names the place. The test that did so
 * fails, also when it swallows the error. The runtime's own code may; so may the packages named below, which get a made-up time.
 *
 * What it cannot see: names imported from `node:timers` and `node:net`. The first are refused by lint in `lib/`, the second by Deno when the
 * tests run without `--allow-net`.
 *
 * @module
 */

/** How the line of a hit begins that is written to standard error. */
export const HIT = "REAL TIME OR NETWORK:";

/** Packages that read the time and must not depend on it. */
const PACKAGES = [
  // nextRun(from) reads it as a default for `from`, which we always give.
  "croner",
  // The default seed.
  "fast-check",
];

/** What these packages are told: 2001-01-01. */
const MADE_UP_MS = 978_307_200_000;

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)$/;
const RealDate = Date, realFetch = fetch, RealWebSocket = WebSocket;
const { connect, connectTls, resolveDns } = Deno;

/** Records a hit and throws, unless the runtime or a named package asks. */
function trap(what: string): void {
  const frames = new Error().stack?.split("\n").slice(1) ?? [];
  const caller = frames.find((frame) => !frame.includes(import.meta.url)) ?? "";
  if (/\b(?:ext|node|deno):/.test(caller) || caller === "") return;
  if (PACKAGES.some((name) => caller.includes(`/${name}/`))) return;
  const message = `${HIT} ${what} ${caller.trim()}`;
  console.error(message);
  // The runner takes it for a failure of the test, whatever the test does with the error.
  Deno.exitCode = 1;
  throw new Error(`${message}; take a Clock, in a test a SimulatedClock`);
}

function trapped<Result>(what: string, result: Result): () => Result {
  return () => {
    trap(what);
    return result;
  };
}

function trapUnlessLoopback(what: string, host: string): void {
  if (!LOOPBACK.test(host)) trap(`${what} to ${host}`);
}

const dateNow = trapped("Date.now", MADE_UP_MS);
globalThis.Date = new Proxy(RealDate, {
  construct(target, args, newTarget): object {
    if (args.length === 0) trap("new Date()");
    const list = args.length === 0 ? [MADE_UP_MS] : args;
    return Reflect.construct(target, list, newTarget === globalThis.Date ? target : newTarget);
  },
  apply(): string {
    trap("Date()");
    return new RealDate(MADE_UP_MS).toString();
  },
  get: (target, name, receiver) => name === "now" ? dateNow : Reflect.get(target, name, receiver),
});
RealDate.prototype.constructor = globalThis.Date;

const instant = Temporal.Instant.fromEpochMilliseconds(MADE_UP_MS);
const zoned = instant.toZonedDateTimeISO("UTC");
define(Temporal.Now, {
  instant: trapped("Temporal.Now.instant", instant),
  zonedDateTimeISO: trapped("Temporal.Now.zonedDateTimeISO", zoned),
  plainDateTimeISO: trapped("Temporal.Now.plainDateTimeISO", zoned.toPlainDateTime()),
  plainDateISO: trapped("Temporal.Now.plainDateISO", zoned.toPlainDate()),
  plainTimeISO: trapped("Temporal.Now.plainTimeISO", zoned.toPlainTime()),
  timeZoneId: trapped("Temporal.Now.timeZoneId", "UTC"),
});
define(performance, { now: trapped("performance.now", 0) });
define(globalThis, {
  setTimeout: trapped("setTimeout", 0),
  setInterval: trapped("setInterval", 0),
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    trapUnlessLoopback("fetch", new URL(input instanceof Request ? input.url : input).hostname);
    return realFetch(input, init);
  },
  WebSocket: new Proxy(RealWebSocket, {
    construct(target, args): object {
      trapUnlessLoopback("WebSocket", new URL(String(args[0])).hostname);
      return Reflect.construct(target, args);
    },
  }),
});
define(AbortSignal, { timeout: trapped("AbortSignal.timeout", new AbortController().signal) });
define(Deno, {
  connect(options: Deno.ConnectOptions): Promise<Deno.TcpConn> {
    trapUnlessLoopback("Deno.connect", options.hostname ?? "127.0.0.1");
    return connect(options);
  },
  connectTls(options: Deno.ConnectTlsOptions): Promise<Deno.TlsConn> {
    trapUnlessLoopback("Deno.connectTls", options.hostname ?? "127.0.0.1");
    return connectTls(options);
  },
  resolveDns(query: string, type: "A"): Promise<unknown> {
    trapUnlessLoopback("Deno.resolveDns", query);
    return resolveDns(query, type);
  },
});

function define(object: object, functions: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
  }
}
