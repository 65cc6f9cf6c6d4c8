/**
 * Random strategies in every kind of account: the strategy's own engine and the host's agree after each slice, the books balance, and the
 * ledger's entries add up to its cash, margin calls, nights, splits and delistings included (RSK-24, BT-12, issue item 7).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ledgerRecords } from "../../lib/backtest/ledger_records.ts";
import { Random } from "../../lib/core/mod.ts";
import type { ScheduledAction } from "../../lib/engine/mod.ts";
import { type Bars, stock } from "../../lib/market/mod.ts";
import type { Handlers, Trade } from "../../lib/strategy/mod.ts";
import {
  type AccountRules,
  DEFAULT_ACCOUNT,
  isMarginCalled,
  Ledger,
  ORDER_REASON,
  ORDER_STATE,
} from "../../lib/trading/mod.ts";
import {
  dailyBars,
  type PriceRow,
  type RunInput,
  type RunOutput,
  runStrategy,
} from "../engine/support.ts";

const SYMBOLS = ["A", "B", "C"], DAYS = 40, CASH = 20_000;

function below(random: Random, limit: number): number {
  return random.nextUint32() % limit;
}

/** Prices that move by up to a tenth a day: margin calls come. */
function walk(random: Random, days: number): PriceRow[] {
  let price = 20 + below(random, 100);
  return Array.from({ length: days }, (): PriceRow => {
    const open = cents(price * (0.95 + below(random, 1000) / 10_000)),
      close = cents(open * (0.9 + below(random, 2000) / 10_000));
    price = close;
    return [open, cents(Math.max(open, close) * 1.02), cents(Math.min(open, close) * 0.98), close];
  });
}

function cents(price: number): number {
  return Math.max(1, Math.round(price * 100) / 100);
}

function act(random: Random, trade: Trade): void {
  const symbol = SYMBOLS[below(random, SYMBOLS.length)]!, quantity = 1 + below(random, 300);
  switch (below(random, 8)) {
    case 0:
      trade.buy(symbol, quantity);
      return;
    case 1:
      trade.sell(symbol, quantity);
      return;
    case 2:
    case 3:
      trade.targetWeight(symbol, (below(random, 41) - 20) / 10);
      return;
    case 4:
      trade.close(symbol);
      return;
    case 5:
      trade.cancelAll();
      return;
    case 6:
      trade.order({
        symbol,
        side: below(random, 2) === 0 ? "buy" : "sell",
        quantity,
        type: "limit",
        limitPrice: 20 + below(random, 100),
        timeInForce: "gtc",
      });
      return;
    default:
      trade.order({ symbol, side: "buy", quantity, type: "market", stopLoss: 5 });
  }
}

function actionsOf(random: Random, bars: readonly Bars[]): ScheduledAction[] {
  const split = bars[0]!, gone = bars[2]!, row = 10 + below(random, 10);
  return [
    { kind: "split", series: 0, row, timeUs: split.closeTime[row]!, numerator: 3, denominator: 2 },
    { kind: "delist", series: 2, row: gone.length, timeUs: bars[1]!.time[gone.length]! },
  ];
}

function inputOf(seed: number, account: Partial<AccountRules>): RunInput {
  const random = new Random(seed);
  const bars = SYMBOLS.map((symbol, s) =>
    dailyBars(symbol, walk(random, s === 2 ? DAYS - 10 : DAYS), "2024-05-06")
  );
  const strategy = (): Handlers => {
    const choice = new Random(seed + 1);
    return {
      onBars: (_slice, trade): void => {
        for (let k = below(choice, 3); k > 0; k--) act(choice, trade);
      },
    };
  };
  return {
    bars,
    cash: CASH,
    fractional: seed % 3 === 0,
    venue: { slippageBps: 5, commission: { kind: "notional", bps: 1 } },
    account,
    actions: actionsOf(random, bars),
    strategy,
  };
}

const RATES = { borrowRatePct: 3, debitRatePct: 6.5, creditRatePct: 1.25 };
const ACCOUNTS: readonly (readonly [string, Partial<AccountRules>])[] = [
  ["cash", {}],
  ["cash with rates", RATES],
  ["cash that settles", { settlement: "standard" }],
  ["margin", { type: "margin" }],
  ["margin with rates", { type: "margin", ...RATES }],
];

