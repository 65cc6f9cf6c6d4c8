/**
 * A look at everything that a session needs, without beginning one: data, strategies in their sandbox, calendar, disk, and what is stored of
 * the account. Nothing is changed, and a session may be running meanwhile.
 *
 * @module
 */

import { formatDay, SandbarError, US_PER_DAY } from "../../core/mod.ts";
import { LAST_SESSION_DAY, sessionOfDay } from "../../calendar/mod.ts";
import type { Clock } from "../../protocols/mod.ts";
import {
  checkStore,
  type DiskProbe,
  probeDisk,
  readAccount,
  type StoreCheck,
} from "../../store/mod.ts";
import { identityOfAccount } from "../replay/rebuild.ts";
import type { SessionSettings } from "../session_identity.ts";
import { examineStrategies, type StrategyCheck } from "./examine_strategies.ts";

export type { RightsText, StrategyCheck } from "./examine_strategies.ts";

/** What is looked at. */
export interface ExamineOptions {
  /** Of the session; those with which the account was begun are taken when `prefersStored`. */
  readonly settings: SessionSettings;
  readonly prefersStored: boolean;
  /** The store: a path or a URL. */
  readonly at: string;
  readonly isService: boolean;
  readonly account: string;
  readonly clock: Clock;
}

/** Something that keeps a session from running as it should. */
export interface Problem {
  readonly part: "data" | "strategies" | "sandbox" | "calendar" | "disk" | "store";
  readonly text: string;
}

/** What was found. */
export interface Checkup {
  readonly account: string;
  /** Whether these are the settings with which the account was begun. */
  readonly isStored: boolean;
  readonly settings: SessionSettings;
  readonly strategies: readonly StrategyCheck[];
  readonly sandbox: { readonly osLimits: boolean; readonly networkIsolated: boolean } | null;
  readonly calendar: {
    readonly name: string;
    /** Last date that is known, null for a market that is always open. */
    readonly until: string | null;
    /** Today's session, microseconds UTC; null when there is none. */
    readonly today: { readonly openUs: number; readonly closeUs: number } | null;
  };
  readonly disk: DiskProbe | null;
  /** Null when there is nothing of the account yet. */
  readonly store: StoreCheck | null;
  readonly problems: readonly Problem[];
}

/** Less room than this is told. */
const LEAST_FREE_BYTES = 1 << 30;
/** A commit that takes longer holds back orders noticeably. */
const SLOW_COMMIT_US = 100_000;

/** Examines a session's parts. What is wrong is among the problems. */
export async function examine(options: ExamineOptions): Promise<Checkup> {
  const { at, account, clock } = options, problems: Problem[] = [];
  /** Does a part of the work; what goes wrong in it is a problem, and the rest goes on. */
  const attempt = async <T>(part: Problem["part"], work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SandbarError)) throw error;
      problems.push({ part, text: error.message });
      return null;
    }
  };
  const isThere = options.isService || isFile(at);
  const store = isThere ? await attempt("store", () => checkStore({ at, account, clock })) : null;
  const identity = store === null
    ? null
    : await attempt("store", () => readAccount({ at, account, clock }, identityOfAccount));
  const stored = options.prefersStored ? identity?.settings : undefined;
  const isStored = stored !== undefined, settings = stored ?? options.settings;
  for (const { where, what } of store?.findings ?? []) {
    problems.push({ part: "store", text: `${where}: ${what}` });
  }
  const examined = await examineStrategies(settings, {
    begunUs: identity?.begunUs ?? clock.now(),
    identity: identity ?? null,
    problems,
  });
  const disk = options.isService
    ? null
    : await attempt("disk", () => probeDisk(nearestFolder(at), clock));
  if (disk !== null && disk.freeBytes < LEAST_FREE_BYTES) {
    problems.push({ part: "disk", text: `${disk.freeBytes} bytes are free; make room` });
  }
  if (disk !== null && disk.medianUs > SLOW_COMMIT_US) {
    problems.push({
      part: "disk",
      text: `a commit takes ${
        disk.medianUs / 1000
      } ms: every order waits for one; take a faster disk`,
    });
  }
  return {
    account,
    isStored,
    settings,
    ...examined,
    calendar: examineCalendar(settings.time.calendar, clock.now(), problems),
    disk,
    store,
    problems,
  };
}

function examineCalendar(
  name: SessionSettings["time"]["calendar"],
  nowUs: number,
  problems: Problem[],
): Checkup["calendar"] {
  if (name === "always_open") return { name, until: null, today: null };
  const day = Math.floor(nowUs / US_PER_DAY), until = formatDay(LAST_SESSION_DAY);
  if (day > LAST_SESSION_DAY) {
    problems.push({
      part: "calendar",
      text: `${name} is known until ${until}: real-time sessions need a newer Sandbar`,
    });
    return { name, until, today: null };
  }
  const session = sessionOfDay(name, day);
  return {
    name,
    until,
    today: session === undefined ? null : { openUs: session.openUs, closeUs: session.closeUs },
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

/** The folder of a file, or the nearest one above that is there. */
function nearestFolder(path: string): string {
  let folder = path;
  do folder = folder.slice(0, folder.lastIndexOf("/")); while (folder !== "" && !isFolder(folder));
  return folder === "" ? "/" : folder;
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
