/**
 * The floor table as Markdown, for ARCHITECTURE.md. Columns are padded as `deno fmt` pads them, so that both checks agree.
 *
 * @module
 */

import type { Import } from "./imports.ts";
import { type Room, roomOf } from "./rooms.ts";

const START = "<!-- floors:start -->", END = "<!-- floors:end -->";

/** Returns the table of all rooms with the arrows that the code has, and one of the named exceptions. */
export function drawFloors(rooms: readonly Room[], imports: readonly Import[]): string {
  const rows = rooms.map((room) => [
    String(room.floor),
    `\`${room.name}\``,
    room.holds,
    room.world ? "yes" : "no",
    arrowsOf(room, rooms, imports) || "nothing",
  ]);
  const guests = ["guests", "`strategies`", "one idea a file", "no", "`sandbar/strategy` only"];
  const header = ["floor", "room", "what lives there", "may touch the world", "imports"];
  const exceptions = rooms.flatMap(exceptionsOf);
  return [
    table([header, ...rows, guests]),
    ...(exceptions.length === 0 ? [] : ["", table([["exception", "because"], ...exceptions])]),
  ].join("\n");
}

/** Returns the text with the drawing between two markers replaced, or undefined when it has no markers. */
export function replaceDrawing(
  text: string,
  drawing: string,
  startMark: string = START,
  endMark: string = END,
): string | undefined {
  const start = text.indexOf(startMark), end = text.indexOf(endMark);
  if (start < 0 || end < start) return undefined;
  return `${text.slice(0, start + startMark.length)}\n\n${drawing}\n\n${text.slice(end)}`;
}

/** The rooms that a room's files import, in the order of the table. */
function arrowsOf(room: Room, rooms: readonly Room[], imports: readonly Import[]): string {
  const targets = new Set(
    imports.filter(({ from, to }) => to !== undefined && roomOf(from) === room)
      .map(({ to }) => roomOf(to ?? "")),
  );
  return rooms.filter((other) => other !== room && targets.has(other))
    .map((other) => `\`${other.name}\``).join(", ");
}

function exceptionsOf(room: Room): readonly (readonly string[])[] {
  return [
    ...(room.beside ?? []).map((beside) => [
      `\`${room.name}\` imports \`${beside.room}\` beside it`,
      beside.reason,
    ]),
    ...(room.doors ?? []).map((door) => [
      `\`${room.path}${door.file}\` is a second door, for \`${door.openTo.join("`, `")}\``,
      door.reason,
    ]),
    ...(room.closed ?? []).map((closed) => [
      `\`${room.path}${closed.folder}\` imports nothing of other rooms`,
      closed.reason,
    ]),
  ];
}

/** Returns rows as a table of Markdown; the first holds the heads of the columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = rows[0] ?? [];
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(columns), rule, ...rows.slice(1).map(line)].join("\n");
}
