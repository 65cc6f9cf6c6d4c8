/**
 * The catalogue: every event that tells what the runtime does, one row a type. Severity, alerting, the fields of the data and the words for
 * people come from here; nothing is published that has no row.
 *
 * @module
 */

import { RISK_EVENTS } from "./risk_events.ts";
import type { Severity } from "./severity.ts";
import { LINK_EVENTS, STRATEGY_EVENTS, SYSTEM_EVENTS } from "./system_events.ts";
import { ACCOUNT_EVENTS, TRADING_EVENTS } from "./trading_events.ts";

/** The table. */
export const EVENT_TYPES = {
  ...TRADING_EVENTS,
  ...RISK_EVENTS,
  ...SYSTEM_EVENTS,
  ...LINK_EVENTS,
  ...ACCOUNT_EVENTS,
  ...STRATEGY_EVENTS,
} as const;

export type EventType = keyof typeof EVENT_TYPES;

/** Names of all types, in the order of the table. */
export const EVENT_TYPE_NAMES: readonly EventType[] = Object.keys(EVENT_TYPES) as EventType[];

type FieldValue<Kind> = Kind extends "text" | "decimal" ? string
  : Kind extends "text?" | "decimal?" ? string | null
  : Kind extends "number" | "timeUs" ? number
  : Kind extends "number?" ? number | null
  : never;

/** The data of an event of a type. */
export type EventData<Type extends EventType = EventType> = {
  readonly [Field in keyof typeof EVENT_TYPES[Type]["fields"]]: FieldValue<
    typeof EVENT_TYPES[Type]["fields"][Field]
  >;
};

/** One event of a type, or of any. Nothing of it ever changes. */
export type SandbarEvent<Type extends EventType = EventType> = Type extends EventType ? {
    /** 1 for the first event of a run; each has the number after its predecessor's. */
    readonly sequence: number;
    readonly type: Type;
    readonly severity: Severity;
    /** Engine time, microseconds UTC. */
    readonly timeUs: number;
    /** Part of the runtime that tells it. */
    readonly source: string;
    /** What belongs together has the same, for example the client id of an order; null without one. */
    readonly correlationId: string | null;
    readonly data: EventData<Type>;
  }
  : never;
