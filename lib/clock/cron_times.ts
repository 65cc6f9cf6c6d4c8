/**
 * The times of a cron expression in a zone, from the library `croner`. It is only asked for times, never to wait, and always from a given
 * time on, so that nothing depends on the machine's clock.
 *
 * @module
 */

import { Cron } from "croner";
import { SandbarError } from "../core/mod.ts";

/** What is asked for, and its name for messages. */
export interface CronExpression {
  readonly name: string;
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  /** IANA name, or `UTC`. */
  readonly zone: string;
}

/**
 * Returns what gives the first time after a time, both in microseconds UTC; undefined when there is none any more.
 *
 * @throws {SandbarError} `config_invalid` when the fields or the zone are none.
 */
export function cronTimes(
  { name, cron, zone }: CronExpression,
): (afterUs: number) => number | undefined {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  } catch (cause) {
    throw new SandbarError(
      "config_invalid",
      `Cannot schedule ${name}: unknown time zone ${JSON.stringify(zone)}; write UTC or an IANA ` +
        "name such as America/New_York",
      { cause },
    );
  }
  let times: Cron;
  try {
    times = new Cron(cron, { timezone: zone, mode: "5-or-6-parts" });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, "") : "";
    throw new SandbarError(
      "config_invalid",
      `Cannot schedule ${name}: ${JSON.stringify(cron)} is no cron expression (${why}); write ` +
        "minute, hour, day, month, weekday, for example 30 9 * * 1-5",
      { cause },
    );
  }
  return (afterUs) => {
    const next = times.nextRun(new Date(Math.floor(afterUs / 1000)));
    return next === null ? undefined : next.getTime() * 1000;
  };
}
