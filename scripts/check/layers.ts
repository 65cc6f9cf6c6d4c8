/**
 * The layer check: every import of the house against the floor table.
 *
 * @module
 */

import type { Check, CheckOptions } from "./contract.ts";
import { listFiles, readIfThere } from "./files.ts";
import { drawFloors, replaceDrawing } from "./floors_drawing.ts";
import { type Import, readImports } from "./imports.ts";
import { type Room, roomOf, ROOMS } from "./rooms.ts";

/** Where the floor table is drawn. */
const DRAWING = "ARCHITECTURE.md";

/** What a strategy may import, beside files of its own folder. */
const GUEST_DOOR = "sandbar/strategy";

/** Arrows go down, rooms are entered by their doors, pure rooms import no packages, and the drawing is up to date. */
export const layers: Check = {
  name: "layers",
  async run({ root, write }: CheckOptions): Promise<readonly string[]> {
    const files = await listFiles(root), imports = await readImports(root, sourceFiles(files));
    return [
      ...findRoomFaults(files),
      ...findLayerFaults(imports),
      ...await checkDrawing(root, drawFloors(ROOMS, imports), write),
    ];
  },
};

/** Returns the files that the floors hold: TypeScript and JavaScript of lib, scripts, strategies and the public door. */
export function sourceFiles(files: readonly string[]): readonly string[] {
  return files.filter((file) =>
    /\.[jt]s$/.test(file) && /^(lib|scripts|strategies)\/|^mod\.ts$/.test(file) &&
    !file.startsWith("lib/compat/")
  );
}

/** Returns the differences between the rooms of the table and the folders of `lib/`. */
export function findRoomFaults(files: readonly string[]): readonly string[] {
  const missing = ROOMS.filter((room) => !files.some((file) => file.startsWith(room.path)));
  const homeless = sourceFiles(files).filter((file) =>
    file.startsWith("lib/") && roomOf(file) === undefined
  );
  return [
    ...missing.map((room) =>
      `scripts/check/rooms.ts: room ${room.name} is in the floor table, but ${room.path} is not there`
    ),
    ...homeless.map((file) => `${file}: in no room of the floor table (scripts/check/rooms.ts)`),
  ];
}

/** Returns the imports that break the floor table, each with its place. */
export function findLayerFaults(imports: readonly Import[]): readonly string[] {
  return imports.flatMap((found) => {
    const fault = found.from.startsWith("strategies/") ? guestFault(found) : roomFault(found);
    return fault === undefined ? [] : [`${found.from}:${found.line}: ${fault}`];
  });
}

function guestFault({ specifier, to }: Import): string | undefined {
  if (specifier === GUEST_DOOR || to?.startsWith("strategies/")) return undefined;
  return `a strategy imports ${GUEST_DOOR} and files of strategies/ only, not ${specifier}`;
}

function roomFault({ from, specifier, to }: Import): string | undefined {
  const room = roomOf(from);
  if (room === undefined) return undefined;
  if (to === undefined || to.startsWith("lib/compat/")) {
    return room.world ? undefined : `pure room ${room.name} imports ${specifier}`;
  }
  const target = roomOf(to);
  if (target === room) return undefined;
  if (target === undefined) return `${room.name} imports ${to}, which is in no room`;
  const closed = room.closed?.find(({ folder }) => from.startsWith(room.path + folder));
  if (closed !== undefined) {
    return `${room.path}${closed.folder} imports nothing of other rooms (${closed.reason}), but ${to}`;
  }
  return floorFault(room, target) ?? doorFault(room, target, to);
}

function floorFault(room: Room, target: Room): string | undefined {
  if (target.floor < room.floor) return undefined;
  if (target.floor > room.floor) {
    return `${room.name} (floor ${room.floor}) imports ${target.name} (floor ${target.floor}): arrows go down only`;
  }
  if (room.beside?.some(({ room: name }) => name === target.name)) return undefined;
  return `${room.name} imports ${target.name} on the same floor ${room.floor}, which the floor table does not name`;
}

function doorFault(room: Room, target: Room, to: string): string | undefined {
  if (to === target.path + "mod.ts" || to === target.path) return undefined;
  const door = target.doors?.find(({ file }) => to === target.path + file);
  if (door === undefined) return `${to} is inside ${target.name}: import ${target.path}mod.ts`;
  if (door.openTo.includes(room.name)) return undefined;
  return `${to} is a door for ${door.openTo.join(", ")} only (${door.reason})`;
}

async function checkDrawing(
  root: string,
  drawing: string,
  write: boolean,
): Promise<readonly string[]> {
  const text = await readIfThere(`${root}/${DRAWING}`);
  const updated = text === undefined ? undefined : replaceDrawing(text, drawing);
  if (updated === undefined) {
    return [
      `${DRAWING}: no place for the floor table. Write the lines <!-- floors:start --> and <!-- floors:end --> ` +
      "where it belongs, then run `deno task check --write`",
    ];
  }
  if (updated === text) return [];
  if (!write) return [`${DRAWING}: the floor table is stale. Run \`deno task check --write\``];
  await Deno.writeTextFile(`${root}/${DRAWING}`, updated);
  return [];
}
