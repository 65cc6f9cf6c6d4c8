/**
 * Schedules: what happens at a time of day of some zone, or with a session of an exchange. Each waits as one timer of the clock that is handed
 * in; nothing here knows what time it is.
 *
 * When the clock jumped over a due time (the machine slept, the process stood still), it fires late rather than never: a cron schedule once
 * for all that it missed, session events each in its order. A clock that is set back fires nothing twice.
 *
 * @module
 */

import { type CalendarName, type Session, sessionOfDay } from "../calendar/mod.ts";
import { invariant, SandbarError, US_PER_DAY } from "../core/mod.ts";
import type { Clock, TimerId } from "../protocols/mod.ts";
import { cronTimes } from "./cron_times.ts";

/** The most schedules of one scheduler; one more is refused. */
const MAX_SCHEDULES = 1000;
/** The most missed times that a cron schedule skips before it fires. */
const MOST_SKIPPED = 1000;
/** Longer than any exchange was closed since 1990. */
const LONGEST_CLOSED_DAYS = 15;

/** A cron schedule. */
export interface CronSchedule {
  /** Names it in events and messages; once in a scheduler. */
  readonly name: string;
  /** Five fields (minute, hour, day, month, weekday) or six (second first). */
  readonly cron: string;
  /** IANA name of the zone in which the fields are read, or `UTC`. */
  readonly zone: string;
}

/** A cron schedule has come. */
export interface CronDue {
  readonly name: string;
  /** The time that it was set for, microseconds UTC; the last one when several were missed. */
  readonly dueUs: number;
  /** Times before it that had passed as well. */
  readonly missed: number;
}

/** A schedule with the sessions of an exchange. */
export interface SessionSchedule {
  readonly name: string;
  readonly calendar: CalendarName;
  readonly edge: "open" | "close";
  /** Microseconds after the edge, negative before it, less than a day. Default 0. */
  readonly offsetUs?: number;
}

/** A session schedule has come. */
export interface SessionDue {
  readonly name: string;
  readonly dueUs: number;
  /** Date of the session at the exchange, days since 1970-01-01. */
  readonly day: number;
  readonly session: Session;
}

/** Returns the next due time after a time, undefined when there is none. */
type Next<Due extends { readonly dueUs: number }> = (afterUs: number) => Due | undefined;

interface Job {
  timer: TimerId;
  dueUs: number;
}

/** Fires schedules by a clock. */
export class Scheduler implements Disposable {
  readonly #clock: Clock;
  readonly #jobs = new Map<string, Job>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Fires at each time that the fields name, on the wall clock of the zone: the same time of day before and after the clocks change. A time
   * that the clock skips comes at the change, one that it shows twice comes once.
   *
   * @throws {SandbarError} `config_invalid` when the fields or the zone are none, or never come.
   */
  at(schedule: CronSchedule, fire: (due: CronDue) => void): void {
    const { name } = schedule, after = cronTimes(schedule);
    const nextDue = (afterUs: number): CronDue | undefined => {
      const dueUs = after(afterUs);
      return dueUs === undefined ? undefined : { name, dueUs, missed: 0 };
    };
    this.#add(name, nextDue, fire, (due) => {
      const nowUs = this.#clock.now();
      let { dueUs, missed } = due;
      while (missed < MOST_SKIPPED) {
        const later = after(dueUs);
        if (later === undefined || later > nowUs) break;
        dueUs = later;
        missed++;
      }
      return { name, dueUs, missed };
    });
  }

  /**
   * Fires with each session: holidays, half days and the change of the clocks as the calendar has them.
   *
   * @throws {SandbarError} `data_invalid` past the years of the calendar.
   */
  onSession(schedule: SessionSchedule, fire: (due: SessionDue) => void): void {
    const { name, calendar, edge, offsetUs = 0 } = schedule;
    invariant(Math.abs(offsetUs) < US_PER_DAY, `${name} is set ${offsetUs} us from its session`);
    this.#add(name, (afterUs) => {
      const first = Math.floor((afterUs - offsetUs) / US_PER_DAY) - 1;
      for (let day = first; day <= first + LONGEST_CLOSED_DAYS; day++) {
        const session = sessionOfDay(calendar, day);
        if (session === undefined) continue;
        const dueUs = (edge === "open" ? session.openUs : session.closeUs) + offsetUs;
        if (dueUs > afterUs) return { name, dueUs, day, session };
      }
      return undefined;
    }, fire);
  }

  /** Returns false when there is no schedule of that name. */
  cancel(name: string): boolean {
    const job = this.#jobs.get(name);
    if (job === undefined) return false;
    this.#clock.cancelTimer(job.timer);
    return this.#jobs.delete(name);
  }

  /** The schedules and when each is due next, the soonest first. */
  upcoming(): { readonly name: string; readonly dueUs: number }[] {
    return [...this.#jobs].map(([name, { dueUs }]) => ({ name, dueUs }))
      .sort((a, b) => a.dueUs - b.dueUs);
  }

  /** Cancels all. */
  [Symbol.dispose](): void {
    for (const name of [...this.#jobs.keys()]) this.cancel(name);
  }

  #add<Due extends { readonly dueUs: number }>(
    name: string,
    next: Next<Due>,
    fire: (due: Due) => void,
    catchUp: (due: Due) => Due = (due) => due,
  ): void {
    invariant(!this.#jobs.has(name), `two schedules are called ${name}`);
    invariant(this.#jobs.size < MAX_SCHEDULES, `more than ${MAX_SCHEDULES} schedules`);
    // Due at this very moment counts.
    const first = next(this.#clock.now() - 1);
    if (first === undefined) {
      throw new SandbarError("config_invalid", `Cannot schedule ${name}: it is never due`);
    }
    const job: Job = { timer: 0, dueUs: 0 };
    const set = (due: Due): void => {
      job.dueUs = due.dueUs;
      job.timer = this.#clock.setTimer(due.dueUs, () => {
        const caught = catchUp(due), following = next(caught.dueUs);
        // Set before it fires: an error of the callback must not end the schedule, and the callback may cancel it.
        if (following === undefined) this.#jobs.delete(name);
        else set(following);
        fire(caught);
      });
    };
    this.#jobs.set(name, job);
    set(first);
  }
}
