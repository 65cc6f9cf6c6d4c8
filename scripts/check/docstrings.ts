/**
 * Every name that a user can import, and every method on it, says what it is.
 *
 * @module
 */

import type { Check } from "./contract.ts";
import { runDeno } from "./deno_command.ts";
import { listFiles } from "./files.ts";

/** The doors of the project that users import. */
const PUBLIC_DOORS = ["mod.ts", "lib/strategy/mod.ts"];

/** The part of `deno doc --json` (version 2) that is used here. */
interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly DocumentedSymbol[] }>>;
}

interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly location: Location;
    readonly jsDoc?: Docstring;
    readonly def?: { readonly methods?: readonly DocumentedMethod[] };
  }[];
}

interface DocumentedMethod {
  readonly name: string;
  readonly location: Location;
  readonly accessibility?: string;
  readonly isOverride?: boolean;
  readonly jsDoc?: Docstring;
}

interface Docstring {
  readonly doc?: string;
  readonly tags?: readonly unknown[];
}

interface Location {
  readonly filename: string;
  /** From 0. */
  readonly line: number;
}

/** Reads the documentation of the public doors and reports what has none. */
export const docstrings: Check = {
  name: "docstrings",
  async run({ root }): Promise<readonly string[]> {
    const files = await listFiles(root);
    return await findUndocumented(root, PUBLIC_DOORS.filter((door) => files.includes(door)));
  },
};

/** Returns the exports of the modules, and their public methods, that have no docstring. */
export async function findUndocumented(
  root: string,
  modules: readonly string[],
): Promise<readonly string[]> {
  if (modules.length === 0) return [];
  const outcome = await runDeno(["doc", "--json", ...modules], root);
  if (outcome.code !== 0) return [`deno doc: ${outcome.stderr.trim()}`];
  const { nodes } = JSON.parse(outcome.stdout) as Documentation;
  const findings = Object.values(nodes).flatMap(({ symbols }) => symbols.flatMap(bareParts));
  return [
    ...new Set(findings.map(({ name, location }) => {
      const file = location.filename.replace(`file://${root}/`, "");
      return `${file}:${location.line + 1}: ${name} is public and has no docstring`;
    })),
  ].sort();
}

function bareParts(symbol: DocumentedSymbol): readonly { name: string; location: Location }[] {
  const { name, declarations } = symbol, [first] = declarations;
  // A reference is a second name for something documented where it is declared.
  if (first === undefined || first.kind === "reference") return [];
  const whole = declarations.some(({ jsDoc }) => isSaid(jsDoc))
    ? []
    : [{ name, location: first.location }];
  const methods = declarations.flatMap(({ def }) => def?.methods ?? []).filter((method) =>
    !isSaid(method.jsDoc) && method.isOverride !== true &&
    (method.accessibility ?? "public") === "public"
  );
  return [...whole, ...withoutDocumentedOverloads(name, declarations, methods)];
}

/** Of an overloaded method, one signature with a docstring is enough. */
function withoutDocumentedOverloads(
  owner: string,
  declarations: DocumentedSymbol["declarations"],
  methods: readonly DocumentedMethod[],
): readonly { name: string; location: Location }[] {
  const said = new Set(
    declarations.flatMap(({ def }) => def?.methods ?? []).filter(({ jsDoc }) => isSaid(jsDoc))
      .map(({ name }) => name),
  );
  return methods.filter(({ name }) => !said.has(name)).map(({ name, location }) => ({
    name: `${owner}.${name}`,
    location,
  }));
}

function isSaid(docstring: Docstring | undefined): boolean {
  return (docstring?.doc ?? "").trim() !== "" || (docstring?.tags?.length ?? 0) > 0;
}
