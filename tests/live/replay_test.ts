/**
 * The past of an account, rebuilt and decided again: SBX-31, PER-06, PER-08.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import { type LiveOutcome, replayAccount } from "../../lib/live/mod.ts";
import { sha256Ledger } from "../../lib/run/mod.ts";
import { openStore } from "../../lib/store/mod.ts";
import { liveConfig, SessionCase } from "./session_case.ts";

/** Asks in every handler: before and after bars, in reaction, at the end. */
const BUSY = `import { defineStrategy } from "sandbar/strategy";
const EVERY = 7;
export default defineStrategy({
  name: "busy",
  setup({ data }) {
    let bars = 0;
    return {
      onStart(trade) { trade.buy(data.symbols[0], 1); },
      onBar(bar, trade) {
        bars++;
        if (bars % EVERY === 0) {
          trade.order({ symbol: bar.symbol, side: "buy", quantity: 5, stopLoss: bar.close * 0.97, takeProfit: bar.close * 1.04 });
        }
        if (bars % 11 === 0) data.timer("later", { afterMinutes: 90 });
      },
      onTimer(timer, trade) { trade.buy(data.symbols[0], 2); },
      onFill(fill, trade) { if (fill.quantity === 2) trade.sell(fill.symbol, 1); },
      onStop(trade) { trade.close(data.symbols[0]); },
    };
  },
});
`;

const ACCOUNT = "paper";

/** A session of the busy strategy over two years. */
async function busySession(
  session: SessionCase,
  stopAt?: number,
): Promise<LiveOutcome & { readonly path: string }> {
  const path = session.strategy("busy.ts", BUSY);
  const config = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["MSFT"],
    from: "2003-01-02",
    to: "2004-12-31",
  });
  const stop = new AbortController();
  let changes = 0;
  const outcome = await session.run(config, {
    signal: stop.signal,
    onChange: () => {
      if (++changes === stopAt) stop.abort();
    },
  });
  return { ...outcome, path };
}

Deno.test("PER-06 the state that is rebuilt from the whole journal is the one that was left, to its snapshot's last bit", async () => {
  using session = new SessionCase();
  const { core } = await busySession(session), { engine } = core.books[0]!;
  const replayed = await replayAccount({ at: session.kv, account: ACCOUNT });
  assertEquals([replayed.from, replayed.sequence], [0, replayed.lastSequence]);
  assertEquals(replayed.state.state, "finished");
  assertEquals(replayed.state.books[0]?.ledgerSha256, sha256Ledger(engine));
  assertEquals(replayed.state.books[0]?.bookHash, engine.mirrorHash().toString(16));
  assertEquals(replayed.snapshots, [{ sequence: replayed.lastSequence, what: "" }]);
  assert(replayed.equal);
});

Deno.test("SBX-31 a state of the past is rebuilt by the number of a record and by a time, both included", async () => {
  using session = new SessionCase();
  const { core, end } = await busySession(session, 200);
  assertEquals(end, "stopped");
  const last = await replayAccount({ at: session.kv, account: ACCOUNT });
  assertEquals(last.state.instants, core.market.steps);
  const { closeTime } = core.market.bars[0]!, atUs = closeTime[99]!;
  const until = (timeUs: number) =>
    replayAccount({ at: session.kv, account: ACCOUNT, until: { timeUs } });
  const then = await until(atUs), before = await until(atUs - 1);
  assertEquals([then.state.instants, then.state.timeUs], [100, atUs]);
  assertEquals(before.state.instants, 99);
  const { sequence, state } = then;
  const again = await replayAccount({ at: session.kv, account: ACCOUNT, until: { sequence } });
  assertEquals(again.state, state);
  await assertRejects(
    () => replayAccount({ at: session.kv, account: ACCOUNT, until: { sequence: 100_000 } }),
    SandbarError,
    "the journal ends with record",
  );
});

Deno.test("PER-09 once the journal has been cut the past begins with the oldest snapshot", async () => {
  using session = new SessionCase();
  await busySession(session, 200);
  const store = await openStore({ at: session.kv, account: ACCOUNT, clock: session.clock });
  assert(await store.cutBefore(store.journal.lastSequence) > 0);
  await store.close();
  // Goes on from there to the end of the feed.
  await busySession(session);
  const replayed = await replayAccount({ at: session.kv, account: ACCOUNT, runsStrategies: true });
  assert(replayed.from > 0);
  assertEquals(replayed.snapshots.map(({ what }) => what), ["", ""]);
  assertEquals(replayed.strategies.map(({ difference, note }) => [difference, note]), [[null, ""]]);
  await assertRejects(
    () => replayAccount({ at: session.kv, account: ACCOUNT, until: { sequence: 5 } }),
    SandbarError,
    "has been cut",
  );
});

Deno.test("PER-08 a snapshot that holds another state than the journal leads to is named with what differs", async () => {
  using session = new SessionCase(), other = new SessionCase();
  await busySession(session, 200);
  await busySession(other, 150);
  const bytes = await snapshotOf(other);
  const store = await openStore({ at: session.kv, account: ACCOUNT, clock: session.clock });
  const sequence = store.journal.append(13, 0, new TextEncoder().encode('{"reason":"test"}'));
  await store.saveSnapshot(sequence, bytes);
  await store.close();
  const { snapshots, equal } = await replayAccount({ at: session.kv, account: ACCOUNT });
  assertEquals(equal, false);
  assertEquals(snapshots.map(({ what }) => what === ""), [true, false]);
  assertStringIncludes(snapshots[1]!.what, "ledger of busy");
});

