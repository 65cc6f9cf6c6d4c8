/**
 * The floor table: every room of the house, once, as data. The layer check reads it and draws it into ARCHITECTURE.md, the lint
 * plugin reads from it which rooms are pure, and the tidy check which rooms must exist.
 *
 * Arrows go down only. Rooms on one floor do not import each other unless `beside` names it. A room is entered through its
 * `mod.ts` unless `doors` names another way in. A new room is a new row here, in the same change as its folder.
 *
 * @module
 */

/** A second way into a room, beside its `mod.ts`. */
export interface Door {
  /** File in the room's folder. */
  readonly file: string;
  /** Rooms that may use it. */
  readonly openTo: readonly string[];
  readonly reason: string;
}

/** An import between two rooms of one floor that is allowed all the same. */
export interface Beside {
  readonly room: string;
  readonly reason: string;
}

/** One row of the floor table. */
export interface Room {
  readonly name: string;
  /** Path from the project's root: a folder that ends in `/`, or a file. */
  readonly path: string;
  /** 0 is the lowest; a room imports lower floors only. */
  readonly floor: number;
  /** One line: what lives there. */
  readonly holds: string;
  /** True when its code may read clocks, files, sockets, processes, or import packages. */
  readonly world: boolean;
  readonly doors?: readonly Door[];
  readonly beside?: readonly Beside[];
  /** Folders in the room whose files import nothing from other rooms, with the reason. */
  readonly closed?: readonly { readonly folder: string; readonly reason: string }[];
}

/** All rooms from the ground up. Guests (`strategies/`), `tests/` and the stand-ins in `lib/compat/` are outside the floors. */
export const ROOMS: readonly Room[] = [
  {
    name: "core",
    path: "lib/core/",
    floor: 0,
    holds: "exact numbers and money, time units, seeded random, errors, hashes: no trading words",
    world: false,
  },
  {
    name: "market",
    path: "lib/market/",
    floor: 1,
    holds: "instruments, bar columns, corporate actions, merge plan, resampling, data checks",
    world: false,
  },
  {
    name: "calendar",
    path: "lib/calendar/",
    floor: 1,
    holds: "exchange sessions, holidays, half days, zones",
    world: false,
  },
  {
    name: "trading",
    path: "lib/trading/",
    floor: 2,
    holds: "order lifecycle and book, ledger, positions and round trips, risk: one state",
    world: false,
    doors: [{
      file: "host_door.ts",
      openTo: ["live", "scripts"],
      reason: "client ids and the reconciliation plan: the sealed child does not carry them",
    }],
  },
  {
    name: "strategy",
    path: "lib/strategy/",
    floor: 2,
    holds: "the SDK: defineStrategy, params, views, trade verbs, indicators, sizing",
    world: false,
    doors: [{
      file: "engine_door.ts",
      openTo: ["engine"],
      reason: "the engine builds the views that a strategy can only hold",
    }],
  },
  {
    name: "statistics",
    path: "lib/statistics/",
    floor: 2,
    holds: "metrics of a result, each with its convention",
    world: false,
    beside: [{ room: "trading", reason: "trade metrics measure its round trips" }],
  },
  {
    name: "protocols",
    path: "lib/protocols/",
    floor: 3,
    holds: "the doors to the world as interfaces, with units, errors and promises",
    world: false,
  },
  {
    name: "venue",
    path: "lib/venue/",
    floor: 3,
    holds: "simulated exchange: fills, slippage, commission and fees",
    world: false,
  },
  {
    name: "engine",
    path: "lib/engine/",
    floor: 4,
    holds: "the book, the columnar driver, replay, state hash",
    world: false,
    doors: [{
      file: "sealed_entry.ts",
      openTo: ["scripts"],
      reason: "the root of the bundle that the sealed realm loads",
    }],
  },
  {
    name: "clock",
    path: "lib/clock/",
    floor: 5,
    holds: "the machine's clock, the simulated clock, schedules in exchange time",
    world: true,
  },
  {
    name: "sandbox",
    path: "lib/sandbox/",
    floor: 5,
    holds: "the sealed child process: spawn, frames, deadlines, kill, the realm",
    world: true,
    closed: [{
      folder: "child/",
      reason: "the child starts from its own few files and the generated bundle alone",
    }],
  },
  {
    name: "data",
    path: "lib/data/",
    floor: 5,
    holds: "CSV reading, catalog, import, the bundled sample",
    world: true,
    doors: [{
      file: "atomic_file.ts",
      openTo: ["live"],
      reason: "a command that writes one small file loads no readers of bars",
    }],
  },
  {
    name: "feeds",
    path: "lib/feeds/",
    floor: 5,
    holds: "market data as it happens: recorded and simulated feeds, their order, gaps, bounds",
    world: true,
    beside: [{ room: "data", reason: "they play what it has loaded, or makes up" }],
  },
  {
    name: "store",
    path: "lib/store/",
    floor: 5,
    holds: "an account's durable state: journal, snapshots, lease; on Deno KV or in memory",
    world: true,
  },
  {
    name: "config",
    path: "lib/config/",
    floor: 5,
    holds:
      "one schema: every setting with unit, bounds, default, meaning; the run spec, the live run",
    world: true,
  },
  {
    name: "vendors/paper",
    path: "lib/vendors/paper/",
    floor: 5,
    holds: "the paper broker: the simulated venue as a server of its own, its client, its feed",
    world: true,
  },
  {
    name: "observe",
    path: "lib/observe/",
    floor: 5,
    holds: "the catalogue of events, the bus that hands them out, the logs",
    world: true,
  },
  {
    name: "run",
    path: "lib/run/",
    floor: 6,
    holds: "what every run is made from: market, engine spec, strategy in its child, hashes",
    world: true,
  },
  {
    name: "backtest",
    path: "lib/backtest/",
    floor: 7,
    holds: "a run from spec to result; its files and report",
    world: true,
  },
  {
    name: "live",
    path: "lib/live/",
    floor: 8,
    holds: "paper and live trading: books, runner, recovery, strategies in their seats, control",
    world: true,
    doors: [{
      file: "control/mod.ts",
      openTo: ["scripts"],
      reason: "the operator's commands talk to a running process and load nothing of it",
    }],
  },
  {
    name: "mod.ts",
    path: "mod.ts",
    floor: 9,
    holds: "the public door: runBacktest and its types",
    world: true,
  },
  {
    name: "scripts",
    path: "scripts/",
    floor: 9,
    holds: "thin mains: parse flags, call lib, set the exit code; the project's own checks",
    world: true,
  },
];

/** Returns the room that holds a file, by its path from the project's root; undefined outside the floors. */
export function roomOf(path: string): Room | undefined {
  return ROOMS.find((room) =>
    room.path.endsWith("/") ? path.startsWith(room.path) : path === room.path
  );
}

/** Names of the rooms of `lib/` that must not touch the world. */
export const PURE_ROOMS: readonly string[] = ROOMS.filter((room) => !room.world).map((room) =>
  room.name
);
