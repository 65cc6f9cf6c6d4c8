/**
 * Our own lint rules, loaded by `lint.plugins` in deno.json: what the pure rooms must not touch, and three habits of the house.
 *
 * The rules look at names, not at scopes: in a pure room even a local variable called `fetch` is a finding, because a reader
 * cannot tell it from the real one. A property of that name (`quote.performance`) is not.
 *
 * @module
 */

import { REAL_TIME_FILES } from "./real_time.ts";
import { PURE_ROOMS } from "./rooms.ts";

type Context = Deno.lint.RuleContext;
type Node = Deno.lint.Node;
type Visitor = Deno.lint.LintVisitor;

/** Global names that give time, chance, input, output or another thread. */
const WORLD = new Set([
  "Date",
  "Deno",
  "Promise",
  "WebSocket",
  "Worker",
  "XMLHttpRequest",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "localStorage",
  "navigator",
  "performance",
  "process",
  "queueMicrotask",
  "sessionStorage",
  "setInterval",
  "setTimeout",
]);

/** Functions that wait in real time. */
const TIMERS = new Set(["setInterval", "setTimeout"]);

/** Members that give real time, or read a text as a time of the machine's own zone. */
const TIME_MEMBERS = [
  ["Date", "now"],
  ["Date", "parse"],
  ["performance", "now"],
  ["performance", "timeOrigin"],
  ["Temporal", "Now"],
] as const;

/** Rooms whose numbers are fills, money or hashes: they must give the same bits in TypeScript, in Rust and in every V8. */
const EXACT_ROOMS = ["trading", "venue", "engine"];

/** Members of `Math` whose result is exact, or correctly rounded, by their definition. */
const EXACT_MATH = new Set([
  "abs",
  "ceil",
  "clz32",
  "floor",
  "fround",
  "imul",
  "max",
  "min",
  "round",
  "sign",
  "sqrt",
  "trunc",
]);

/** Files whose default export a tool asks for. */
const DEFAULT_EXPORT_FILES = ["scripts/check/lint_plugin.ts"];

const plugin: Deno.lint.Plugin = {
  name: "sandbar",
  rules: {
    "no-world-below-floor-5": { create: noWorld },
    "no-real-time": { create: noRealTime },
    "no-inexact-math": { create: noInexactMath },
    "no-locale": { create: noLocale },
    "no-default-export": { create: noDefaultExport },
    "no-empty-catch": { create: noEmptyCatch },
  },
};

export default plugin;

function noWorld(context: Context): Visitor {
  const room = roomFrom(context);
  if (!PURE_ROOMS.includes(room)) return {};
  const report = (node: Node, what: string): void =>
    context.report({
      node,
      message: `${what} in the pure room ${room}`,
      hint:
        "Take it as an argument or an event; clocks, chance, I/O and waiting live on floor 5 and above.",
    });
  const onFunction = (node: Node & { async?: boolean }): void => {
    if (node.async === true) report(node, "async");
  };
  const onSource = (node: Node & { source?: Deno.lint.StringLiteral | null }): void => {
    const specifier = node.source?.value;
    if (specifier !== undefined && !specifier.startsWith(".")) {
      report(node, `import of ${specifier}`);
    }
  };
  return {
    Identifier(node): void {
      if (!WORLD.has(node.name) || isPropertyName(node)) return;
      // The protocols describe what the world's doors promise; a promise as a type waits for nothing.
      if (
        room === "protocols" && node.name === "Promise" && node.parent.type === "TSTypeReference"
      ) {
        return;
      }
      report(node, node.name);
    },
    MemberExpression(node): void {
      if (isMember(node, "Math", "random")) report(node, "Math.random");
      if (isMember(node, "Temporal", "Now")) report(node, "Temporal.Now");
    },
    VariableDeclarator(node): void {
      if (takesOut(node, "Math", "random")) report(node, "Math.random");
      if (takesOut(node, "Temporal", "Now")) report(node, "Temporal.Now");
    },
    FunctionDeclaration: onFunction,
    FunctionExpression: onFunction,
    ArrowFunctionExpression: onFunction,
    AwaitExpression: (node) => report(node, "await"),
    ForOfStatement(node): void {
      if (node.await) report(node, "for await");
    },
    ImportDeclaration: onSource,
    ExportAllDeclaration: onSource,
    ExportNamedDeclaration: onSource,
    ImportExpression: (node) => report(node, "import()"),
  };
}

function noRealTime(context: Context): Visitor {
  const path = /(?:^|\/)(lib\/(?!.*\/lib\/).*)$/.exec(slashed(context))?.[1];
  if (path === undefined || REAL_TIME_FILES.some(({ file }) => file === path)) return {};
  const report = (node: Node, what: string): void =>
    context.report({
      node,
      message: `${what}: real time outside of the system clock`,
      hint: "Take a Clock (lib/protocols/clock.ts) as an argument; texts are read by parseIso.",
    });
  return {
    Identifier(node): void {
      if (TIMERS.has(node.name) && !isPropertyName(node)) report(node, node.name);
    },
    MemberExpression(node): void {
      for (const [object, name] of TIME_MEMBERS) {
        if (isMember(node, object, name)) report(node, `${object}.${name}`);
      }
      const name = memberName(node) ?? "";
      if (TIMERS.has(name) && isMember(node, "globalThis", name)) report(node, name);
    },
    VariableDeclarator(node): void {
      for (const [object, name] of TIME_MEMBERS) {
        if (takesOut(node, object, name)) report(node, `${object}.${name}`);
      }
    },
    CallExpression(node): void {
      if (isDate(node.callee)) report(node, "Date()");
    },
    NewExpression(node): void {
      if (!isDate(node.callee)) return;
      const [first] = node.arguments;
      if (first === undefined) report(node, "new Date()");
      else if (
        first.type === "TemplateLiteral" ||
        (first.type === "Literal" && typeof first.value === "string")
      ) report(node, "new Date of a text");
    },
    ImportSpecifier(node): void {
      const name = node.imported.type === "Identifier" ? node.imported.name : node.imported.value;
      if (TIMERS.has(name)) report(node, name);
    },
    ImportDeclaration(node): void {
      const from = node.source.value;
      if (/^(?:node:)?(?:perf_hooks|timers\/promises)$/.test(from)) report(node, from);
    },
  };
}

