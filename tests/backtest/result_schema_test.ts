import { assertEquals } from "@std/assert";
import { RESULT_SCHEMA, runBacktest } from "../../lib/backtest/mod.ts";
import { METRICS } from "../../lib/statistics/mod.ts";
import { faultsOf, readSchema, type Schema } from "../support/json_schema.ts";

const SAMPLE = "tests/backtest/samples/result_schema_1.json";

function at(schema: Schema, ...names: readonly string[]): Schema {
  return names.reduce((part, name) => part[name] as Schema, schema);
}

Deno.test("result schema: the kept sample of schema 1 stays valid (BT-24)", () => {
  const sample = JSON.parse(Deno.readTextFileSync(SAMPLE));
  assertEquals(faultsOf(sample, readSchema()), []);
});

Deno.test("result schema: a run of today has every field of the sample, and all it has is described (BT-24)", async () => {
  const { json } = await runBacktest({
    strategy: `${Deno.cwd()}/strategies/sma_crossover.ts`,
    report: false,
  });
  const now = JSON.parse(JSON.stringify(json)), sample = JSON.parse(Deno.readTextFileSync(SAMPLE));
  assertEquals(faultsOf(now, readSchema()), []);
  assertEquals(lost(sample, { ...now, files: sample.files }), []);
});

Deno.test("result schema: metrics are those of the table, with their conventions", () => {
  const described = at(readSchema(), "properties", "metrics", "properties");
  assertEquals(Object.keys(described), METRICS.map(({ name }) => name));
  for (const { name, label, convention } of METRICS) {
    const text = String((described[name] as Schema)["description"]);
    assertEquals([text.startsWith(`${label}, `), text.endsWith(convention)], [true, true], name);
  }
});

Deno.test("result schema: every property says what it is, and its number is that of the code", () => {
  const schema = readSchema(), silent: string[] = [];
  const visit = (part: Schema, path: string): void => {
    for (
      const [name, each] of Object.entries((part["properties"] ?? {}) as Record<string, Schema>)
    ) {
      const isNumber = name === "schema";
      if (!isNumber && typeof each["description"] !== "string") silent.push(`${path}.${name}`);
      visit(each, `${path}.${name}`);
      if (typeof each["items"] === "object") visit(each["items"] as Schema, `${path}.${name}[]`);
    }
  };
  visit(schema, "$");
  assertEquals(silent, []);
  assertEquals(at(schema, "properties", "schema")["const"], RESULT_SCHEMA);
});

Deno.test("result schema: what is wrong is found", () => {
  const sample = JSON.parse(Deno.readTextFileSync(SAMPLE));
  const spoilt = {
    ...sample,
    seed: -1,
    extra: 1,
    account: { ...sample.account, finalCash: 3 },
    hashes: { ...sample.hashes, data: "XYZ" },
    data: [],
    metrics: { ...sample.metrics, sharpe: "high" },
    costs: {},
  };
  assertEquals(faultsOf(spoilt, readSchema()).map((line) => line.split(":")[0]), [
    "$.seed",
    "$.data",
    "$.account.finalCash",
    "$.metrics.sharpe",
    "$.costs",
    "$.costs",
    "$.costs",
    "$.costs",
    "$.hashes.data",
    "$.extra",
  ]);
});

/** Paths of fields that the first value has and the second has not. */
function lost(before: unknown, now: unknown, path = "$"): string[] {
  if (typeof before !== "object" || before === null || Array.isArray(before)) return [];
  return Object.entries(before).flatMap(([name, value]) => {
    const place = `${path}.${name}`;
    return typeof now === "object" && now !== null && name in now
      ? lost(value, (now as Record<string, unknown>)[name], place)
      : [place];
  });
}
