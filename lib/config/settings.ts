/**
 * The settings of one run: what the file says and what flags say over it. Each key is read through here, and what was read is noted: a key
 * of the table that nothing reads is a setting without an effect.
 *
 * @module
 */

import { isAbsolute, join } from "@std/path";
import type { ConfigKey, PlainValue } from "./config_key.ts";
import { CONFIG_KEYS } from "./config_keys.ts";

/** A value that was written, under the name that it was written under. */
export interface ConfigValue {
  /** Path in the file, or the flag. */
  readonly path: string;
  /** Offset of the key in the file; undefined for a flag. */
  readonly at: number | undefined;
  readonly value: PlainValue;
}

/** A folder or file: absolute, and as the user would type it. */
export interface Place {
  readonly real: string;
  readonly shown: string;
}

const KEYS: ReadonlyMap<string, ConfigKey> = new Map(CONFIG_KEYS.map((key) => [key.path, key]));

/** Returns the path of the table for one that numbers its items: `strategies[].id` for `strategies[3].id`. */
export function tablePath(path: string): string {
  return path.replace(/\[\d+\]/g, "[]");
}

/** Returns the row of a path, undefined without one. */
export function keyOf(path: string): ConfigKey | undefined {
  return KEYS.get(tablePath(path));
}

/** Returns a path of a folder, absolute and as the user would type it. */
export function placeIn(folder: Place, path: string): Place {
  return isAbsolute(path)
    ? { real: path, shown: path }
    : { real: join(folder.real, path), shown: join(folder.shown, path) };
}

/** Values by path; see the module. */
export class Settings {
  readonly #values: ReadonlyMap<string, ConfigValue>;
  /** The form of the file is read by its bounds: another form is refused before anything else. */
  readonly #read = new Set<string>(["config_version"]);

  readonly #symbolsOfFile: readonly string[] | undefined;

  /**
   * @param values What was written, by its path in the table, with the number of the item in lists.
   * @param symbolsOfFile The symbols that `symbols.file` holds.
   */
  constructor(values: ReadonlyMap<string, ConfigValue>, symbolsOfFile?: readonly string[]) {
    this.#values = values;
    this.#symbolsOfFile = symbolsOfFile;
  }

  /** Returns the symbols that are asked for: by a flag, else by `symbols.file`, else by `symbols.default`; undefined without any. */
  symbols(): readonly string[] | undefined {
    const written = this.get("symbols.default"), ofFile = this.get("symbols.file");
    const isFlag = written !== undefined && written.at === undefined;
    if (!isFlag && typeof ofFile?.value === "string") return this.#symbolsOfFile;
    return (written?.value ?? undefined) as readonly string[] | undefined;
  }

  /** Returns what was written, undefined when nothing was. */
  get(path: string): ConfigValue | undefined {
    this.#read.add(tablePath(path));
    return this.#values.get(path);
  }

  /** Returns what holds: what was written, else the default of the table. */
  valueOf(path: string): PlainValue {
    const written = this.get(path);
    return written === undefined ? keyOf(path)!.default : written.value;
  }

  /** Paths of what was written; looking at them does not count as reading. */
  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  /** Returns what was written, for showing it: that does not count as reading. */
  show(path: string): ConfigValue | undefined {
    return this.#values.get(path);
  }

  /** Returns the keys of the table that were never read, in its order. */
  unreadKeys(): string[] {
    return CONFIG_KEYS.map((key) => key.path).filter((path) => !this.#read.has(path));
  }
}
