/**
 * The configuration file: one YAML file, read and checked against the table of keys. All faults are told together, each with line and
 * column; nothing starts before the file is right. Flags win over what it says.
 *
 * Nothing of the environment is read here, and no value of a key that could hold a secret is ever told.
 *
 * @module
 */

import process from "node:process";
import { dirname, isAbsolute, join } from "@std/path";
import type { Document, LineCounter, Node, Pair, Scalar, YAMLSeq } from "yaml";
import { didYouMean, SandbarError } from "../core/mod.ts";
import { MAX_FILE_BYTES } from "./config_keys.ts";
import { type ConfigValue, type ConfigValues, runConfigOf } from "./config_run.ts";
import type { RunConfig } from "./config_run.ts";
import { hasCredentials, isSecretName, laterFault, valueFault } from "./config_value.ts";
import { below, type KeyNode, keyTree, namesIn, pathsEndingIn } from "./key_tree.ts";

export type { RunConfig } from "./config_run.ts";

/** One root key around everything is accepted: a file can serve several programs. */
const ROOT_KEY = "live_trading";
/** Faults told at once; more are counted. */
const MAX_FAULTS = 50;

/**
 * Returns what a configuration file asks for.
 *
 * @param path Absolute path.
 * @param shown The path as the user gave it, for messages; paths in the file count from the file's folder.
 * @throws {SandbarError} `config_invalid` with every fault of the file, or when it cannot be read.
 */
export async function readRunConfig(path: string, shown: string): Promise<RunConfig> {
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
  const reader = new Reader(yaml, document, lines);
  reader.read();
  const folders = { real: dirname(path), shown: dirname(shown) };
  const config = runConfigOf(reader.values, {
    fault: (place, message) => reader.fault(place, message),
    real: (value) => isAbsolute(value) ? value : join(folders.real, value),
    shown: (value) => isAbsolute(value) ? value : join(folders.shown, value),
  });
  reader.refuse(shown);
  const unused = reader.unused;
  return unused.length === 0 ? config : {
    ...config,
    notes: [
      `${shown}: not used by a backtest of this version: ${unused.slice(0, 12).join(", ")}${
        unused.length > 12 ? ` and ${unused.length - 12} more` : ""
      }`,
      ...config.notes,
    ],
  };
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
  /** Settings that have an effect, by path. */
  readonly values: ConfigValues = new Map();
  /** Paths of settings that no part reads yet. */
  readonly unused: string[] = [];
  readonly #faults: { readonly at: number; readonly text: string }[] = [];
  readonly #yaml: typeof import("yaml");
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  constructor(yaml: typeof import("yaml"), document: Document.Parsed, lines: LineCounter) {
    this.#yaml = yaml;
    this.#document = document;
    this.#lines = lines;
  }

  read(): void {
    const { errors, contents } = this.#document, { isMap } = this.#yaml;
    for (const error of errors) this.fault(error.pos[0], error.message);
    if (errors.length > 0 || contents === null || this.#isNull(contents)) return;
    if (!isMap(contents)) {
      return this.fault(startOf(contents), "give settings, one `key: value` a line");
    }
    const [only] = contents.items, root = keyTree();
    const wrapped = contents.items.length === 1 && nameOf(only!) === ROOT_KEY;
    const inner = wrapped ? only!.value as Node | null : contents;
    if (inner !== null) this.#section(inner, root, "");
  }

  /** Notes a fault at an offset of the text. */
  fault(at: number, text: string): void {
    this.#faults.push({ at, text });
  }

  /** Throws when there was a fault. */
  refuse(shown: string): void {
    if (this.#faults.length === 0) return;
    const sorted = this.#faults.toSorted((a, b) => a.at - b.at), count = sorted.length;
    const told = sorted.slice(0, MAX_FAULTS).map(({ at, text }) => {
      const { line, col } = this.#lines.linePos(at);
      return `${shown}:${line}:${col}: ${text}`;
    });
    if (count > told.length) told.push(`and ${count - told.length} more`);
    throw new SandbarError(
      "config_invalid",
      count === 1
        ? `Cannot use the settings: ${told[0]}`
        : `Cannot use the settings, ${count} faults:\n  ${told.join("\n  ")}`,
    );
  }

  #section(node: Node, place: KeyNode, path: string): void {
    const { isMap, isSeq } = this.#yaml;
    if (isMap(node)) {
      for (const pair of node.items) this.#pair(pair, place, path);
    } else if (isSeq(node) && place.names.has("[]")) {
      for (const item of (node as YAMLSeq<Node>).items) {
        this.#section(item, place.names.get("[]")!, `${path}[]`);
      }
    } else if (!this.#isNull(node)) {
      const names = namesIn(place).slice(0, 4).join(", ");
      this.fault(
        startOf(node),
        place.names.has("[]")
          ? `${path}: give a list, each item with keys of its own`
          : `${path} is a section: give keys below it${names === "" ? "" : `, such as ${names}`}`,
      );
    }
  }

  #pair(pair: Pair<unknown, unknown>, section: KeyNode, above: string): void {
    const name = nameOf(pair), path = above === "" ? name : `${above}.${name}`;
    const at = startOf(pair.key as Node | null), value = pair.value as Node | null;
    const place = below(section, name);
    if (place === undefined) return this.fault(at, this.#unknown(name, path, section, value));
    if (this.#yaml.isAlias(value)) {
      return this.fault(at, `${path}: anchors and aliases are not read here, write the value`);
    }
    if (hasCredentials(this.#plain(value))) {
      return this.fault(at, `${path}: a URL with a password does not belong in a file`);
    }
    const { key, later } = place;
    if (key !== undefined) {
      this.#setting(key.path, path, at, value, valueFault(key, this.#plain(value)));
    } else if (later !== undefined) this.#later(path, at, laterFault(later, this.#plain(value)));
    else if (value !== null) this.#section(value, place, path);
  }

  #setting(
    canonical: string,
    path: string,
    at: number,
    value: Node | null,
    fault: string | undefined,
  ): void {
    if (fault !== undefined) {
      return this.fault(value === null ? at : startOf(value), `${path}: ${fault}`);
    }
    const plain = this.#plain(value) as ConfigValue["value"], before = this.values.get(canonical);
    if (before !== undefined && before.value !== plain) {
      return this.fault(at, `${path} and ${before.path} mean the same setting, and they differ`);
    }
    this.values.set(canonical, { path, at, value: plain });
  }

  #later(path: string, at: number, fault: string | undefined): void {
    if (fault !== undefined) return this.fault(at, `${path}: ${fault}`);
    if (!this.unused.includes(path)) this.unused.push(path);
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
