/**
 * Checks values against the part of JSON Schema 2020-12 that `result.schema.json` uses. A keyword that is not known here is an error, so
 * that none can be without effect.
 *
 * @module
 */

/** A schema, as JSON. */
export type Schema = Readonly<Record<string, unknown>>;

const KNOWN = [
  "$schema",
  "$defs",
  "$ref",
  "title",
  "description",
  "type",
  "const",
  "enum",
  "pattern",
  "minimum",
  "maximum",
  "minItems",
  "items",
  "properties",
  "required",
  "additionalProperties",
];

/** Returns the schema of results. */
export function readSchema(): Schema {
  return JSON.parse(Deno.readTextFileSync("lib/backtest/result.schema.json"));
}

/** Returns what is wrong with a value, one line a fault with its path; a property that the schema does not describe is a fault too. */
export function faultsOf(
  value: unknown,
  schema: Schema,
  root: Schema = schema,
  path = "$",
): string[] {
  const unknown = Object.keys(schema).filter((keyword) => !KNOWN.includes(keyword));
  if (unknown.length > 0) throw new Error(`keywords ${unknown} of a schema are not checked`);
  const faults: string[] = [];
  const fault = (why: string): void => {
    faults.push(`${path}: ${why}`);
  };
  const { $ref, type, pattern, minimum, maximum, minItems, items } = schema;
  if (typeof $ref === "string") {
    const target = $ref.slice(2).split("/").reduce<unknown>(
      (at, name) => (at as Schema)[name],
      root,
    );
    faults.push(...faultsOf(value, target as Schema, root, path));
  }
  if ("const" in schema && schema["const"] !== value) fault(`is not ${schema["const"]}`);
  if (Array.isArray(schema["enum"]) && !schema["enum"].includes(value)) {
    fault(`is none of ${schema["enum"]}`);
  }
  if (type !== undefined && ![type].flat().some((name) => isOf(value, name as string))) {
    fault(`is not ${type}`);
  }
  if (
    typeof pattern === "string" && typeof value === "string" && !new RegExp(pattern).test(value)
  ) {
    fault(`${value} does not match ${pattern}`);
  }
  if (typeof minimum === "number" && !((value as number) >= minimum)) fault(`is below ${minimum}`);
  if (typeof maximum === "number" && !((value as number) <= maximum)) fault(`is above ${maximum}`);
  if (Array.isArray(value)) {
    if (typeof minItems === "number" && value.length < minItems) {
      fault(`has fewer than ${minItems} items`);
    }
    if (items !== undefined) {
      value.forEach((item, i) =>
        faults.push(...faultsOf(item, items as Schema, root, `${path}[${i}]`))
      );
    }
  } else if (typeof value === "object" && value !== null && $ref === undefined) {
    // What is referred to describes its properties.
    faults.push(...propertyFaults(value as Schema, schema, root, path));
  }
  return faults;
}

function propertyFaults(value: Schema, schema: Schema, root: Schema, path: string): string[] {
  const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
  const rest = schema["additionalProperties"] as Schema | undefined;
  const missing = ((schema["required"] ?? []) as string[]).filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${path}: ${name} is missing`),
    ...Object.entries(value).flatMap(([name, each]) => {
      const part = properties[name] ?? rest;
      return part === undefined
        ? [`${path}.${name}: is not described`]
        : faultsOf(each, part, root, `${path}.${name}`);
    }),
  ];
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      // string, number, boolean
      return type === "number"
        ? typeof value === "number"
        : type === "string"
        ? typeof value === "string"
        : typeof value === "boolean";
  }
}