Deno.test("SBX-31 strategies that are run again ask for the same; a changed constant is told at its first different decision", async () => {
  using session = new SessionCase();
  const { path, core } = await busySession(session);
  const same = await replayAccount({ at: session.kv, account: ACCOUNT, runsStrategies: true });
  const [strategy] = same.strategies;
  assertEquals([strategy?.difference, strategy?.note], [null, ""]);
  assertEquals(strategy?.requests, core.books[0]?.intents.count);
  Deno.writeTextFileSync(path, BUSY.replace("EVERY = 7", "EVERY = 8"));
  const changed = await replayAccount({ at: session.kv, account: ACCOUNT, runsStrategies: true });
  const [{ difference, sha256, recordedSha256 }] = changed.strategies as [
    typeof changed.strategies[number],
  ];
  assert(sha256 !== recordedSha256 && !changed.equal);
  // The seventh bar: bought then, not now.
  const { bars } = core.market, close = bars[0]!.close[6]!;
  assertEquals([difference?.instant, difference?.when], [6, "after the bars"]);
  assertEquals(difference?.timeUs, bars[0]?.closeTime[6]);
  assertEquals(difference?.bars, [{ symbol: "MSFT", close }]);
  assertStringIncludes(difference!.recorded[0]!, "buy 5 MSFT, market, day, stop loss");
  assertEquals(difference?.asked, []);
});

Deno.test("SBX-31 a change that adds a request, fails, or acts only at the end is told where it does", async () => {
  using session = new SessionCase();
  const { path } = await busySession(session);
  const rerun = async (from: string, to: string) => {
    const text = BUSY.replace(from, to);
    assert(text !== BUSY);
    Deno.writeTextFileSync(path, text);
    return (await replayAccount({ at: session.kv, account: ACCOUNT, runsStrategies: true }))
      .strategies[0]!;
  };
  const added = await rerun("bars++;", "bars++; if (bars === 40) trade.sell(bar.symbol, 1);");
  assertEquals([added.difference?.instant, added.difference?.recorded], [39, []]);
  assertEquals(added.difference?.asked, ["sell 1 MSFT, market, day"]);
  const last = await rerun("trade.close(data.symbols[0]);", "");
  assertEquals(last.difference?.asked, []);
  assertStringIncludes(last.difference!.recorded[0]!, "bring MSFT to 0");
  const failing = await rerun("bars++;", "bars++; if (bars === 40) throw new Error('no');");
  assertEquals(failing.difference, null);
  assertStringIncludes(failing.note, "it failed after 39 instants with the same decisions");
});

async function snapshotOf(session: SessionCase): Promise<Uint8Array<ArrayBuffer>> {
  const store = await openStore({ at: session.kv, account: ACCOUNT, clock: session.clock });
  const { snapshot } = await store.newestSnapshot();
  await store.close();
  return snapshot!.bytes;
}

Deno.test("replay: an account that was begun elsewhere is replayed with the places of now", async () => {
  using session = new SessionCase();
  const bars = `${session.path}/there.csv`, path = session.strategy("busy.ts", BUSY);
  const lines = Array.from({ length: 60 }, (_, k) => {
    const day = new Date(Date.UTC(2024, 0, 2) + k * 86_400_000);
    const isOpen = day.getUTCDay() % 6 !== 0 && !["2024-01-15", "2024-02-19"].includes(iso(day));
    return isOpen ? [`${iso(day)},${100 + k},${103 + k},${99 + k},${101 + k},100000`] : [];
  }).flat();
  Deno.writeTextFileSync(bars, ["date,open,high,low,close,volume", ...lines].join("\n") + "\n");
  const config = await liveConfig(session.path, {
    strategies: [path],
    symbols: ["ABC"],
    data: bars,
  });
  await session.run(config);
  const options = { at: session.kv, account: ACCOUNT, runsStrategies: true };
  Deno.mkdirSync(`${session.path}/here`);
  const here = `${session.path}/here/busy.ts`, data = `${session.path}/here/bars.csv`;
  Deno.renameSync(path, here);
  Deno.renameSync(bars, data);
  const failure = await assertRejects(() => replayAccount(options), SandbarError);
  assertStringIncludes(failure.message, "there.csv");
  await assertRejects(() => replayAccount({ ...options, moved: { data } }), Error, "busy.ts");
  const [strategy] = config.strategies;
  const moved = {
    data,
    strategies: [{ ...strategy!, path: here, shown: "busy.ts", folder: `${session.path}/here` }],
  };
  const { equal, strategies } = await replayAccount({ ...options, moved });
  assertEquals([equal, strategies.map(({ difference, note }) => [difference, note])], [
    true,
    [[null, ""]],
  ]);
});

function iso(day: Date): string {
  return day.toISOString().slice(0, 10);
}
