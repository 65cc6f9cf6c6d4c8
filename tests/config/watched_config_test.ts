import { assertEquals } from "@std/assert";
import { watchReads } from "../../lib/config/mod.ts";
import { live, ONE } from "./live_case.ts";

Deno.test("watched config: it has the same values, and what was not read is named (CFG-03)", async () => {
  const config = await live(undefined, ONE), { config: watched, unread } = watchReads(config);
  const before = unread();
  assertEquals(before.includes("persistence.leaseTtlSeconds"), true);
  for (const name of ["strategies[].grants.short", "run.symbols", "run.venue.slippage.bps"]) {
    assertEquals(before.includes(name), true, name);
  }
  for (const name of ["persistence", "strategies", "strategies[]", "strategies[].grants"]) {
    assertEquals(before.includes(name), false, `${name} is no value`);
  }
  assertEquals(watched.persistence.leaseTtlSeconds, config.persistence.leaseTtlSeconds);
  const { control, strategies } = watched;
  assertEquals([control.port, strategies.map(({ id }) => id)], [0, ["mine"]]);
  assertEquals(
    before.filter((path) => !unread().includes(path)),
    ["strategies[].id", "persistence.leaseTtlSeconds", "control.port"],
  );
  // To write it down is no use of it.
  const after = unread();
  assertEquals(JSON.stringify(watched), JSON.stringify(config));
  assertEquals(unread(), after);
  assertEquals(watched, config);
  assertEquals(unread(), []);
});
