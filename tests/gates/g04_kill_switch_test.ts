/**
 * G-04: the kill switch of a paper account. Half-hour bars of a hand-made fall; the tick between two of them, `halt --direct` and alerts join with
 * quotes, brokers and alert channels.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandAnswer } from "../../lib/live/control/mod.ts";
import type { ResultJson } from "../../lib/backtest/mod.ts";
import type { Replayed } from "../../lib/live/mod.ts";
import { inFolder } from "../data/folder.ts";
import { assertRefused, run, strategy } from "../e2e/command.ts";
import { loggedEvents, ok, SessionProcess, writeBars } from "./session_process.ts";

/** Goes in whole at the first bar and leaves a limit order far below; later it asks for one share more and one less at every bar. */
const STUBBORN = strategy(
  "stubborn",
  `      onBar(bar, trade) {
        if (bars++ === 0) {
          trade.targetWeight(bar.symbol, 0.9);
          trade.order({ symbol: bar.symbol, side: "buy", quantity: 3, limitPrice: 50, timeInForce: "gtc" });
        } else if (bars > 13) {
          trade.order({ symbol: bar.symbol, side: "buy", quantity: 1 });
          trade.order({ symbol: bar.symbol, side: "sell", quantity: 1 });
        }
      },`,
  "let bars = 0;",
);

const FLAT = new Array<number>(13).fill(100);
/** Falls by a tenth at the third bar. */
const FALL = [100, 100, ...new Array<number>(11).fill(90)];
const LOW = new Array<number>(13).fill(90);
/** When the fall is seen, and the next session opens. */
const FALL_AT = "2024-01-03T16:00:00Z", NEXT_OPEN = "2024-01-04T14:30:00Z";

async function prepared(
  risk: string,
  sessions: readonly (readonly number[])[],
  test: (folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    writeBars(`${folder}/bars.csv`, sessions);
    Deno.writeTextFileSync(`${folder}/stubborn.ts`, STUBBORN);
    Deno.writeTextFileSync(
      `${folder}/sandbar.yaml`,
      `data: { default_period: 30m, recorded: { path: bars.csv } }\nsymbols: { default: [MINE] }\n` +
        `venue: { slippage_model: none, commission_model: none }\norders: { on_stop: keep }\nsandbox: { event_deadline_ms: 5000 }\n` +
        `risk: { ${risk} }\nstrategies: [{ id: stub, path: stubborn.ts }]\n`,
    );
    await test(folder);
  });
}

Deno.test("G-04 a loss beyond the day's limit trips once: open orders cancelled, increases refused, reductions filled; the next session lifts it", async () => {
  await prepared("max_daily_loss_pct: 3", [FLAT, FALL, LOW], async (folder) => {
    const result = JSON.parse(
      await ok(folder, "live", "--config=sandbar.yaml", "--json", "--quiet"),
    ) as ResultJson;
    assertEquals(result.risk.kills, 1);
    const tripped = loggedEvents(folder, "KILL_SWITCH_TRIGGERED");
    assertEquals(tripped.map(({ time }) => time), [FALL_AT]);
    // 90 % of equity fell by 10 %.
    assertStringIncludes(String(tripped[0]?.data["cause"]), "daily_loss: 9.00% (limit: 3%)");
    const at = async (time: string): Promise<Replayed["state"]> =>
      (JSON.parse(await ok(folder, "replay", "--json", `--to=${time}`)) as Replayed).state;
    const before = await at("2024-01-03T15:59:59Z"), after = await at(FALL_AT);
    assert(before.openOrders.some(({ limitPrice }) => limitPrice === "50.00"));
    assertEquals(after.openOrders.filter(({ side }) => side === "buy"), []);
    // Ten bars are left of the session: nothing is added, one share goes at each.
    const evening = await at("2024-01-03T21:00:00Z");
    const held = (state: Replayed["state"]): number => Number(state.positions[0]?.quantity);
    assertEquals(held(after) - held(evening), 10);
    const refused = loggedEvents(folder, "RISK_REFUSED").filter(({ time }) => time >= FALL_AT);
    assert(refused.length >= 10 && refused.every(({ time }) => time < NEXT_OPEN));
    assert(refused.every(({ data }) => String(data["intent"]).startsWith("buy")));
    // On the next day both are filled again.
    const bought = loggedEvents(folder, "TRADE_FILLED").filter(({ time, data }) =>
      time >= NEXT_OPEN && data["side"] === "buy"
    );
    assert(bought.length >= 10);
  });
});

Deno.test("G-04 a fall beyond the limit survives a restart; resume is refused until --rearm with a reason lifts it", async () => {
  const sessions = [FLAT, FALL, ...new Array<number[]>(17).fill(LOW)];
  await prepared("max_drawdown_pct: 5", sessions, async (folder) => {
    const args = ["--config=sandbar.yaml", "--speed=50000", "--quiet"];
    const first = new SessionProcess(folder, args);
    const killed = await first.until(({ risk }) => risk.killCauses.length > 0);
    assertEquals(killed.risk.killCauses[0]?.text, "drawdown: 9.00% (limit: 5%)");
    await ok(folder, "control", "stop");
    assertEquals((await first.ended).code, 0);
    const second = new SessionProcess(folder, args);
    const again = await second.until(() => true);
    assertEquals(again.risk.killCauses, killed.risk.killCauses);
    assertRefused(await run(folder, "control", "resume"), 2, "resume --rearm lifts it");
    const answer = JSON.parse(
      await ok(folder, "control", "resume", "--rearm", "--reason=seen", "--json"),
    ) as CommandAnswer;
    assertEquals(answer.outcome, "done");
    assertEquals((await second.until(() => true)).risk.killCauses, []);
    await second.until(({ links }) => links.journal.lastSequence > answer.sequence! + 5);
    await ok(folder, "control", "stop");
    assertEquals((await second.ended).code, 0);
    assertEquals(loggedEvents(folder, "KILL_SWITCH_TRIGGERED").length, 1);
    assertEquals(loggedEvents(folder, "KILL_SWITCH_REARMED").length, 1);
    assertEquals(loggedEvents(folder, "STRATEGY_OVERRUN"), []);
    const { equal } = JSON.parse(
      await ok(folder, "replay", "--json", "--strategies"),
    ) as Replayed;
    Deno.copyFileSync(`${folder}/state/sandbar.kv`, "/tmp/rp/g4.kv");
    for (const n of [...Deno.readDirSync(folder)]) {
      if (n.name.endsWith("csv")) Deno.copyFileSync(`${folder}/${n.name}`, "/tmp/rp/bars.csv");
    }
    assert(equal);
  });
});
