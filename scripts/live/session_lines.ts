/**
 * What is said at the beginning and at the end of a live run, around its view.
 *
 * @module
 */

import type { LiveConfig } from "../../lib/config/mod.ts";
import { counted } from "../../lib/core/mod.ts";
import type { StatusView } from "../../lib/live/control/mod.ts";
import { parsePeriod } from "../../lib/market/mod.ts";
import { dateAndTime, money as cents, printable, span } from "./words.ts";

/** A bar that takes longer is announced. */
const SLOW_US = 6e7;

/** Returns where the account stands, where its state and log lie, and how it is commanded. */
export function readyLines(config: LiveConfig, status: StatusView, log: string): readonly string[] {
  const place = placeOf(config), { speed, provider } = config.data;
  const barUs = speed === "max" ? 0 : parsePeriod(config.run.period).us / speed;
  return [
    `Account ${config.accountId} trades from ${
      dateAndTime(status.engine.timeUs)
    } UTC on. State: ${config.stateDir.shown}. Log: ${log}.`,
    ...config.control.enabled
      ? [`In another terminal: deno task status${place} (or orders, positions, pause, halt, stop).`]
      : [],
    ...status.engine.state === "halted"
      ? [
        `It is halted (${
          printable(status.engine.why)
        }): only what reduces positions leaves until deno task resume${place}.`,
      ]
      : [],
    ...provider === "recorded" && barUs > SLOW_US
      ? [`A bar of ${config.run.period} takes ${span(barUs)} at --speed ${speed}.`]
      : [],
  ];
}

/** Returns how a session ended. @param hasBegun False when there was nothing left to do. */
export function closingLine(
  config: LiveConfig,
  status: StatusView,
  end: "end_of_feed" | "stopped",
  hasBegun: boolean,
): string {
  const account = `Account ${config.accountId}`, { money, engine } = status;
  const held = `equity ${cents(money.equity)}, ${counted(status.positionCount, "position")}, ${
    counted(status.openOrderCount, "open order")
  }`;
  if (end === "stopped") {
    return `${account} stopped: ${held}. The same command goes on from here.`;
  }
  const at = `${dateAndTime(engine.timeUs)} UTC`;
  return hasBegun
    ? `${account} is at the end of its feed, ${at}: ${held}.`
    : `${account} was at the end of its feed already, ${at}: ${held}. ` +
      "To trade it again, name another --account or --state.";
}

/** The flags by which the operator's commands find the account. */
function placeOf({ accountId, stateDir }: LiveConfig): string {
  return (accountId === "paper" ? "" : ` --account ${accountId}`) +
    (stateDir.shown === "state" ? "" : ` --state ${stateDir.shown}`);
}
