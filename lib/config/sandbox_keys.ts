/**
 * The limits of a strategy's process: rows of the table of keys.
 *
 * @module
 */

import { type ConfigKey, wholeOfLive, wordOfLive } from "./config_key.ts";

/** The rows, in the order of the documentation. */
export const SANDBOX_KEYS: readonly ConfigKey[] = [
  {
    path: "sandbox.load_deadline_ms",
    type: "whole number",
    unit: "ms",
    least: 50,
    most: 60_000,
    default: 2000,
    effect: "time in which a strategy must load and set up, then it is stopped",
  },
  wholeOfLive("sandbox.event_deadline_ms", {
    unit: "ms",
    least: 1,
    most: 60_000,
    default: 100,
    effect: "time in which a strategy must answer one event, then it is stopped",
  }),
  {
    path: "sandbox.stall_ms",
    type: "whole number",
    unit: "ms",
    least: 100,
    most: 600_000,
    default: 5000,
    effect:
      "time without progress after which a backtest is stopped; of one event in a session at data.speed max",
  },
  {
    path: "sandbox.heap_mb",
    type: "whole number",
    unit: "MiB",
    least: 32,
    most: 4096,
    default: 128,
    effect: "heap that a strategy may use",
  },
  wholeOfLive("sandbox.data_limit_mb", {
    unit: "MiB",
    least: 560,
    most: 16_384,
    default: 1024,
    effect: "data segment of a strategy's process, before twice the bytes of its columns",
  }),
  wholeOfLive("sandbox.max_intents_per_event", {
    unit: "intents",
    least: 1,
    most: 10_000,
    default: 100,
    effect: "more in answer to one event is a fault of the strategy",
  }),
  wholeOfLive("sandbox.max_state_bytes", {
    unit: "bytes",
    least: 0,
    most: 4_194_304,
    default: 262_144,
    effect: "largest state that a strategy can save",
  }),
  wholeOfLive("sandbox.max_replay_events", {
    unit: "events",
    least: 1000,
    most: 100_000_000,
    default: 1_000_000,
    effect: "inputs kept for a strategy that saves no state: a warning at 80 %, then no new risk",
  }),
  wordOfLive("sandbox.overrun_policy", {
    words: ["cancel", "flatten"],
    default: "cancel",
    effect: "what is done for a strategy that was stopped and names nothing itself",
  }),
  wholeOfLive("sandbox.restart_limit", {
    unit: "restarts a session",
    least: 0,
    most: 100,
    default: 3,
    effect: "restarts after which a strategy stays in quarantine",
  }),
  {
    path: "sandbox.require_os_limits",
    type: "true or false",
    unit: "",
    default: false,
    effect: "true refuses to run where the limits of the operating system cannot be set",
  },
  {
    path: "sandbox.network_namespace",
    type: "word",
    unit: "",
    words: ["auto", "off"],
    default: "auto",
    effect: "auto puts the strategy's process into an empty network where the system allows it",
  },
];
