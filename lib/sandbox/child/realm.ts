/**
 * The sealed realm: runs inside the strategy's own V8 context before anything else. It takes away what leads out or is not
 * deterministic, puts a virtual clock and seeded chance in its place, and, once the engine is loaded, freezes the built-ins.
 *
 * Nothing of the outer realm ever enters: what is called from outside is called with numbers, texts and objects of this realm.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- this file rebuilds the global object of a realm, whose shape no type describes

export { freezeRealm, hardenExports, hardenObject } from "./freeze.ts";

const G: any = globalThis;
const O = Object,
  define = O.defineProperty,
  descriptorOf = O.getOwnPropertyDescriptor,
  protoOf = O.getPrototypeOf;
const freeze = O.freeze,
  ownKeys = Reflect.ownKeys,
  apply = Reflect.apply,
  construct = Reflect.construct;
const textOf = String,
  RangeErrorOf = RangeError,
  imul = Math.imul,
  quote = JSON.stringify;
const RealDate: any = Date, isArray = Array.isArray;

/** Microseconds UTC; set by the bootstrap to the engine's time. */
let clockUs: () => number = () => 0;
let writeLine: (text: string) => void = () => {};
/** State of the seeded chance, four 32-bit numbers. */
let a = 0, b = 0, c = 0, d = 0;

/** Connects the virtual clock and the console; both functions are of this realm. */
export function connect(clock: () => number, write: (text: string) => void): void {
  clockUs = clock;
  writeLine = write;
}

function hide(object: object, key: PropertyKey, value: unknown): void {
  define(object, key, { value, writable: false, enumerable: false, configurable: false });
}

/** Removes, and makes deterministic. `seed` is any integer. */
export function shape(seed: number): void {
  for (
    const key of [
      "SharedArrayBuffer",
      "Atomics",
      "WebAssembly",
      "WeakRef",
      "FinalizationRegistry",
      "console",
      // Handlers are synchronous: after loading, nothing would ever run it.
      "queueMicrotask",
    ]
  ) delete G[key];
  // Walking the segmenter's hidden prototypes loads break tables of 12 to 20 ms.
  delete (Intl as any).Segmenter;
  for (const key of ownKeys(RegExp)) {
    if (typeof key === "string" && /^\$|^last|^input$|^left|^right/.test(key)) {
      delete (RegExp as any)[key];
    }
  }
  shapeDate();
  shapeIntl();
  shapeChance(seed);
  shapeErrors();
  const started = (): number => clockUs() / 1000;
  let origin = NaN;
  hide(
    G,
    "performance",
    freeze({
      now: () => {
        if (origin !== origin) origin = started();
        return started() - origin;
      },
      timeOrigin: 0,
    }),
  );
  const log = (...parts: unknown[]): void => {
    let line = "";
    for (let i = 0; i < parts.length; i++) line += (i === 0 ? "" : " ") + shownInLog(parts[i]);
    writeLine(line);
  };
  hide(G, "console", freeze({ log, info: log, warn: log, error: log, debug: log }));
}

function shownInLog(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) {
    try {
      return quote(value) ?? "?";
    } catch {
      return isArray(value) ? "[array]" : "[object]";
    }
  }
  return typeof value === "symbol" || typeof value === "function" ? typeof value : textOf(value);
}

const nowMs = (): number => (clockUs() - clockUs() % 1000) / 1000;

function shapeDate(): void {
  function VirtualDate(this: unknown, ...args: unknown[]): unknown {
    if (!new.target) return new RealDate(nowMs()).toString();
    return construct(RealDate, args.length > 0 ? args : [nowMs()], new.target as any);
  }
  for (const key of ["UTC", "parse"]) hide(VirtualDate, key, RealDate[key]);
  hide(VirtualDate, "now", () => nowMs());
  VirtualDate.prototype = RealDate.prototype;
  hide(RealDate.prototype, "constructor", VirtualDate);
  define(VirtualDate, "name", { value: "Date" });
  define(G, "Date", { value: VirtualDate, writable: false, configurable: false });
  const Temporal = G.Temporal;
  if (Temporal === undefined) return;
  const instant = (): any => Temporal.Instant.fromEpochMilliseconds(nowMs());
  const zoned = (): any => instant().toZonedDateTimeISO("UTC");
  const virtual: Record<string, () => unknown> = {
    instant,
    timeZoneId: () => "UTC",
    zonedDateTimeISO: zoned,
    plainDateTimeISO: () => zoned().toPlainDateTime(),
    plainDateISO: () => zoned().toPlainDate(),
    plainTimeISO: () => zoned().toPlainTime(),
  };
  for (const key of ownKeys(Temporal.Now)) {
    if (typeof key === "string") hide(Temporal.Now, key, virtual[key]);
  }
}

