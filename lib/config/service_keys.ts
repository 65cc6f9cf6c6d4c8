/**
 * The settings of what a live run tells and listens to: rows of the table of keys.
 *
 * @module
 */

import {
  type ConfigKey,
  pathOfLive,
  switchOfLive,
  textOfLive,
  wholeOfLive,
  wordOfLive,
} from "./config_key.ts";

/** The rows, in the order of the documentation. */
export const SERVICE_KEYS: readonly ConfigKey[] = [
  wholeOfLive("observability.events.buffer_size", {
    unit: "events",
    least: 1,
    most: 1_000_000,
    default: 1000,
    effect: "last events that can be asked for",
  }),
  wholeOfLive("observability.events.subscriber_queue", {
    unit: "events",
    least: 1,
    most: 1_000_000,
    default: 10_000,
    effect: "events that wait for one listener; more are dropped for it and counted",
  }),
  wordOfLive("logging.level", {
    words: ["DEBUG", "INFO", "WARNING", "ERROR"],
    default: "INFO",
    effect: "least level that is logged",
  }),
  textOfLive("brokers.paper.url", {
    default: null,
    pattern: /^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/,
    form: "http://127.0.0.1:PORT",
    effect: "paper exchange to trade at (deno task simulate paper); null is the venue inside",
  }),
  pathOfLive("logging.log_dir", { default: "logs", effect: "folder of the logs" }),
  switchOfLive("control.enabled", {
    default: true,
    effect: "whether the run listens to commands on loopback",
  }),
  wholeOfLive("control.port", {
    least: 0,
    most: 65_535,
    default: 0,
    effect: "port of the commands; 0 takes a free one, told in control.json of the account",
  }),
];
