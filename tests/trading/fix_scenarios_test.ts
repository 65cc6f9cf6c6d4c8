/**
 * The order state change scenarios of the FIX protocol as scripts against our order book: FIX 4.2 volume 1, appendix D (names `D1` to
 * `D36`), and FIX 5.0 SP2 appendix D where only that has the case (names such as `B.1.d`). Quantities are those of the standard.
 *
 * A line of a script is an event and, behind the bar, what holds after it: OrdStatus in the words of FIX, CumQty, LeavesQty, and AvgPx where
 * the line has one. An event that starts with `!` is a command that must be refused and change nothing. A few words:
 *
 * - `replaced N` is the venue's report on a replace: from then on the successor is looked at; `X:` speaks of the order before it.
 * - `bust N` and `correct N QUANTITY @ PRICE` restate the N-th fill.
 *
 * Each script runs for a purchase and for a sale.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { stock } from "../../lib/market/mod.ts";
import {
  correctFill,
  FillTable,
  isWorking,
  Ledger,
  ORDER_COMMAND,
  ORDER_MARK,
  ORDER_REASON,
  ORDER_REPORT,
  ORDER_STATE_NAMES,
  ORDER_TYPE,
  OrderBook,
  type OrderCommandName,
  type OrderReportName,
  type OrderStateName,
  OUTCOME,
  SIZING,
  TIME_IN_FORCE,
} from "../../lib/trading/mod.ts";

/** OrdStatus of a state. FIX has no word for an order of which nothing is known, and none for one that was never received. */
const ORD_STATUS: Readonly<Record<OrderStateName, string>> = {
  pending: "Not Sent",
  submitted: "Pending New",
  unknown: "Unknown",
  accepted: "New",
  partially_filled: "Partially Filled",
  pending_cancel: "Pending Cancel",
  pending_replace: "Pending Replace",
  suspended: "Suspended",
  filled: "Filled",
  cancelled: "Canceled",
  rejected: "Rejected",
  never_received: "Never Received",
  expired: "Expired",
  replaced: "Replaced",
};

const COMMANDS = new Set<string>(Object.keys(ORDER_COMMAND)),
  REPORTS = new Set<string>(Object.keys(ORDER_REPORT));
const INSTRUMENTS = [stock("A")];

/** One order and its successors on a book of their own. */
class Session {
  readonly book = new OrderBook(1);
  readonly fills = new FillTable();
  readonly ledger = new Ledger(1e13, INSTRUMENTS);
  readonly #sign: number;
  readonly #rows: number[] = [];
  #timeUs = 0;

  constructor(quantity: number, sign: number) {
    this.#sign = sign;
    const row = this.book.add(
      0,
      SIZING.quantity,
      ORDER_TYPE.limit,
      TIME_IN_FORCE.day,
      0,
      quantity * sign,
      100e6,
      0,
      0,
      0,
      Infinity,
    );
    this.#rows.push(row);
  }

  /** The live incarnation, or the one before it. */
  row(isBefore = false): number {
    return this.#rows[this.#rows.length - (isBefore ? 2 : 1)]!;
  }

  /** Applies an event; returns false when a command was refused. */
  apply(event: string): boolean {
    const isBefore = event.startsWith("X:"), row = this.row(isBefore);
    const [verb, ...words] = event.replace(/^X:/, "").trim().split(/ +/) as [string, ...string[]];
    const numbers = words.filter((word) => word !== "@").map(Number), timeUs = ++this.#timeUs;
    const { book, fills, ledger } = this, sign = this.#sign;
    if (verb === "replace") return book.command(row, ORDER_COMMAND.replace, 0, timeUs);
    if (COMMANDS.has(verb)) {
      return book.command(row, ORDER_COMMAND[verb as OrderCommandName], ORDER_REASON.none, timeUs);
    }
    switch (verb) {
      case "fill": {
        const [quantity, price = 10] = numbers as [number, number?];
        ledger.fill(0, quantity * sign, price * 1e6, quantity, 0, 0);
        const fill = fills.add(row, 0, timeUs, quantity * sign, price * 1e6, quantity, 0, 0);
        assertEquals(book.execute(row, quantity * sign, fill, timeUs), OUTCOME.applied);
        return true;
      }
      case "replaced": {
        const successor = book.replaced(row, numbers[0]! * sign, 100e6, 0, timeUs);
        assert(successor >= 0, "there is a successor");
        this.#rows.push(successor);
        return true;
      }
      case "bust":
      case "correct": {
        const [fill, quantity = 0, price = 0] = numbers as [number, number?, number?];
        const books = { book, fills, ledger, instruments: INSTRUMENTS, splits: [] };
        assert(correctFill(books, fill - 1, quantity * sign, price * 1e6, timeUs));
        return true;
      }
      default:
        assert(REPORTS.has(verb), `an unknown word: ${verb}`);
        book.report(row, ORDER_REPORT[verb as OrderReportName], ORDER_REASON.none, timeUs);
        return true;
    }
  }

