import { assertEquals, assertMatch } from "@std/assert";
import { SimulatedClock } from "../../lib/clock/mod.ts";
import { JOURNAL_KIND } from "../../lib/protocols/mod.ts";
import { openDenoKv } from "../../lib/store/deno_kv.ts";
import { openStore } from "../../lib/store/mod.ts";
import { flipBit, payloadOf, START } from "../support/store_place.ts";
import { run } from "./command.ts";

Deno.test("doctor: names damage, exports the last good state, and it is gone on from elsewhere (PER-08, PER-22)", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "sandbar-doctor-" });
  try {
    await fill(folder);
    const well = await run(folder, "doctor");
    assertEquals([well.code, well.stderr], [0, ""]);
    assertMatch(
      well.stdout,
      /^state\/sandbar\.kv, account paper: all is well\njournal +20 records/,
    );
    const backup = await run(folder, "doctor", "export", "backup.sandbar");
    assertMatch(backup.stdout, /^backup\.sandbar: account paper up to record 20, [\d,]+ bytes\n$/);

    const kv = await openDenoKv(`${folder}/state/sandbar.kv`, new SimulatedClock(START));
    await flipBit(kv, ["paper", "journal", 18, 0], 120);
    kv.close();
    const ill = await run(folder, "doctor");
    assertEquals(ill.code, 3);
    assertMatch(ill.stdout, /account paper: 1 fault\n/);
    assertMatch(ill.stdout, /^fault +record 18: checksum at byte 96 of its block$/m);
    assertMatch(ill.stdout, /^Last good state: the snapshot of record 15 and records 16 to 17\./m);
    const json = JSON.parse((await run(folder, "doctor", "--json")).stdout);
    assertEquals([json.schema, json.lastGood], [1, { snapshot: 15, from: 16, to: 17 }]);

    const refused = await run(folder, "doctor", "export", "rescued.sandbar");
    assertEquals(refused.code, 3);
    assertMatch(refused.stderr, /record 18 is damaged .* can export the last good state/);
    const rescued = await run(folder, "doctor", "export", "rescued.sandbar", "--last-good");
    assertMatch(rescued.stdout, /up to record 17/);
    for (const [name, last] of [["rescued", 17], ["backup", 20]] as const) {
      Deno.mkdirSync(`${folder}/${name}`);
      const taken = await run(folder, "doctor", "import", `${name}.sandbar`, "--state", name);
      assertEquals([taken.code, taken.stderr], [0, ""]);
      assertMatch(
        taken.stdout,
        new RegExp(`${name}/sandbar.kv: account paper up to record ${last}`),
      );
      assertEquals((await run(folder, "doctor", "--state", name)).code, 0);
    }
    const twice = await run(folder, "doctor", "import", "backup.sandbar", "--state", "backup");
    assertEquals(twice.code, 2);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** Makes an account with 20 records, one a block, and snapshots of each fifth but the last. */
async function fill(folder: string): Promise<void> {
  Deno.mkdirSync(`${folder}/state`);
  const at = `${folder}/state/sandbar.kv`, clock = new SimulatedClock(START);
  const store = await openStore({ at, account: "paper", clock }), { journal } = store;
  for (let i = 2; i <= 20; i++) {
    await journal.whenDurable(journal.append(JOURNAL_KIND.bars, i, payloadOf(i)));
    if (i % 5 === 0 && i < 20) await store.saveSnapshot(i, payloadOf(i));
  }
  await store.close();
}
