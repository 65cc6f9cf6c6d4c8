/**
 * The settings of a run as a whole: which account, which symbols, which clock: rows of the table of keys.
 *
 * @module
 */

import { CALENDAR_NAMES } from "../calendar/mod.ts";
import {
  type ConfigKey,
  numberOfLive,
  pathOfLive,
  textOfLive,
  wholeOfLive,
  wordOfLive,
} from "./config_key.ts";

/** The rows, in the order of the documentation. */
export const RUN_KEYS: readonly ConfigKey[] = [
  {
    path: "config_version",
    type: "whole number",
    unit: "",
    least: 1,
    most: 1,
    default: 1,
    effect: "the form of the file",
  },
  {
    path: "seed",
    type: "whole number",
    unit: "",
    least: 0,
    most: 4294967295,
    default: 1,
    effect: "root of all chance (--seed)",
  },
  wordOfLive("mode", {
    words: ["paper"],
    laterWords: ["live"],
    default: "paper",
    effect: "the money: paper is made up; no flag sets it",
  }),
  wordOfLive("broker", {
    words: ["paper"],
    laterWords: ["alpaca", "ibkr"],
    default: "paper",
    effect: "where orders go (--broker): paper is the simulated venue of venue.*",
  }),
  textOfLive("account_id", {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/,
    form: "1 to 32 letters, digits, - and _",
    default: null,
    effect:
      "account that the run trades (--account); its state has a folder of this name; null is paper",
  }),
  textOfLive("deployment", {
    pattern: /^[a-z0-9]{1,6}$/,
    form: "1 to 6 of a-z and 0-9",
    default: "main",
    effect: "part of every order's id: keep it while orders are open",
  }),
  textOfLive("run_id", {
    pattern: /^[a-z0-9-]{1,32}$/,
    form: "1 to 32 of a-z, 0-9 and -",
    default: null,
    effect: "name of logs and reports; null derives it from account and start",
  }),
  pathOfLive("state_dir", {
    default: "state",
    effect: "folder of the database and, per account, of control.json and HALT (--state)",
  }),
  {
    path: "symbols.default",
    type: "symbols",
    unit: "",
    default: null,
    effect: "symbols of a run without --symbols; null is GOOG of the bundled data",
  },
  {
    path: "symbols.file",
    type: "path",
    unit: "",
    default: null,
    effect:
      "YAML file with default, or with universe, sectors and stocks, which are merged: wins over symbols.default",
  },
  wordOfLive("time.calendar", {
    words: CALENDAR_NAMES,
    default: "XNYS",
    backtestAccepts: ["XNYS"],
    effect: "sessions of simulated data and of the account's day; stored bars know their own",
  }),
  numberOfLive("engine.cycle_interval_seconds", {
    unit: "s",
    least: 1,
    most: 86_400,
    default: 60,
    effect: "time between two ticks of the engine",
  }),
  wholeOfLive("engine.max_cycles", {
    unit: "ticks",
    least: 0,
    most: 1_000_000_000,
    default: 0,
    effect: "ticks after which the run ends in order; 0 is endless",
  }),
  wholeOfLive("orders.submit_timeout_ms", {
    unit: "ms",
    least: 100,
    most: 60_000,
    default: 10_000,
    effect: "time without an answer after which an order is unknown and looked up",
  }),
  wholeOfLive("orders.unknown_deadline_seconds", {
    unit: "s",
    least: 1,
    most: 600,
    default: 30,
    effect: "time after which an order that is still unknown blocks its symbol",
  }),
  wordOfLive("orders.on_stop", {
    words: ["cancel", "keep"],
    default: "cancel",
    effect: "what becomes of open orders when the run is stopped in order",
  }),
  wordOfLive("orders.external", {
    words: ["list", "adopt"],
    default: "list",
    effect:
      "orders at the broker that are not ours: list shows them, adopt books them as unassigned",
  }),
];
