/**
 * The limits of an account that several books share (RSK-21): what each book's own rules let pass is held against all of them together.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { encodeCore, restoreCore } from "../../lib/live/core_snapshot.ts";
import type { SessionIdentity } from "../../lib/live/session_identity.ts";
import { ORDER_REASON_NAMES, ORDER_STATE_NAMES, type RiskLimits } from "../../lib/trading/mod.ts";
import { AccountCase, type AccountKind, type Asked } from "./account_case.ts";

interface Row {
  readonly name: string;
  readonly limits: Partial<RiskLimits>;
  readonly before: (account: AccountCase) => unknown;
  readonly asked: Asked;
  readonly says: string;
}

/** Of 100,000 dollars in two books at prices of 100: what a book asks for at the limit passes, one share more is refused with these words. */
const TABLE: readonly Row[] = [
  {
    name: "a position of both books",
    limits: { maxPositionPct: 20 },
    before: (account) => account.ask(0, { shares: 150 }).day(100, 100, 100),
    asked: { shares: 50 },
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a position that the other book's working order could bring",
    limits: { maxPositionPct: 20 },
    before: (account) => account.ask(0, { shares: 150, limit: 90 }),
    asked: { shares: 50 },
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "a position on top of what no strategy owns",
    // Of 105,000: what was found came without a change of cash.
    limits: { maxPositionPct: 20 },
    before: (account) => account.find("AAPL", 50),
    asked: { shares: 160 },
    says: "max_position_pct: 20.0952% (limit: 20%)",
  },
  {
    name: "a long position, of which a short one of the other book takes nothing off",
    limits: { maxPositionPct: 20 },
    before: (account) => account.ask(0, { shares: -150 }).day(100, 100, 100),
    asked: { shares: 200 },
    says: "max_position_pct: 20.1% (limit: 20%)",
  },
  {
    name: "the gross exposure over symbols and books",
    limits: { maxGrossExposure: 0.5 },
    before: (account) =>
      account.ask(0, { shares: 200 }).ask(0, { shares: -100, series: 1 }).day(100, 100, 100),
    asked: { shares: 200, series: 2 },
    says: "max_gross_exposure: 0.501 (limit: 0.5)",
  },
  {
    name: "the gross exposure with a symbol that is not of the session",
    // Of 130,000.
    limits: { maxGrossExposure: 0.5 },
    before: (account) => account.find("GOOG", 300),
    asked: { shares: 350, series: 2 },
    says: "max_gross_exposure: 0.5008 (limit: 0.5)",
  },
  {
    name: "the net exposure of both books",
    limits: { maxNetExposure: 0.3 },
    before: (account) => account.ask(0, { shares: 200 }).day(100, 100, 100),
    asked: { shares: 100, series: 1 },
    says: "max_net_exposure: 0.301 (limit: 0.3)",
  },
  {
    name: "the five largest positions of both books",
    limits: { maxTop5Exposure: 0.3 },
    before: (account) => account.ask(0, { shares: 200 }).day(100, 100, 100),
    asked: { shares: 100, series: 1 },
    says: "max_top5_exposure: 0.301 (limit: 0.3)",
  },
];

const TWO = (limits: Partial<RiskLimits>): AccountKind => ({ limits, books: 2 });

for (const { name, limits, before, asked, says } of TABLE) {
  Deno.test(`RSK-21 ${name}: at the account's limit it passes, a share more is refused`, async () => {
    for (const more of [0, 1]) {
      const account = (await AccountCase.open(TWO(limits))).day(100, 100, 100);
      before(account);
      account.ask(1, { ...asked, shares: asked.shares + more });
      assertEquals(account.refusals(0), []);
      assertEquals(account.refusals(1), more === 0 ? [] : [says]);
    }
  });
}

Deno.test("RSK-21 what reduces a book's position goes while the account is over its limits", async () => {
  const account = (await AccountCase.open(TWO({ maxGrossExposure: 0.5 }))).day(100, 100, 100);
  account.ask(0, { shares: 250 }).ask(1, { shares: 250 }).day(100, 100, 100).day(150, 100, 100);
  account.ask(0, { shares: -250 }).ask(1, { shares: 1, series: 1 }).day(150, 100, 100);
  assertEquals(account.refusals(0), []);
  assertEquals(account.refusals(1), ["max_gross_exposure: 0.6008 (limit: 0.5)"]);
  assertEquals(account.core.books[0]!.engine.ledger.position[0], 0);
});

Deno.test("RSK-21 orders of a minute are counted over all books", async () => {
  const account = (await AccountCase.open(TWO({ maxOrdersPerMinute: 3 }))).day(100, 100, 100);
  account.ask(0, { shares: 1 }).ask(1, { shares: 1 }).ask(0, { shares: 1 }).ask(1, { shares: 1 });
  assertEquals([account.refusals(0), account.refusals(1)], [
    [],
    ["max_orders_per_minute: 4 (limit: 3)"],
  ]);
  account.day(100, 100, 100).ask(1, { shares: 1 });
  assertEquals(account.refusals(1).length, 1);
});

