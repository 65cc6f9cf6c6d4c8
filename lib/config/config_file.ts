/**
 * The configuration file: one YAML file, read and checked against the table of keys. All faults are told together, each with line and
 * column; nothing starts before the file is right. What its values mean for a run is not decided here.
 *
 * Nothing of the environment is read here, and no value of a key that could hold a secret is ever told.
 *
 * @module
 */

import process from "node:process";
import { dirname } from "@std/path";
import type { Document, LineCounter, Node, Pair, Scalar, YAMLSeq } from "yaml";
import { didYouMean, SandbarError } from "../core/mod.ts";
import type { PlainValue } from "./config_key.ts";
import { MAX_FILE_BYTES, MAX_ITEMS } from "./config_keys.ts";
import { hasCredentials, isSecretName, laterFault, valueFault } from "./config_value.ts";
import { Faults } from "./faults.ts";
import { below, type KeyNode, keyTree, namesIn, pathsEndingIn } from "./key_tree.ts";
import { type ConfigValue, type Place, placeIn } from "./settings.ts";
import { symbolsIn } from "./symbols_file.ts";

/** One root key around everything is accepted: a file can serve several programs. */
const ROOT_KEY = "live_trading";

/** What a file says. */
export interface SettingsFile {
  /** The file, absolute and as the user gave it. */
  readonly file: Place;
  /** Its folder, from which the paths in it count. */
  readonly folder: Place;
  /** Settings that have an effect, by their path in the table; items of lists are numbered. */
  readonly values: Map<string, ConfigValue>;
  /** The symbols of `symbols.file`, undefined without one. */
  readonly symbols: readonly string[] | undefined;
  /** Offsets of the items of each list of sections. */
  readonly lists: ReadonlyMap<string, readonly number[]>;
  /** Settings that no part reads yet, by path: the name of a variable where the value is one, else null. */
  readonly later: ReadonlyMap<string, ConfigValue>;
  readonly faults: Faults;
  /** Returns the line of an offset, from 1. */
  readonly lineOf: (at: number) => number;
}

/**
 * Returns what a file says. Its faults are not thrown yet: what contradicts itself comes to them.
 *
 * @param path Absolute path.
 * @param shown The path as the user gave it, for messages.
 * @throws {SandbarError} `config_invalid` when it cannot be read.
 */
export async function readSettingsFile(path: string, shown: string): Promise<SettingsFile> {
  // Parsing YAML is loaded for those who have a file: it costs every start some milliseconds.
  const yaml = await import("yaml"), text = readText(path, shown);
  const lines = new yaml.LineCounter();
  const document = withoutEnvironment(() =>
    yaml.parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      strict: true,
      uniqueKeys: true,
      version: "1.2",
    })
  );
  const reader = new Reader(yaml, document, shown, lines);
  reader.read();
  const folder = { real: dirname(path), shown: dirname(shown) };
  return {
    file: { real: path, shown },
    folder,
    values: reader.values,
    symbols: symbolsOf(reader, folder, yaml),
    lists: reader.lists,
    later: reader.later,
    faults: reader.faults,
    lineOf: (at) => lines.linePos(at).line,
  };
}

/** Returns what `symbols.file` holds; what is wrong with it is a fault of the key. */
function symbolsOf(
  { values, faults }: Reader,
  folder: Place,
  yaml: typeof import("yaml"),
): readonly string[] | undefined {
  const written = values.get("symbols.file");
  if (typeof written?.value !== "string") return undefined;
  const { real, shown } = placeIn(folder, written.value);
  try {
    const text = readText(real, shown);
    const symbols = symbolsIn(withoutEnvironment(() => yaml.parse(text)));
    if (typeof symbols !== "string") return symbols;
    faults.add(written.at, `symbols.file: ${shown}: ${symbols}`);
  } catch (error) {
    // The parser's own, and what it says of a file of aliases upon aliases.
    const ofFile = [SandbarError, yaml.YAMLParseError, ReferenceError];
    if (!ofFile.some((kind) => error instanceof kind)) throw error;
    faults.add(written.at, `symbols.file: ${(error as Error).message}`);
  }
  return undefined;
}

/**
 * Runs the parser without an environment: it asks for two variables that make it log, and a run may read none. It works in one go, so
 * that nobody else meets the empty environment.
 */
function withoutEnvironment<T>(parse: () => T): T {
  const { env } = process;
  process.env = {};
  try {
    return parse();
  } finally {
    process.env = env;
  }
}

