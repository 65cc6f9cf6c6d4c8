import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Checkup, Replayed } from "../../lib/live/mod.ts";
import { inFolder } from "../data/folder.ts";
import { liveConfig, SessionCase } from "../live/session_case.ts";
import { assertRefused, type Ran, run, SMA } from "./command.ts";

/** Leaves the account of a session that was stopped half way, as `state/` of a folder. */
async function leaveAccount(folder: string, strategy = SMA): Promise<void> {
  Deno.mkdirSync(`${folder}/state`);
  using session = new SessionCase();
  const config = await liveConfig(folder, {
    strategies: [strategy],
    symbols: ["GOOG"],
    from: "2008-01-02",
    state: "state",
  });
  const stop = new AbortController();
  let changes = 0;
  await session.run(config, {
    at: config.persistence.kvPath.real,
    signal: stop.signal,
    onChange: () => {
      if (++changes === 400) stop.abort();
    },
  });
}

function json<T>({ code, stdout, stderr }: Ran, expected = 0): T {
  assertEquals([code, stderr], [expected, ""]);
  return JSON.parse(stdout) as T;
}

const doctor = async (folder: string, ...args: string[]): Promise<Checkup> =>
  json(await run(folder, "doctor", "--json", ...args));

Deno.test("e2e: doctor shows what an account was begun with, its strategies with rights and hashes, machine and store (CLI-13)", async () => {
  await inFolder(async (folder) => {
    await leaveAccount(folder);
    const found = await doctor(folder);
    assertEquals([found.isStored, found.problems.filter(({ part }) => part !== "sandbox")], [
      true,
      [],
    ]);
    assertEquals(found.settings.run.symbols, ["GOOG"]);
    const [strategy] = found.strategies;
    assertEquals(strategy?.sha256, strategy?.begunSha256);
    assertEquals(strategy?.opened?.name, "sma-crossover");
    assert(strategy!.opened!.rights.orderTypes.includes("market"));
    assertEquals(found.calendar.until, "2030-12-31");
    assert(found.disk!.medianUs > 0 && found.disk!.freeBytes > 0);
    assertEquals(found.store?.findings, []);
    assertEquals(
      [...Deno.readDirSync(`${folder}/state`)].map(({ name }) => name).sort(),
      [
        "sandbar.kv",
        "sandbar.kv-shm",
        "sandbar.kv-wal",
      ].filter((name) => name === "sandbar.kv" || isThere(`${folder}/state/${name}`)),
    );
    const text = await run(folder, "doctor");
    assertEquals([text.code, text.stderr], [0, ""]);
    assertStringIncludes(text.stdout, "settings with which it was begun");
    assertStringIncludes(text.stdout, "All is well.");
  });
});

Deno.test("e2e: doctor without an account shows the configuration with its sources; what a run would refuse is refused (CLI-13)", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(
      `${folder}/sandbar.yaml`,
      `symbols: { default: [MSFT] }\nstrategies:\n  - { id: sma, path: ${SMA}, params: { fast: 5 } }\n`,
    );
    const ran = await run(folder, "doctor", "--config=sandbar.yaml", "--cash=5000");
    assertEquals([ran.code, ran.stderr], [0, ""]);
    assertStringIncludes(ran.stdout, "nothing of account paper in state/sandbar.kv yet");
    assertStringIncludes(ran.stdout, "sma-crossover, fast=5 slow=30");
    assertEquals(/venue\.initial_cash +5000 +--cash/.test(ran.stdout), true, ran.stdout);
    assertRefused(await run(folder, "doctor", "--symbols=A,A"), 2, "symbols");
    Deno.writeTextFileSync(`${folder}/broken.ts`, "export default 3;");
    const broken = await run(folder, "doctor", "broken.ts");
    assertEquals(broken.code, 3);
    assertStringIncludes(broken.stdout, "PROBLEM in strategies: broken:");
    const missing = await run(folder, "doctor", SMA, "--symbols=NONE");
    assertStringIncludes(missing.stdout, "PROBLEM in data:");
  });
});

Deno.test("e2e: an account goes to a file and into an empty folder, and has the same past there (PER-22)", async () => {
  await inFolder(async (folder) => {
    await leaveAccount(folder);
    const saved = await run(folder, "doctor", "export", "account.backup");
    assertEquals([saved.code, saved.stderr], [0, ""]);
    assertRefused(
      await run(folder, "doctor", "export", "account.backup"),
      2,
      "there is such a file",
    );
    const brought = await run(folder, "doctor", "import", "account.backup", "--state=other");
    assertEquals([brought.code, brought.stderr], [0, ""]);
    assertRefused(
      await run(folder, "doctor", "import", "account.backup", "--state=other"),
      2,
      "it holds account paper already",
    );
    const here = json<Replayed>(await run(folder, "replay", "--json", "--strategies"));
    const there = json<Replayed>(
      await run(folder, "replay", "--json", "--strategies", "--state=other"),
    );
    assertEquals([here.equal, there], [true, here]);
    assert(here.state.books[0]!.orders > 0);
  });
});

Deno.test("e2e: doctor names a damaged record by its number and offers the last good state, which can be taken from there (PER-02, PER-08)", async () => {
  await inFolder(async (folder) => {
    await leaveAccount(folder);
    const whole = json<Replayed>(await run(folder, "replay", "--json"));
    const { first, key } = await damageBlock(`${folder}/state/sandbar.kv`);
    const found = json<Checkup>(await run(folder, "doctor", "--json"), 3);
    const named = found.store!.findings.map(({ sequence }) => sequence);
    assert(named.some((sequence) => sequence !== undefined && sequence >= first), String(key));
    const text = await run(folder, "doctor");
    assertEquals(text.code, 3);
    assertStringIncludes(text.stdout, "PROBLEM in store: record");
    assertStringIncludes(
      text.stdout,
      "deno task doctor export paper.good --last-good --state state",
    );
    // The snapshot of the stop is behind the damage, hence nothing is lost.
    assertRefused(await run(folder, "doctor", "export", "paper.good"), 3, "is damaged");
    const saved = await run(folder, "doctor", "export", "paper.good", "--last-good");
    assertStringIncludes(saved.stdout, "Left behind, damaged: record");
    await run(folder, "doctor", "import", "paper.good", "--state=restored");
    const restored = json<Replayed>(await run(folder, "replay", "--json", "--state=restored"));
    assertEquals(restored.state, whole.state);
    assertRefused(await run(folder, "replay"), 3, "of the journal is damaged");
  });
});

/** Flips a bit in the middle of a block of the journal, and returns its first record. */
async function damageBlock(path: string): Promise<{ first: number; key: Deno.KvKey }> {
  const kv = await Deno.openKv(path);
  try {
    const blocks = await Array.fromAsync(kv.list<Uint8Array>({ prefix: ["paper", "journal"] }));
    const { key, value } = blocks[Math.floor(blocks.length / 2)]!;
    value[Math.floor(value.length / 2)]! ^= 1;
    await kv.set(key, value);
    return { first: Number(key[2]), key };
  } finally {
    kv.close();
  }
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