  /** OrdStatus, CumQty, LeavesQty and AvgPx of the live incarnation. */
  told(withAverage: boolean): string {
    const { table } = this.book, row = this.row(), state = table.state[row]!;
    const filled = table.filled[row]! * this.#sign, asked = table.quantity[row]! * this.#sign;
    const leaves = isWorking(state) ? asked - filled : 0;
    let sum = 0n;
    for (let k = 0; k < this.fills.length; k++) {
      sum += BigInt(this.fills.quantity[k]! * this.#sign) * BigInt(this.fills.price[k]!);
    }
    const average = filled === 0 ? 0 : Number(sum / BigInt(filled)) / 1e6;
    return [
      ORD_STATUS[ORDER_STATE_NAMES[state]!],
      filled,
      leaves,
      ...withAverage ? [average] : [],
    ].join(" ");
  }

  /** What must hold after every event. */
  check(): void {
    const { book, ledger, fills } = this, { table } = book;
    ledger.checkBalance();
    const counts = new Array(ORDER_STATE_NAMES.length).fill(0);
    let working = 0;
    for (let row = 0; row < table.length; row++) {
      counts[table.state[row]!]++;
      if (isWorking(table.state[row]!)) working++;
      assertEquals(Number.isNaN(table.endedUs[row]!), isWorking(table.state[row]!));
    }
    assertEquals([...book.counts], counts);
    assertEquals(book.working.count, working);
    let sum = 0;
    for (let k = 0; k < fills.length; k++) sum += fills.quantity[k]!;
    assertEquals(table.filled[this.row()], sum, "CumQty is the sum of the fills");
    assertEquals(ledger.position[0], sum);
  }
}

const PART = `
  send         | Pending New 0 10000
  acknowledged | New 0 10000
  fill 1000    | Partially Filled 1000 9000`;

const SCENARIOS: readonly (readonly [name: string, script: string])[] = [
  [
    "D1 filled order",
    `
    send         | Pending New 0 10000
    acknowledged | New 0 10000
    fill 2000    | Partially Filled 2000 8000
    fill 1000    | Partially Filled 3000 7000
    fill 7000    | Filled 10000 0`,
  ],
  [
    "D1 rejected by the broker",
    `
    send         | Pending New 0 10000
    rejected     | Rejected 0 0`,
  ],
  // Of a day order nothing is left to trade: done for day is its end.
  [
    "D2 part-filled day order, done for day",
    `
    send         | Pending New 0 10000
    acknowledged | New 0 10000
    fill 2000    | Partially Filled 2000 8000
    fill 1000    | Partially Filled 3000 7000
    expired      | Expired 3000 0`,
  ],
  [
    "D3 cancel of a zero-filled order, rejected first, then accepted",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    cancel         | Pending Cancel 0 10000
    cancel_refused | New 0 10000
    cancel         | Pending Cancel 0 10000
    cancelled      | Canceled 0 0`,
  ],
  [
    "D4 cancel of a part-filled order, executions while it is pending",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    fill 2000      | Partially Filled 2000 8000
    cancel         | Pending Cancel 2000 8000
    fill 3000      | Pending Cancel 5000 5000
    cancelled      | Canceled 5000 0`,
  ],
  [
    "D4 the request is rejected: back to partially filled",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    cancel         | Pending Cancel 0 10000
    fill 2000      | Pending Cancel 2000 8000
    cancel_refused | Partially Filled 2000 8000`,
  ],
  [
    "D5 too late to cancel: filled before the cancel is accepted",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    fill 2000      | Partially Filled 2000 8000
    cancel         | Pending Cancel 2000 8000
    fill 3000      | Pending Cancel 5000 5000
    fill 5000      | Filled 10000 0
    cancel_refused | Filled 10000 0`,
  ],
  [
    "B.1.d cancel of an order that is not yet acknowledged",
    `
    send           | Pending New 0 10000
    cancel         | Pending Cancel 0 10000
    cancelled      | Canceled 0 0`,
  ],
  [
    "B.1.e acknowledgement and cancel cross",
    `
    send           | Pending New 0 10000
    cancel         | Pending Cancel 0 10000
    acknowledged   | Pending Cancel 0 10000
    cancel_refused | New 0 10000`,
  ],
  [
    "B.1.f cancel of an order that the broker does not know",
    `
    send           | Pending New 0 10000
    cancel         | Pending Cancel 0 10000
    absent         | Never Received 0 0`,
  ],
  [
    "D6 replace to increase a zero-filled order",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    replace        | Pending Replace 0 10000
    replaced 11000 | New 0 11000
    fill 1000      | Partially Filled 1000 10000
    fill 2000      | Partially Filled 3000 8000`,
  ],
  [
    "D7 replace to increase a part-filled order, execution while it is pending",
    `${PART}
    replace        | Pending Replace 1000 9000
    fill 100       | Pending Replace 1100 8900
    replaced 12000 | Partially Filled 1100 10900
    fill 10900     | Filled 12000 0`,
  ],
  // A filled order is not brought back to life: a further quantity is a new order.
  [
    "D8 replace to increase a filled order: not asked for",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    fill 10000     | Filled 10000 0
    !replace       | Filled 10000 0`,
  ],
  [
    "D9 replace that is not for quantity, rejected because a fill has occurred",
    `${PART}
    replace         | Pending Replace 1000 9000
    fill 9000       | Filled 10000 0
    replace_refused | Filled 10000 0`,
  ],
  [
    "D10 replace to decrease while executions are reported: above CumQty, then filled",
    `${PART}
    replace        | Pending Replace 1000 9000
    fill 500       | Pending Replace 1500 8500
    fill 100       | Pending Replace 1600 8400
    replaced 8000  | Partially Filled 1600 6400
    fill 6400      | Filled 8000 0`,
  ],
  [
    "D11 replace to decrease: equal to CumQty",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    replace        | Pending Replace 0 10000
    fill 7000      | Pending Replace 7000 3000
    replaced 7000  | Filled 7000 0`,
  ],
  [
    "D12 replace to decrease: below CumQty, amended to it",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    replace        | Pending Replace 0 10000
    fill 8000      | Pending Replace 8000 2000
    replaced 7000  | Filled 8000 0`,
  ],
  [
    "D13 one replace is accepted, then another",
    `${PART}
    replace        | Pending Replace 1000 9000
    fill 500       | Pending Replace 1500 8500
    replaced 8000  | Partially Filled 1500 6500
    fill 2000      | Partially Filled 3500 4500
    replace        | Pending Replace 3500 4500
    replaced 6000  | Partially Filled 3500 2500
    fill 2500      | Filled 6000 0`,
  ],
  [
    "D14 one replace is rejected at once, then another is accepted",
    `${PART}
    replace         | Pending Replace 1000 9000
    replace_refused | Partially Filled 1000 9000
    fill 500        | Partially Filled 1500 8500
    fill 2000       | Partially Filled 3500 6500
    replace         | Pending Replace 3500 6500
    replaced 6000   | Partially Filled 3500 2500
    fill 1500       | Partially Filled 5000 1000`,
  ],
  [
    "D15 one replace is rejected after executions, then another is accepted",
    `${PART}
    replace         | Pending Replace 1000 9000
    fill 500        | Pending Replace 1500 8500
    replace_refused | Partially Filled 1500 8500
    fill 2000       | Partially Filled 3500 6500
    replace         | Pending Replace 3500 6500
    replaced 6000   | Partially Filled 3500 2500
    fill 1500       | Partially Filled 5000 1000`,
  ],
  [
    "D16 D17 D18 a second replace while the first is pending: not sent before the answer",
    `${PART}
    replace        | Pending Replace 1000 9000
    !replace       | Pending Replace 1000 9000
    replaced 8000  | Partially Filled 1000 7000
    replace        | Pending Replace 1000 7000
    replaced 7000  | Partially Filled 1000 6000
    fill 6000      | Filled 7000 0`,
  ],
  [
    "D19 unsolicited cancel of a part-filled order",
    `${PART}
    cancelled      | Canceled 1000 0`,
  ],
  [
    "E.1.c unsolicited replacement of a part-filled order",
    `${PART}
    replaced 9000  | Partially Filled 1000 8000
    fill 8000      | Filled 9000 0`,
  ],
  [
    "F.1.a rejected as a duplicate, told twice",
    `
    send           | Pending New 0 10000
    rejected       | Rejected 0 0
    rejected       | Rejected 0 0`,
  ],
  [
    "G.1.a status request, the broker has never seen the order",
    `
    send           | Pending New 0 10000
    time_out       | Unknown 0 10000
    absent         | Never Received 0 0`,
  ],
  [
    "G.1.a proved absent, then it turns up after all",
    `
    send           | Pending New 0 10000
    time_out       | Unknown 0 10000
    absent         | Never Received 0 0
    acknowledged   | New 0 10000
    fill 400       | Partially Filled 400 9600
    cancel         | Pending Cancel 400 9600
    cancelled      | Canceled 400 0`,
  ],
  [
    "D27 order good till cancelled, restated the next day and filled further",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    fill 2000      | Partially Filled 2000 8000
    acknowledged   | Partially Filled 2000 8000
    fill 1000      | Partially Filled 3000 7000`,
  ],
  [
    "D29 order good till cancelled, restated and cancelled the next day",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    fill 2000      | Partially Filled 2000 8000
    acknowledged   | Partially Filled 2000 8000
    cancel         | Pending Cancel 2000 8000
    cancelled      | Canceled 2000 0`,
  ],
  [
    "D30 order good till cancelled, restated, then replaced to increase",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    fill 2000      | Partially Filled 2000 8000
    acknowledged   | Partially Filled 2000 8000
    replace        | Pending Replace 2000 8000
    fill 1000      | Pending Replace 3000 7000
    replaced 15000 | Partially Filled 3000 12000`,
  ],
  [
    "D31 the order is sent again: the second confirmation changes nothing",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    acknowledged   | New 0 10000`,
  ],
  [
    "I.1.a fill or kill that cannot be filled",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    cancelled      | Canceled 0 0`,
  ],
  [
    "I.1.b immediate or cancel that is filled in part",
    `
    send           | Pending New 0 10000
    fill 1000      | Partially Filled 1000 9000
    cancelled      | Canceled 1000 0`,
  ],
  // Steps 5, 6 and 8 differ from FIX in the status alone: a broken trade does not put a filled order back to work here.
  [
    "D34 filled order, then corrections and cancels of executions",
    `
    send                   | Pending New 0 10000 0
    acknowledged           | New 0 10000 0
    fill 1000 @ 100        | Partially Filled 1000 9000 100
    fill 9000 @ 110        | Filled 10000 0 109
    bust 1                 | Filled 9000 0 110
    correct 2 9000 @ 100   | Filled 9000 0 100
    fill 1000 @ 120        | Filled 10000 0 102
    correct 2 9000 @ 120   | Filled 10000 0 120
    !replace               | Filled 10000 0 120
    correct 2 8500 @ 120   | Filled 9500 0 120`,
  ],
  [
    "D36 order good till cancelled, both executions corrected the next day",
    `
    send                   | Pending New 0 10000
    acknowledged           | New 0 10000
    fill 2000              | Partially Filled 2000 8000
    acknowledged           | Partially Filled 2000 8000
    fill 1000              | Partially Filled 3000 7000
    correct 1 1500 @ 10    | Partially Filled 2500 7500
    correct 2 500 @ 10     | Partially Filled 2000 8000`,
  ],
  [
    "J.1.b cancelled order, its execution is busted, then a late fill",
    `
    send                   | Pending New 0 10000 0
    acknowledged           | New 0 10000 0
    fill 5000 @ 50         | Partially Filled 5000 5000 50
    cancel                 | Pending Cancel 5000 5000 50
    cancelled              | Canceled 5000 0 50
    bust 1                 | Canceled 0 0 0
    fill 4000 @ 51         | Canceled 4000 0 51`,
  ],
  [
    "J.1.c a correction reaches the successor of a replaced order",
    `
    send                   | Pending New 0 10000
    acknowledged           | New 0 10000
    fill 2000              | Partially Filled 2000 8000
    replace                | Pending Replace 2000 8000
    replaced 12000         | Partially Filled 2000 10000
    correct 1 1500 @ 10    | Partially Filled 1500 10500
    X: fill 500            | Partially Filled 2000 10000
    fill 10000             | Filled 12000 0`,
  ],
  [
    "K.1.a trading halt, the order is reinstated",
    `${PART}
    suspended      | Suspended 1000 9000
    suspended      | Suspended 1000 9000
    resumed        | Partially Filled 1000 9000
    resumed        | Partially Filled 1000 9000
    fill 9000      | Filled 10000 0`,
  ],
  [
    "K.1.b trading halt, the order is cancelled",
    `${PART}
    suspended      | Suspended 1000 9000
    cancelled      | Canceled 1000 0`,
  ],
  [
    "K.1 halt before the acknowledgement, a fill of before the halt, cancel refused while halted",
    `
    send           | Pending New 0 10000
    suspended      | Suspended 0 10000
    fill 300       | Suspended 300 9700
    cancel         | Pending Cancel 300 9700
    cancel_refused | Suspended 300 9700
    resumed        | Partially Filled 300 9700`,
  ],
  [
    "K.1 halt while a cancel is pending, refused: the order is halted",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    cancel         | Pending Cancel 0 10000
    suspended      | Pending Cancel 0 10000
    cancel_refused | Suspended 0 10000
    resumed        | New 0 10000`,
  ],
  // A guarantee is no trade: it is told as a confirmation, and the order stays where it is.
  [
    "L.1.a stopped: a price is guaranteed before the execution",
    `
    send           | Pending New 0 10000
    acknowledged   | New 0 10000
    acknowledged   | New 0 10000
    fill 1000 @ 50 | Partially Filled 1000 9000 50`,
  ],
  [
    "expiry of a part-filled order, fills cross with it",
    `${PART}
    expired        | Expired 1000 0
    fill 500       | Expired 1500 0
    expired        | Expired 1500 0
    fill 8500      | Filled 10000 0`,
  ],
  [
    "cancel while a replace is pending: the replace wins, its successor is being cancelled",
    `${PART}
    replace        | Pending Replace 1000 9000
    cancel         | Pending Cancel 1000 9000
    replaced 8000  | Pending Cancel 1000 7000
    cancelled      | Canceled 1000 0`,
  ],
  [
    "cancel while a replace is pending: the cancel wins",
    `${PART}
    replace         | Pending Replace 1000 9000
    cancel          | Pending Cancel 1000 9000
    cancelled       | Canceled 1000 0
    replace_refused | Canceled 1000 0`,
  ],
  [
    "ORD-09 a fill before the acknowledgement",
    `
    send           | Pending New 0 10000
    fill 4000      | Partially Filled 4000 6000
    acknowledged   | Partially Filled 4000 6000
    fill 6000      | Filled 10000 0
    acknowledged   | Filled 10000 0`,
  ],
  [
    "ORD-13 a late fill of a replaced order counts for its successor",
    `${PART}
    replace        | Pending Replace 1000 9000
    replaced 8000  | Partially Filled 1000 7000
    X: fill 2000   | Partially Filled 3000 5000
    fill 5000      | Filled 8000 0`,
  ],
];

for (const [name, script] of SCENARIOS) {
  Deno.test(`fix ${name}`, () => {
    for (const sign of [1, -1]) {
      const session = new Session(10_000, sign);
      for (const line of script.trim().split("\n")) {
        const [event, expected] = line.split("|").map((part) => part.trim()) as [string, string];
        const refused = event.startsWith("!"), row = session.row();
        const before = session.told(true),
          where = `${name}: ${event} (${sign > 0 ? "buy" : "sell"})`;
        const allowed = session.apply(refused ? event.slice(1) : event);
        assertEquals(allowed, !refused, where);
        if (refused) assertEquals([session.told(true), session.row()], [before, row], where);
        const numbers = expected.match(/ \d[\d.]*/g)!.length;
        assertEquals(session.told(numbers === 3), expected, where);
        session.check();
      }
    }
  });
}

Deno.test("fix marks: late, over, corrected and revived orders are flagged", () => {
  const marksAfter = (...events: readonly string[]): number => {
    const session = new Session(100, 1);
    for (const event of events) assert(session.apply(event), event);
    return session.book.table.marks.get(session.row());
  };
  assertEquals(marksAfter("send", "acknowledged", "fill 100"), 0);
  assertEquals(marksAfter("send", "cancelled", "fill 10"), ORDER_MARK.late_fill);
  assertEquals(marksAfter("send", "fill 100", "fill 10"), ORDER_MARK.overfilled);
  assertEquals(marksAfter("send", "fill 60", "fill 60"), ORDER_MARK.overfilled);
  assertEquals(marksAfter("send", "fill 60", "bust 1"), ORDER_MARK.corrected);
  assertEquals(marksAfter("send", "time_out", "absent", "acknowledged"), ORDER_MARK.revived);
});