/** Books a finished run once more, entry by entry, and looks at the account after each fill that opened or added. */
function rebook(
  input: RunInput,
  run: RunOutput,
  opened: (ledger: Ledger, s: number) => void,
): void {
  const { fills, orders, actionLog: log } = run.engine, { bars } = input;
  const ledger = new Ledger(
    input.cash! * 1e6,
    bars.map((each) => stock(each.symbol, input.fractional)),
  );
  const markAll = (step: number, column: "open" | "close"): void =>
    bars.forEach((each, s) => {
      if (ledger.position[s] === 0 || step >= each.length) return;
      ledger.setMark(s, Math.round(each[column][step]! * 1e6));
    });
  let fill = 0, entry = 0;
  for (let step = 0; step < run.steps; step++) {
    if (step > 0) markAll(step - 1, "close");
    for (; entry < log.length && log.step[entry] === step; entry++) {
      const action = log.action[entry] === -1 ? undefined : log.actions[log.action[entry]!]!;
      if (action === undefined) ledger.finance(log.cash[entry]!);
      else if (action.kind === "split") {
        ledger.split(action.series, action.numerator, action.denominator);
      } else if (action.kind === "delist") {
        ledger.delist(action.series, ledger.mark[action.series]!);
      }
    }
    markAll(step, "open");
    for (; fill < fills.length && fills.step[fill] === step; fill++) {
      const s = orders.series[fills.order[fill]!]!, quantity = fills.quantity[fill]!;
      const held = ledger.position[s]!, next = held + quantity;
      ledger.fill(s, quantity, fills.price[fill]!, fills.commission[fill]!, fills.fee[fill]!, 0);
      const reduces = held * quantity < 0 && (next === 0 || (next > 0) === (held > 0));
      if (!reduces) opened(ledger, s);
    }
    markAll(step, "close");
    assertEquals(ledger.equity(), run.equity[step]!, `step ${step}`);
  }
  assertEquals(ledger.cash, run.engine.ledger.cash);
}

for (const [name, account] of ACCOUNTS) {
  Deno.test(`account law: ${name}: two engines, one ledger, entries that add up`, () => {
    let fills = 0, forced = 0, financed = 0, delisted = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const input = inputOf(seed, account), run = runStrategy(input), { engine } = run;
        // Slices of one bar keep the future out of the strategy's engine: the same books.
        assertEquals(runStrategy({ ...input, slice: 1 }).hash, run.hash);
        const records = ledgerRecords(engine, engine.series.map(() => input.fractional ? 6 : 0));
        const { ledger, orders } = engine;
        fills += engine.fills.length;
        financed += records.filter((record) => record.kind === "financing").length;
        delisted += records.filter((record) => record.kind === "delist").length;
        for (let row = 0; row < orders.length; row++) {
          const isForced = orders.state[row] === ORDER_STATE.filled &&
            orders.reason[row] === ORDER_REASON.margin_call;
          if (isForced) forced++;
          assert(isForced || orders.state[row] !== ORDER_STATE.filled || orders.reason[row] === 0);
        }
        assertEquals(ledger.position[2], 0, "nothing of what is no longer listed is held");
        rebook(input, run, (book, s) => {
          // Half of all positions is covered by equity; or cash was there, and short positions are within equity.
          if (account.type === "margin") assert(book.gross() <= 2 * book.equity());
          else if (book.position[s]! > 0) assert(book.available() >= 0);
          else assert(book.shortValue <= book.equity());
        });
        assert(ledger.shortProceeds >= 0 && ledger.unsettled >= 0);
      }),
      // The examples once went through zero, or up to the margin, with parts of a share and one micro-unit too much.
      { numRuns: 60, examples: [[221_229], [949_842], [905_823], [332_259]] },
    );
    assert(fills > 300 && delisted > 5, `${fills} fills, ${delisted} delistings`);
    assertEquals([forced > 0, financed > 0], [
      account.type === "margin",
      account.borrowRatePct !== undefined,
    ]);
  });
}

Deno.test("account law: a margin account without costs that is called is whole again at the same marks", () => {
  const ledger = new Ledger(1_000_000_000, [stock("A")], { ...DEFAULT_ACCOUNT, type: "margin" });
  ledger.fill(0, 20, 100_000_000, 0, 0, 0);
  ledger.setMark(0, 60_000_000);
  assert(isMarginCalled(ledger));
  // 200 of 300: 100 / 0.25 = 400 are 6.7 shares.
  ledger.fill(0, -6, 60_000_000, 0, 0, 0);
  assert(isMarginCalled(ledger));
  ledger.fill(0, -1, 60_000_000, 0, 0, 0);
  assert(!isMarginCalled(ledger));
});