function noInexactMath(context: Context): Visitor {
  const room = roomFrom(context);
  if (!EXACT_ROOMS.includes(room)) return {};
  const report = (node: Node, what: string): void =>
    context.report({
      node,
      message: `${what} is not bit-identical between machines; ${room} must be`,
      hint: "Only + - * /, Math.sqrt, comparisons and rounding to integers.",
    });
  return {
    Identifier(node): void {
      if (node.name !== "Math" || isPropertyName(node)) return;
      const parent = node.parent as Node;
      if (parent.type !== "MemberExpression") return report(node, "Math as a value");
      const name = memberName(parent);
      if (name === undefined || !EXACT_MATH.has(name)) report(parent, `Math.${name ?? "[…]"}`);
    },
    BinaryExpression(node): void {
      if (node.operator === "**") report(node, "**");
    },
    AssignmentExpression(node): void {
      if (node.operator === "**=") report(node, "**=");
    },
  };
}

function noLocale(context: Context): Visitor {
  const room = roomFrom(context);
  if (!PURE_ROOMS.includes(room)) return {};
  const report = (node: Node, what: string): void =>
    context.report({
      node,
      message: `${what} depends on the machine's language; the pure room ${room} must not`,
      hint: "Format numbers and dates with lib/core; compare text with < and >.",
    });
  return {
    Identifier(node): void {
      if (node.name === "Intl" && !isPropertyName(node)) report(node, "Intl");
    },
    MemberExpression(node): void {
      const name = memberName(node);
      if (name === "localeCompare" || name?.startsWith("toLocale")) report(node, name);
    },
  };
}

function noDefaultExport(context: Context): Visitor {
  const path = slashed(context);
  if (/(^|\/)strategies\//.test(path)) return {};
  if (DEFAULT_EXPORT_FILES.some((file) => path.endsWith(file))) return {};
  const report = (node: Node): void =>
    context.report({
      node,
      message: "default export",
      hint:
        "Export by name, so that a thing has one name everywhere. Only a strategy exports a default.",
    });
  return {
    ExportDefaultDeclaration(node): void {
      const { declaration } = node;
      const strategy = declaration.type === "CallExpression" &&
        declaration.callee.type === "Identifier" && declaration.callee.name === "defineStrategy";
      if (!strategy) report(node);
    },
    ExportSpecifier(node): void {
      if (node.exported.type === "Identifier" && node.exported.name === "default") report(node);
    },
  };
}

function noEmptyCatch(context: Context): Visitor {
  return {
    CatchClause(node): void {
      if (node.body.body.length > 0) return;
      context.report({
        node,
        message: "empty catch: the error disappears",
        hint:
          "Handle the expected error by its class and throw the others on. A comment is not handling.",
      });
    },
  };
}

/** Returns the name of the room of `lib/` that the file is in, or "" outside. */
function roomFrom(context: Context): string {
  return /(?:^|\/)lib\/([a-z_]+)\/(?!.*\/lib\/)/.exec(slashed(context))?.[1] ?? "";
}

function slashed(context: Context): string {
  return context.filename.replaceAll("\\", "/");
}

/** True when an identifier only names a property, a member or another module's export: it reads no variable. */
function isPropertyName(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as Node;
  const is = (part: { readonly range: Deno.lint.Range } | null | undefined): boolean =>
    part?.range[0] === node.range[0] && part.range[1] === node.range[1];
  switch (parent.type) {
    case "MemberExpression":
      return !parent.computed && is(parent.property);
    case "Property":
      return !parent.computed && !parent.shorthand && is(parent.key);
    case "MethodDefinition":
    case "PropertyDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return !parent.computed && is(parent.key);
    case "TSQualifiedName":
      return is(parent.right);
    case "ImportSpecifier":
      return is(parent.imported) && !is(parent.local);
    case "ExportSpecifier":
      return is(parent.exported) && !is(parent.local);
    default:
      return false;
  }
}

/** Returns the name of the member that is read, when the text of the program gives it. */
function memberName(node: Deno.lint.MemberExpression): string | undefined {
  const property = node.property as Node;
  if (property.type === "Identifier" && !node.computed) return property.name;
  return property.type === "Literal" && typeof property.value === "string"
    ? property.value
    : undefined;
}

function isMember(node: Deno.lint.MemberExpression, object: string, name: string): boolean {
  return node.object.type === "Identifier" && node.object.name === object &&
    memberName(node) === name;
}

function isDate(callee: Node): boolean {
  return callee.type === "Identifier" && callee.name === "Date";
}

/** True for `const { name } = object`. */
function takesOut(node: Deno.lint.VariableDeclarator, object: string, name: string): boolean {
  const { id, init } = node;
  return init?.type === "Identifier" && init.name === object && id.type === "ObjectPattern" &&
    id.properties.some((property) =>
      property.type === "Property" && property.key.type === "Identifier" &&
      property.key.name === name
    );
}
