/**
 * All keys of the configuration file as one tree, in which the reader walks beside the file.
 *
 * @module
 */

import type { ConfigKey } from "./config_key.ts";
import { CONFIG_ALIASES, CONFIG_KEYS } from "./config_keys.ts";
import { LATER_KEYS, type LaterKey } from "./later_keys.ts";

/** A place in the tree: a section with names in it, or a key. */
export interface KeyNode {
  readonly names: Map<string, KeyNode>;
  /** A setting that has an effect. */
  key?: ConfigKey;
  /** A setting of a later part. */
  later?: LaterKey;
}

/** Returns the tree; names are kept in the order of the tables. */
export function keyTree(): KeyNode {
  const root: KeyNode = { names: new Map() };
  for (const key of CONFIG_KEYS) place(root, key.path).key = key;
  for (const [alias, path] of Object.entries(CONFIG_ALIASES)) {
    place(root, alias).key = CONFIG_KEYS.find((key) => key.path === path)!;
  }
  for (const later of LATER_KEYS) place(root, later.path).later = later;
  return root;
}

/** Returns the node below one that a name leads to: the name itself, or the place that any name leads to. */
export function below(node: KeyNode, name: string): KeyNode | undefined {
  return name === "[]" ? node.names.get("[]") : node.names.get(name) ?? node.names.get("*");
}

/** Names that can be written in a section. */
export function namesIn(node: KeyNode): string[] {
  return [...node.names.keys()].filter((name) => name !== "[]" && name !== "*");
}

/** Returns the paths of the keys whose last name is this one. */
export function pathsEndingIn(name: string): string[] {
  return [...CONFIG_KEYS, ...LATER_KEYS].map((key) => key.path)
    .filter((path) => path.includes(".") && path.endsWith(`.${name}`));
}

function place(root: KeyNode, path: string): KeyNode {
  let node = root;
  // `strategies[]` is the name `strategies` and in it the place of each item.
  for (const name of path.replaceAll("[]", ".[]").split(".")) {
    let next = node.names.get(name);
    if (next === undefined) node.names.set(name, next = { names: new Map() });
    node = next;
  }
  return node;
}
