/**
 * The settings of the journal and of the comparison with the broker: rows of the table of keys.
 *
 * @module
 */

import {
  type ConfigKey,
  numberOfLive,
  switchOfLive,
  wholeOfLive,
  wordOfLive,
} from "./config_key.ts";

/** The rows, in the order of the documentation. */
export const STORE_KEYS: readonly ConfigKey[] = [
  wordOfLive("reconciliation.mode", {
    words: ["strict", "warn", "auto_sync"],
    default: "warn",
    effect:
      "a difference to the broker: strict ends the start, warn freezes the symbol, auto_sync takes the broker's word",
  }),
  numberOfLive("reconciliation.qty_tolerance", {
    unit: "shares",
    least: 0,
    most: 1000,
    default: 0.01,
    effect: "a greater difference of a position counts",
  }),
  numberOfLive("reconciliation.cash_tolerance", {
    unit: "USD",
    least: 0,
    most: 1e6,
    default: 1,
    effect: "a greater difference of cash counts",
  }),
  numberOfLive("reconciliation.price_tolerance_bps", {
    unit: "basis points",
    least: 0,
    most: 10_000,
    default: 10,
    effect: "a greater difference of an average cost is told",
  }),
  wholeOfLive("reconciliation.periodic_interval", {
    unit: "ticks",
    least: 1,
    most: 1_000_000,
    default: 100,
    effect: "ticks between two comparisons",
  }),
  wholeOfLive("reconciliation.interval_seconds", {
    unit: "s",
    least: 10,
    most: 86_400,
    default: 300,
    effect: "longest time between two comparisons",
  }),
  wholeOfLive("reconciliation.settle_delay_ms", {
    unit: "ms",
    least: 0,
    most: 60_000,
    default: 2000,
    effect: "age below which a fill is still on its way and no difference",
  }),
  {
    path: "persistence.kv_path",
    type: "path or URL",
    unit: "",
    use: "live",
    default: null,
    effect:
      "database of state and journal, or the URL of a KV service; null is sandbar.kv in state_dir",
  },
  switchOfLive("persistence.use_wal", {
    default: true,
    effect: "whether every event is in the journal before anything leaves; a live run must",
  }),
  wholeOfLive("persistence.backup_count", {
    unit: "snapshots",
    least: 1,
    most: 100,
    default: 5,
    effect: "snapshots that are kept",
  }),
  wholeOfLive("persistence.wal_max_entries", {
    unit: "records",
    least: 100,
    most: 1_000_000,
    default: 10_000,
    effect: "records that ask for a snapshot, at most one every 10 s",
  }),
  wholeOfLive("persistence.auto_save_interval_seconds", {
    unit: "s",
    least: 1,
    most: 3600,
    default: 60,
    effect: "age of the last snapshot that asks for another, when something changed",
  }),
  wholeOfLive("persistence.lease_ttl_seconds", {
    unit: "s",
    least: 6,
    most: 300,
    default: 15,
    effect: "time without renewal after which another process may take the account",
  }),
  wholeOfLive("persistence.lease_renew_seconds", {
    unit: "s",
    least: 1,
    most: 100,
    default: 4,
    effect: "time between two renewals: less than a third of persistence.lease_ttl_seconds",
  }),
];
