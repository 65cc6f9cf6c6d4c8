/**
 * An event as one line for people, by the words of its row in the catalogue.
 *
 * @module
 */

import { formatIso, type TimeUs } from "../core/mod.ts";
import { EVENT_TYPES, type SandbarEvent } from "./event_types.ts";

/** Returns what an event says, without its time and type. */
export function eventText(event: SandbarEvent): string {
  const { says, fields }: { says: string; fields: Readonly<Record<string, string>> } =
    EVENT_TYPES[event.type];
  const data = event.data as Readonly<Record<string, string | number | null>>;
  return says.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = data[name] ?? "";
    return fields[name] === "timeUs" ? formatIso(value as TimeUs) : String(value);
  }).replace(/\s+/g, " ").replace(/ (?=[:;,])/g, "").trim();
}
