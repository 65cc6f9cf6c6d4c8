import { assertEquals, assertStringIncludes } from "@std/assert";
import { AREA } from "../../lib/store/keys.ts";
import { BLOCK_FORM } from "../../lib/store/journal_block.ts";
import {
  DEFAULT_LIMITS,
  KV_LIMIT,
  MAX_COMMIT_VALUES,
  MAX_PAYLOAD_BYTES,
  MAX_SNAPSHOT_BYTES,
  MAX_VALUE_BYTES,
} from "../../lib/store/limits.ts";
import { VALUE_FORM } from "../../lib/store/sealed_value.ts";

Deno.test("store: ARCHITECTURE.md has its keys, in order, its forms and its limits (PER-01)", async () => {
  const page = await Deno.readTextFile("ARCHITECTURE.md");
  const section = /^## The store\n([^]*?)^## /m.exec(page)?.[1] ?? "";
  const areas = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, area]) => area!);
  assertEquals([...new Set(areas)], Object.values(AREA).sort());
  assertEquals(areas, areas.toSorted());
  assertEquals([VALUE_FORM, BLOCK_FORM], [1, 1]);
  const kib = (bytes: number): string => `${bytes / 1024} KiB`;
  const mib = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;
  for (
    const text of [
      "each version 1",
      `${MAX_COMMIT_VALUES} values of ${kib(MAX_VALUE_BYTES)}`,
      `more than ${mib(DEFAULT_LIMITS.maxQueueBytes)}`,
      `A record has at most ${mib(MAX_PAYLOAD_BYTES)}, a snapshot ${mib(MAX_SNAPSHOT_BYTES)}`,
      `${kib(KV_LIMIT.valueBytes)} a value, ${kib(KV_LIMIT.keyBytes)} a key, ${
        kib(KV_LIMIT.commitBytes)
      }`,
    ]
  ) assertStringIncludes(section, text);
});