function shapeIntl(): void {
  const prototype: any = Intl.DateTimeFormat.prototype;
  const format = descriptorOf(prototype, "format")!.get!, toParts = prototype.formatToParts;
  define(prototype, "format", {
    get(this: unknown): (date: unknown) => string {
      const bound = apply(format, this, []) as (date: unknown) => string;
      return (date: unknown) => bound(date === undefined ? nowMs() : date);
    },
    configurable: false,
  });
  hide(prototype, "formatToParts", function formatToParts(this: unknown, date: unknown): unknown {
    return apply(toParts, this, [date === undefined ? nowMs() : date]);
  });
}

/** xoshiro128** seeded by splitmix32, as in `lib/core/random.ts`. */
/** Number `k` (0 to 3) of the state that all further chance follows from. */
export function chanceAt(k: number): number {
  return k === 0 ? a : k === 1 ? b : k === 2 ? c : d;
}

/** Goes on from a state of {@linkcode chanceAt}. */
export function setChance(first: number, second: number, third: number, fourth: number): void {
  a = first | 0;
  b = second | 0;
  c = third | 0;
  d = fourth | 0;
}

function shapeChance(seed: number): void {
  let state = seed | 0;
  const fill = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = imul(z ^ (z >>> 16), 0x21f0aaad);
    z = imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  setChance(fill(), fill(), fill(), fill());
  const next = (): number => {
    const m = imul(b, 5), result = imul((m << 7) | (m >>> 25), 9), t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  hide(Math, "random", () => ((next() >>> 5) * 67108864 + (next() >>> 6)) / 9007199254740992);
  const hex = (value: number): string => {
    const digits = "0123456789abcdef";
    let text = "";
    for (let shift = 28; shift >= 0; shift -= 4) text += digits[(value >>> shift) & 15];
    return text;
  };
  hide(
    G,
    "crypto",
    freeze({
      randomUUID: () => {
        const w = hex(next()), x = hex(next()), y = hex(next()), z = hex(next());
        return `${w}-${x[0]}${x[1]}${x[2]}${x[3]}-4${x[5]}${x[6]}${x[7]}-a${y[1]}${y[2]}${y[3]}-${
          y[4]
        }${y[5]}${y[6]}${y[7]}${z}`;
      },
      getRandomValues: (array: any) => {
        if (
          typeof array !== "object" || array === null || array.length > 65536
        ) throw new RangeErrorOf("at most 65,536 values");
        for (let i = 0; i < array.length; i++) array[i] = next();
        return array;
      },
    }),
  );
}

// Call sites belong to the outer realm: their constructor leads out. Only the strategy's own frames are shown, as text. Deno looks
// `globalThis.Error.prepareStackTrace` up anew each time, so both must be locked. What a call site's method throws when the stack is
// nearly full belongs to the outer realm as well, so nothing is let through. While it runs, V8 formats other stacks by itself, host paths
// and all: so nothing of the strategy's may be called in it, no toString and no getter.
function shapeErrors(): void {
  const stackOf = (error: unknown, sites: any): string => {
    const text = describedError(error);
    try {
      return text + framesOf(sites);
    } catch {
      return text;
    }
  };
  const framesOf = (sites: any): string => {
    let text = "";
    for (let i = 0; i < sites.length; i++) {
      const file = sites[i].getFileName();
      if (typeof file !== "string" || file.length < 10 || file[0] !== "s" || file[8] !== ":") {
        continue;
      }
      let path = "";
      for (let k = 9; k < file.length; k++) path += file[k];
      text += "\n    at " + (sites[i].getFunctionName() || "<anonymous>") + " (" + path + ":" +
        sites[i].getLineNumber() + ":" +
        sites[i].getColumnNumber() + ")";
    }
    return text;
  };
  const isError = (Error as any).isError as (value: unknown) => boolean;
  const kinds = new Map<unknown, string>();
  for (
    const kind of [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]
  ) kinds.set(kind.prototype, kind.name);
  const kindOf = Map.prototype.get;
  /** A text that an object holds as plain data. A Proxy is no error, so this calls nobody. */
  const ownText = (object: object, key: string): string | undefined => {
    const value = descriptorOf(object, key)?.value;
    return typeof value === "string" ? value : undefined;
  };
  const describedError = (error: any): string => {
    if (!isError(error)) return "Error";
    const name = ownText(error, "name") ?? apply(kindOf, kinds, [protoOf(error)]) ?? "Error";
    const message = ownText(error, "message") ?? "";
    return message === "" ? name : name === "" ? message : name + ": " + message;
  };
  hide(Error, "prepareStackTrace", stackOf);
  hide(Error, "stackTraceLimit", 20);
  hide(G, "Error", Error);
}
