/**
 * G-03: orders that the exchange accepted and did not answer, and one that never reached it. Each comes to its true state, and none is sent twice.
 *
 * Its reports are held back, so that only a look-up tells, and it has years of bars, so that time passes while an order is unknown.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { OrderView } from "../../lib/live/control/mod.ts";
import type { FaultCommand, RequestFault } from "../../lib/vendors/paper/mod.ts";
import { inFolder } from "../data/folder.ts";
import { strategy } from "../e2e/command.ts";
import { ExchangeProcess } from "../e2e/exchange_process.ts";
import { loggedEvents, ok, SessionProcess } from "./session_process.ts";
import { assertVenueBooks } from "./venue_books.ts";

const RANGE = ["--symbols=MSFT", "--from=2003-01-02", "--to=2009-12-31"];

/** What a case is about. */
interface Case {
  /** What the strategy does at each bar. */
  readonly onBar: string;
  readonly faults: readonly FaultCommand[];
  readonly submitTimeoutMs: number;
  /** Instants a second at which the exchange goes on. Default: when the session asks. */
  readonly speed?: number;
}

/** Starts a session at an exchange that does something wrong. */
async function atExchange(
  { onBar, faults, submitTimeoutMs, speed }: Case,
  test: (folder: string, exchange: ExchangeProcess, session: SessionProcess) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const pace = speed === undefined ? [] : [`--speed=${speed}`];
    await using exchange = await ExchangeProcess.start(folder, ...RANGE, ...pace);
    await exchange.fault(...faults);
    const body = `onBar(bar, trade) {\n bars++;\n ${onBar}\n },`;
    Deno.writeTextFileSync(`${folder}/asks.ts`, strategy("asks", body, "let bars = 0;"));
    Deno.writeTextFileSync(
      `${folder}/sandbar.yaml`,
      `orders: { submit_timeout_ms: ${submitTimeoutMs}, on_stop: keep }\n` +
        "sandbox: { event_deadline_ms: 5000 }\nrisk: { max_open_orders: 1 }\n" +
        "strategies: [{ id: asks, path: asks.ts }]\n",
    );
    const session = new SessionProcess(folder, [
      "--config=sandbar.yaml",
      `--paper-url=${exchange.url}`,
      ...RANGE,
      "--quiet",
    ]);
    await test(folder, exchange, session);
  });
}

/** Looks at the orders of a running account until there is one. */
async function orderUntil(folder: string, isIt: (order: OrderView) => boolean): Promise<void> {
  let last = "";
  for (let look = 0; look < 200; look++) {
    last = await ok(folder, "control", "orders", "--json");
    if ((JSON.parse(last) as OrderView[]).some(isIt)) return;
  }
  throw new Error(`the orders did not come to it: ${last}`);
}

/** Holds the next reports of a kind back. */
function late(report: "acknowledged" | "fill", instants: number): FaultCommand {
  return { arm: { on: "report", kind: "late", report, instants } };
}

for (
  const kind of [
    "drop_answer",
    "close_connection",
    "server_error",
    "delayed_answer",
  ] satisfies RequestFault["kind"][]
) {
  Deno.test(`G-03 ${kind}: an accepted order without an answer is found by its client id, booked once and never sent again`, async () => {
    await atExchange({
      onBar: "if (bars % 10 === 5) trade.order({ symbol: bar.symbol, side: 'buy', quantity: 1 });",
      faults: [
        { arm: { on: "submit", kind, delayUs: 1e6 } },
        // Only the look-up tells that it is there.
        late("acknowledged", 10_000),
        late("fill", 3),
      ],
      submitTimeoutMs: 300,
    }, async (folder, exchange, session) => {
      const { code, stderr } = await session.ended;
      assertEquals(code, 0, stderr);
      const { executions } = await assertVenueBooks(folder, exchange);
      assert(executions.length > 10, `${executions.length} executions`);
    });
  });
}

Deno.test("G-03 an order that was never received is unknown, counts for risk, ends as never_received and is not sent again", async () => {
  await atExchange({
    onBar: "if (bars >= 5) trade.order({ symbol: bar.symbol, side: 'buy', quantity: 1 });",
    faults: [{ arm: { on: "submit", kind: "never_received" } }],
    submitTimeoutMs: 1500,
    speed: 40,
  }, async (folder, exchange, session) => {
    await session.until(() => true);
    await orderUntil(folder, ({ clientId, state }) => clientId === "asks-0" && state === "unknown");
    await session.until(({ positionCount }) => positionCount === 1);
    await ok(folder, "control", "stop");
    assertEquals((await session.ended).code, 0);
    const { submitsSeen } = await exchange.ledger();
    // Its name ends with its number in the book and in the row of replacements.
    assertEquals(Object.keys(submitsSeen).filter((clientId) => clientId.endsWith("-0-0")), []);
    const [ended] = loggedEvents(folder, "TRADE_CANCELLED").map(({ data }) => data);
    assertEquals([ended?.["clientId"], ended?.["state"]], ["asks-0", "never_received"]);
    const refused = loggedEvents(folder, "RISK_REFUSED").map(({ data }) => data["rule"]);
    assert(refused.length > 10, `${refused.length} refused`);
    assertEquals([...new Set(refused)], ["max_open_orders"]);
  });
});

Deno.test("G-03 an order that shows up after it was proved absent is told, cancelled by policy, and nothing of it is lost", async () => {
  await atExchange({
    onBar:
      "if (bars === 5) trade.order({ symbol: bar.symbol, side: 'buy', quantity: 10, limitPrice: 1, timeInForce: 'gtc' });",
    faults: [
      { arm: { on: "submit", kind: "appears_late", lookups: 2 } },
      late("acknowledged", 500),
    ],
    submitTimeoutMs: 300,
    speed: 200,
  }, async (folder, exchange, session) => {
    await session.until(({ lastEvents }) =>
      lastEvents.some(({ type, data }) =>
        type === "TRADE_CANCELLED" && (data as { state: string }).state === "cancelled"
      )
    );
    await ok(folder, "control", "stop");
    assertEquals((await session.ended).code, 0);
    const ends = loggedEvents(folder).map(({ type, data }) =>
      type === "TRADE_CANCELLED" ? data["state"] : type
    ).filter((it) => it === "never_received" || it === "cancelled" || it === "ORDER_REVIVED");
    assertEquals(ends, ["never_received", "ORDER_REVIVED", "cancelled"]);
    const { submitsSeen } = await assertVenueBooks(folder, exchange);
    assertEquals(Object.values(submitsSeen), [1]);
    assertEquals(await exchange.openOrders(), []);
  });
});