/** One book has lost 2.1 % of the account, the other nothing; that one has an order that waits. */
async function lost(limits: Partial<RiskLimits>): Promise<AccountCase> {
  const account = (await AccountCase.open(TWO(limits))).day(100, 100, 100);
  account.ask(0, { shares: 300 }).ask(1, { shares: 10, series: 1, limit: 50 });
  return account.day(100, 100, 100).day(93, 100, 100);
}

Deno.test("RSK-21 a day's loss of the account trips every book until the next session", async () => {
  const account = await lost({ maxDailyLossPct: 2 });
  account.ask(1, { shares: 1, series: 2 }).ask(0, { shares: -100 });
  const { orders } = account.core.books[1]!.engine;
  assertEquals(ORDER_STATE_NAMES[orders.state[0]!], "cancelled");
  assertEquals(ORDER_REASON_NAMES[orders.reason[0]!], "kill_switch");
  assertEquals(account.refusals(1), ["daily_loss: 2.1% (limit: 2%)"]);
  assertEquals(account.core.books.map(({ engine }) => engine.risk.killCount), [1, 1]);
  account.day(93, 100, 100).ask(1, { shares: 1, series: 2 });
  assertEquals(account.core.books[0]!.engine.ledger.position[0], 200);
  assertEquals(account.refusals(1).length, 1);
});

Deno.test("RSK-21 a fall of the account from its greatest value holds every book until it is re-armed", async () => {
  const account = (await lost({ maxDrawdownPct: 2 })).day(93, 100, 100);
  account.ask(1, { shares: 1, series: 2 });
  assertEquals(account.refusals(1), ["drawdown: 2.1% (limit: 2%)"]);
  account.rearm().ask(1, { shares: 1, series: 2 });
  assertEquals(account.refusals(1).length, 1);
  // From where it was re-armed, not from the greatest value before.
  account.day(92, 100, 100).ask(1, { shares: 1, series: 2 });
  assertEquals(account.refusals(1).length, 1);
});

Deno.test("RSK-21 what a reconciliation finds is neither gain nor loss to the account's switch", async () => {
  const account = (await AccountCase.open(TWO({ maxDailyLossPct: 2 }))).day(100, 100, 100);
  account.find("AAPL", -100).day(100, 100, 100).ask(1, { shares: 1 });
  assertEquals(account.refusals(1), []);
});

Deno.test("RSK-21 a book that has the account for itself is judged by its own rules alone", async () => {
  const all = {
    maxDailyLossPct: 2,
    maxDrawdownPct: 5,
    maxPositionPct: 20,
    maxGrossExposure: 0.5,
    maxNetExposure: 0.3,
    maxOrdersPerMinute: 4,
  };
  const told = await Promise.all([{}, all].map(async (limits) => {
    const account = (await AccountCase.open({ limits, own: all, books: 1 })).day(100, 100, 100);
    for (let k = 0; k < 60; k++) {
      const series = k % 3, shares = (k * 37) % 151 - 60;
      account.ask(0, { shares, series }).ask(0, { shares: 20, series, limit: 95 });
      if (k % 2 === 0) account.day(100 - k % 7, 100 + k % 5, 100 - k % 11);
    }
    return account.outcome();
  }));
  assertEquals(told[0], told[1]);
});

Deno.test("RSK-21 PER-06 a journal, and a snapshot with the rest of it, come to the same refusals", async () => {
  const kind = TWO({ maxGrossExposure: 0.4, maxOrdersPerMinute: 3, maxDailyLossPct: 1 });
  const account = (await AccountCase.open(kind)).day(100, 100, 100), cuts: Uint8Array[] = [];
  const identity = {} as SessionIdentity, at: number[] = [];
  for (let k = 0; k < 60; k++) {
    account.ask(k % 2, { shares: (k * 37) % 151 - 40, series: k % 3 });
    if (k % 10 === 4) {
      at.push(account.records.length);
      cuts.push(encodeCore(account.core, identity));
    }
    if (k === 20) account.find("IBM", 30);
    if (k % 4 === 0) account.day(100 - k % 7, 100 + k % 5, 100 - k % 11);
  }
  const told = account.outcome(), again = await AccountCase.open(kind);
  assert(account.refusals(0).length > 3 && account.refusals(1).length > 3);
  for (const record of account.records) again.apply(record);
  assertEquals(again.outcome(), told);
  for (const [k, bytes] of cuts.entries()) {
    const restored = await AccountCase.open(kind);
    restoreCore(restored.core, Uint8Array.from(bytes));
    for (const record of account.records.slice(at[k])) restored.apply(record);
    assertEquals(restored.outcome(), told);
  }
});
