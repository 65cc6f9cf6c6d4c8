/**
 * Rows of the event catalogue about the engine, its clock, its journal, its links and the strategies' processes.
 *
 * @module
 */

import type { EventTypeRow } from "./event_row.ts";

/** The engine, the clock, the journal. */
export const SYSTEM_EVENTS = {
  ENGINE_START: {
    severity: "info",
    alerts: true,
    means: "the runtime has started",
    says: "account {account}, {mode}: broker {broker}, feed {feed}; version {version}",
    fields: { account: "text", mode: "text", broker: "text", feed: "text", version: "text" },
  },
  ENGINE_STOP: {
    severity: "info",
    alerts: true,
    means: "the runtime ended in order",
    says: "stopped: {why}",
    fields: { why: "text" },
  },
  ENGINE_PAUSE: {
    severity: "info",
    alerts: true,
    means: "an operator holds back new risk",
    says: "paused by {who}: {why}",
    fields: { who: "text", why: "text" },
  },
  ENGINE_RESUME: {
    severity: "info",
    alerts: true,
    means: "an operator let the engine go on",
    says: "resumed by {who}: {why}",
    fields: { who: "text", why: "text" },
  },
  ENGINE_STATE: {
    severity: "info",
    alerts: false,
    means: "the engine's state has changed",
    says: "{before} to {after}: {why}",
    fields: { before: "text", after: "text", why: "text" },
  },
  ENGINE_HALTED: {
    severity: "critical",
    alerts: true,
    means: "the engine is halted: only what reduces positions leaves",
    says: "halted by {who}: {why}",
    fields: { who: "text", why: "text" },
  },
  OPERATOR_COMMAND: {
    severity: "info",
    alerts: false,
    means: "an operator's command was done or refused",
    says: "{command} by {who}: {outcome} {why}",
    fields: { command: "text", who: "text", why: "text", outcome: "text" },
  },
  RECOVERY_START: {
    severity: "info",
    alerts: false,
    means: "the state is being brought back from snapshot and journal",
    says: "from record {fromSequence}",
    fields: { fromSequence: "number" },
  },
  RECOVERY_END: {
    severity: "info",
    raised: "warning",
    alerts: false,
    means: "the state is back; raised when a snapshot or a tail was left out",
    says: "{records} records up to {toSequence}; {note}",
    fields: { records: "number", toSequence: "number", note: "text?" },
  },
  ERROR: {
    severity: "error",
    alerts: true,
    means: "something failed and was dealt with",
    says: "{message}",
    fields: { code: "text", message: "text" },
  },
  WARNING: {
    severity: "warning",
    alerts: false,
    means: "something should be looked at",
    says: "{message}",
    fields: { code: "text", message: "text" },
  },
  HEARTBEAT: {
    severity: "debug",
    alerts: false,
    means: "sign of life",
    says: "{state}, equity {equity}",
    fields: { state: "text", equity: "decimal" },
  },
  CLOCK_SKEW: {
    severity: "warning",
    alerts: true,
    means: "the machine's clock and the broker's differ by more than is allowed",
    says: "our clock is {skewMs} ms off, at most {limitMs} ms are allowed",
    fields: { skewMs: "number", limitMs: "number" },
  },
  CLOCK_JUMP: {
    severity: "warning",
    alerts: true,
    means: "the machine's clock was set, or the machine slept",
    says: "the clock jumped by {jumpMs} ms",
    fields: { jumpMs: "number" },
  },
  LEASE_LOST: {
    severity: "critical",
    alerts: true,
    means:
      "another process owns the account, or the lease could not be renewed: nothing leaves any more",
    says: "lease lost: {message}",
    fields: { message: "text" },
  },
  JOURNAL_ERROR: {
    severity: "critical",
    alerts: true,
    means: "the journal cannot be written: nothing leaves any more",
    says: "journal: {message}",
    fields: { code: "text", message: "text" },
  },
} as const satisfies Record<string, EventTypeRow>;

/** Broker and market data. */
export const LINK_EVENTS = {
  CONNECTION_LOST: {
    severity: "error",
    alerts: true,
    means: "the link to the market data is gone",
    says: "{feed}: {message}",
    fields: { feed: "text", message: "text" },
  },
  CONNECTION_RESTORED: {
    severity: "info",
    alerts: true,
    means: "the link to the market data is back",
    says: "{feed} after {downUs} us",
    fields: { feed: "text", downUs: "number" },
  },
  BROKER_DISCONNECTED: {
    severity: "error",
    alerts: true,
    means: "the link to the broker is gone",
    says: "{broker}: {message}",
    fields: { broker: "text", message: "text" },
  },
  BROKER_CONNECTED: {
    severity: "info",
    alerts: false,
    means: "the link to the broker stands",
    says: "{broker}",
    fields: { broker: "text" },
  },
  QUOTE_STALE: {
    severity: "warning",
    alerts: false,
    means: "the newest price of a symbol is too old",
    says: "{symbol}: {ageMs} ms old, at most {limitMs} ms are allowed",
    fields: { symbol: "text", ageMs: "number", limitMs: "number" },
  },
  DATA_GAP_DETECTED: {
    severity: "warning",
    alerts: false,
    means: "bars are missing between two that came",
    says: "{symbol}: {missing} missing before {untilUs}",
    fields: { symbol: "text", missing: "number", untilUs: "timeUs" },
  },
  DATA_ERROR: {
    severity: "error",
    alerts: false,
    means: "market data was refused: wrong, late or out of order",
    says: "{symbol}: {message}",
    fields: { symbol: "text", message: "text" },
  },
  CORPORATE_ACTION: {
    severity: "warning",
    alerts: false,
    means: "a split, dividend, rename or delisting was booked",
    says: "{symbol}: {action} {value}",
    fields: { symbol: "text", action: "text", value: "text" },
  },
  SYNTHETIC_DATA: {
    severity: "warning",
    alerts: false,
    means: "the prices of this run are made up",
    says: "the prices of {feed} are made up",
    fields: { feed: "text" },
  },
} as const satisfies Record<string, EventTypeRow>;

/** The sealed processes. */
export const STRATEGY_EVENTS = {
  STRATEGY_STARTED: {
    severity: "info",
    alerts: false,
    means: "a strategy runs in its sealed process",
    says: "{strategy} started, {restarts} restarts so far",
    fields: { strategy: "text", sourceHash: "text", restarts: "number" },
  },
  STRATEGY_STOPPED: {
    severity: "info",
    alerts: false,
    means: "a strategy was stopped in order",
    says: "{strategy}: {why}",
    fields: { strategy: "text", why: "text" },
  },
  STRATEGY_OVERRUN: {
    severity: "error",
    alerts: true,
    means: "a strategy failed or broke a limit and was killed",
    says: "{strategy}: {verdict}: {message}",
    fields: { strategy: "text", verdict: "text", message: "text" },
  },
  STRATEGY_QUARANTINED: {
    severity: "critical",
    alerts: true,
    means: "a strategy may not trade until an operator lets it",
    says: "{strategy}: {why}",
    fields: { strategy: "text", why: "text" },
  },
  STRATEGY_PERMISSION_DENIED: {
    severity: "warning",
    alerts: false,
    means: "a strategy asked for what it was not granted",
    says: "{strategy}: {act}",
    fields: { strategy: "text", act: "text" },
  },
} as const satisfies Record<string, EventTypeRow>;