function readText(path: string, shown: string): string {
  try {
    const { size, isFile } = Deno.statSync(path);
    if (!isFile) throw new Error("it is not a file");
    if (size > MAX_FILE_BYTES) throw new Error(`it has ${size} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path));
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof TypeError
      ? "it is not UTF-8 text"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new SandbarError("config_invalid", `Cannot read the settings in ${shown}: ${why}`, {
      cause,
    });
  }
}

/** Walks the file and the tree of keys side by side. */
class Reader {
  readonly values: Map<string, ConfigValue> = new Map();
  readonly lists: Map<string, readonly number[]> = new Map();
  readonly later: Map<string, ConfigValue> = new Map();
  readonly faults: Faults;
  readonly #yaml: typeof import("yaml");
  readonly #document: Document.Parsed;

  constructor(
    yaml: typeof import("yaml"),
    document: Document.Parsed,
    shown: string,
    lines: LineCounter,
  ) {
    this.#yaml = yaml;
    this.#document = document;
    this.faults = new Faults((at) => {
      const { line, col } = lines.linePos(at);
      return `${shown}:${line}:${col}`;
    });
  }

  read(): void {
    const { errors, contents } = this.#document, { isMap } = this.#yaml;
    for (const error of errors) this.faults.add(error.pos[0], error.message);
    if (errors.length > 0 || contents === null || this.#isNull(contents)) return;
    if (!isMap(contents)) {
      return this.faults.add(startOf(contents), "give settings, one `key: value` a line");
    }
    const [only] = contents.items, root = keyTree();
    const wrapped = contents.items.length === 1 && nameOf(only!) === ROOT_KEY;
    const inner = wrapped ? only!.value as Node | null : contents;
    if (inner !== null) this.#section(inner, root, "");
  }

  #section(node: Node, place: KeyNode, path: string): void {
    const { isMap, isSeq } = this.#yaml;
    if (isMap(node)) {
      for (const pair of node.items) this.#pair(pair, place, path);
    } else if (isSeq(node) && place.names.has("[]")) {
      this.#list(node as YAMLSeq<Node>, place.names.get("[]")!, path);
    } else if (!this.#isNull(node)) {
      const names = namesIn(place).slice(0, 4).join(", ");
      this.faults.add(
        startOf(node),
        place.names.has("[]")
          ? `${path}: give a list, each item with keys of its own`
          : `${path} is a section: give keys below it${names === "" ? "" : `, such as ${names}`}`,
      );
    }
  }

  #list({ items }: YAMLSeq<Node>, place: KeyNode, path: string): void {
    this.lists.set(path, items.map(startOf));
    if (items.length > MAX_ITEMS) {
      this.faults.add(
        startOf(items[0]),
        `${path}: ${items.length} items, give at most ${MAX_ITEMS}`,
      );
    }
    for (const [i, item] of items.slice(0, MAX_ITEMS).entries()) {
      this.#section(item, place, `${path}[${i}]`);
    }
  }

  #pair(pair: Pair<unknown, unknown>, section: KeyNode, above: string): void {
    const name = nameOf(pair), path = above === "" ? name : `${above}.${name}`;
    const at = startOf(pair.key as Node | null), value = pair.value as Node | null;
    const place = below(section, name);
    if (place === undefined) return this.faults.add(at, this.#unknown(name, path, section, value));
    const { key, later } = place, isValue = key !== undefined || later !== undefined;
    if (this.#yaml.isAlias(value) || (isValue && this.#hasAlias(value))) {
      return this.faults.add(
        at,
        `${path}: anchors and aliases are not read here, write the value`,
      );
    }
    if (!isValue) {
      if (value !== null) this.#section(value, place, path);
      return;
    }
    const plain = this.#plain(value);
    if (hasCredentials(plain)) {
      return this.faults.add(at, `${path}: a URL with a password does not belong in a file`);
    }
    if (key !== undefined) {
      // An alias has no items: in lists the path is the table's, with the number of the item.
      const canonical = key.path.includes("[]") ? path : key.path;
      const written = { path, at, value: plain as PlainValue };
      this.#setting(canonical, written, value, valueFault(key, plain));
    } else {
      const fault = laterFault(later!, plain);
      if (fault !== undefined) return this.faults.add(at, `${path}: ${fault}`);
      const shown = later!.holds === "name of a variable" ? plain as string | null : null;
      this.later.set(path, { path, at, value: shown });
    }
  }

  #setting(
    canonical: string,
    written: ConfigValue,
    node: Node | null,
    fault: string | undefined,
  ): void {
    const { path, at, value } = written, before = this.values.get(canonical);
    if (fault !== undefined) {
      this.faults.add(node === null ? at : startOf(node), `${path}: ${fault}`);
    } else if (before !== undefined && before.value !== value) {
      this.faults.add(at, `${path} and ${before.path} mean the same setting, and they differ`);
    } else this.values.set(canonical, written);
  }

  #unknown(name: string, path: string, section: KeyNode, value: Node | null): string {
    if (isSecretName(name) && value !== null && !this.#isNull(value)) {
      return `unknown key ${path}; a secret does not belong in a file: put it into an environment ` +
        "variable, whose name the keys ending in _env hold";
    }
    const nearest = didYouMean(name, namesIn(section));
    const elsewhere = pathsEndingIn(name);
    return `unknown key ${path}${
      nearest !== "" || elsewhere.length === 0 ? nearest : ` (did you mean ${elsewhere[0]}?)`
    }`;
  }

  /** Whether there is an alias in a list or a map that is a value. */
  #hasAlias(value: Node | null): boolean {
    const { isCollection, visit } = this.#yaml;
    let found = false;
    if (value === null || !isCollection(value)) return found;
    visit(value, { Alias: () => (found = true, visit.BREAK) });
    return found;
  }

  #plain(value: Node | null): unknown {
    // Without aliases, which were refused, this copies the tree and nothing more.
    return value === null ? null : value.toJS(this.#document, { maxAliasCount: 0 });
  }

  #isNull(node: Node): boolean {
    return this.#yaml.isScalar(node) && node.value === null;
  }
}

function nameOf(pair: Pair<unknown, unknown>): string {
  return String((pair.key as Scalar).value);
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}
