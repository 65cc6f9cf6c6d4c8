/**
 * Cash and positions of one book, exact to the micro-unit. Average cost; a fill that crosses zero closes all and opens the rest at its
 * own price.
 *
 * Invariant after every event: cash + cost of positions = initial cash + realised profit + dividends + financing - commission - fees.
 *
 * @module
 */

import * as core from "../../core/mod.ts";
import { invariant, StateHash, type StateTape } from "../../core/mod.ts";
import * as market from "../../market/mod.ts";
import type { Instrument } from "../../market/mod.ts";
import { type AccountRules, DEFAULT_ACCOUNT, type MarginTerms, marginTerms } from "./account.ts";
import { Settlement } from "./settlement.ts";
import * as splitUnits from "./split_units.ts";

const { checkExact, MAX_EXACT, mulDiv } = core;
const { PRICE_SCALE } = market;
const { restAfterSplit, unitsAfterSplit } = splitUnits;

const F64 = Float64Array, U8 = Uint8Array;

/** The account of a run. All money in micro-units. */
export class Ledger {
  readonly seriesCount: number;
  readonly initialCash: number;
  cash: number;
  /** Sums over the run. */
  realised = 0;
  commission = 0;
  fees = 0;
  slippage = 0;
  dividends = 0;
  /** Interest received less borrow fees and interest paid. */
  financing = 0;
  /**
   * Sum of |quantity| times price of all fills, for the turnover. Not part of the books: a busy run passes 2^53 micro-units, and then
   * its last digits are rounded.
   */
  tradedNotional = 0;
  /** Value of all positions at their marks, and of the short ones alone (positive). */
  holdings = 0;
  shortValue = 0;
  /** What the short positions were sold for: locked, it cannot pay for anything but covering them. */
  shortProceeds = 0;
  /** Proceeds of sales that have not settled: part of the cash, but they buy nothing yet. */
  unsettled = 0;
  /** The margins of a margin account, null for a cash account. */
  readonly margin: MarginTerms | null;
  /** What waits for its settlement, null where proceeds are usable at once. */
  readonly settlement: Settlement | null;
  /** Series with a position. */
  openPositions = 0;
  /** Signed units held of each series. */
  readonly position: Float64Array;
  /** What the position cost, signed like it: above 0 for long, below 0 (the proceeds) for short. */
  readonly cost: Float64Array;
  /** Last price seen of each series while it was held, in ticks. */
  readonly mark: Float64Array;
  /** Signed value of each position at its mark. */
  readonly value: Float64Array;
  /** 10^digits of the quantity scale of each series: units in one share. */
  readonly unitsPerShare: Float64Array;
  /** What the price of each series is of: 1 for a share, 100 for a contract over 100. */
  readonly multiplier: Float64Array;
  /** The largest product of size in units and price in ticks whose amount is exact, a series each. */
  readonly largestProduct: Float64Array;
  /** 1 for each series that can be sold short. */
  readonly shortable: Uint8Array;
  /** 1 where an amount is quantity times price. */
  readonly #isPlain: Uint8Array;

  constructor(
    initialCash: number,
    instruments: readonly Instrument[],
    account: AccountRules = DEFAULT_ACCOUNT,
  ) {
    const count = instruments.length;
    this.seriesCount = count;
    this.initialCash = this.cash = checkExact(initialCash);
    this.position = new F64(count);
    this.cost = new F64(count);
    this.mark = new F64(count);
    this.value = new F64(count);
    this.unitsPerShare = new F64(count);
    this.multiplier = new F64(count);
    this.largestProduct = new F64(count);
    this.shortable = new U8(count);
    this.#isPlain = new U8(count);
    this.margin = marginTerms(account);
    this.settlement = account.type === "cash" && account.settlement === "standard"
      ? new Settlement(count)
      : null;
    for (let s = 0; s < count; s++) {
      const { quantityDigits, multiplier, shortable } = instruments[s]!;
      let units = 1;
      for (let d = 0; d < quantityDigits; d++) units *= 10;
      this.unitsPerShare[s] = units;
      this.multiplier[s] = multiplier;
      this.largestProduct[s] = MAX_EXACT * units / multiplier;
      this.shortable[s] = shortable ? 1 : 0;
      this.#isPlain[s] = units === 1 && multiplier === 1 ? 1 : 0;
    }
  }

  /** Returns quantity times price times multiplier in micro-units, exact and rounded once, half to even. Signed like the quantity. */
  notional(s: number, quantity: number, price: number): number {
    // Price ticks are micro-units: whole shares need no division.
    return this.#isPlain[s] === 1
      ? checkExact(quantity * price)
      : scaledNotional(checkExact(quantity * this.multiplier[s]!), price, this.unitsPerShare[s]!);
  }

  /** Cash plus the value of all positions at their marks. */
  equity(): number {
    return checkExact(this.cash + this.holdings);
  }

  /** Value of all positions, long and short ones alike above 0. */
  gross(): number {
    return checkExact(this.holdings + 2 * this.shortValue);
  }

  /** Cash that may pay for something in a cash account: the proceeds of short sales are locked, those of other sales have to settle. */
  available(): number {
    return this.cash - this.shortProceeds - this.unsettled;
  }

  /** Marks a position to a price in ticks. */
  setMark(s: number, price: number): void {
    this.mark[s] = price;
    const value = this.notional(s, this.position[s]!, price), before = this.value[s]!;
    this.value[s] = value;
    this.holdings = checkExact(this.holdings + value - before);
    if (value < 0) this.shortValue -= value;
    if (before < 0) this.shortValue += before;
  }

  /** Books charges of an earlier fill that were told later, micro-units. */
  charge(commission: number, fee: number): void {
    this.cash = checkExact(this.cash - commission - fee);
    this.commission += commission;
    this.fees += fee;
  }

  /** Books a fill: signed quantity in units, price in ticks, costs in micro-units. */
  fill(
    s: number,
    quantity: number,
    price: number,
    commission: number,
    fee: number,
    slippage: number,
  ): void {
    const amount = this.notional(s, quantity, price);
    const held = this.position[s]!, cost = this.cost[s]!, next = checkExact(held + quantity);
    let newCost: number;
    if (held === 0 || (held > 0) === (quantity > 0)) {
      newCost = cost + amount;
    } else {
      const closesAll = next === 0 || (next > 0) === (quantity > 0);
      // The part of the fill that closes, and the part of the cost that it releases.
      const closed = closesAll ? -held : quantity;
      const proceeds = closesAll && next !== 0 ? this.notional(s, closed, price) : amount;
      const released = closesAll
        ? cost
        : mulDiv(cost, closed < 0 ? -closed : closed, held < 0 ? -held : held);
      this.realised = checkExact(this.realised - proceeds - released);
      newCost = cost - released + (amount - proceeds);
      if (this.settlement !== null && held > 0) {
        this.#holdProceeds(this.settlement, s, -proceeds - commission - fee);
      }
    }
    if (cost < 0) this.shortProceeds += cost;
    if (newCost < 0) this.shortProceeds -= newCost;
    this.cash = checkExact(this.cash - amount - commission - fee);
    this.cost[s] = newCost;
    this.position[s] = next;
    if (held === 0) this.openPositions++;
    else if (next === 0) this.openPositions--;
    this.commission += commission;
    this.fees += fee;
    this.slippage += slippage;
    this.tradedNotional += amount < 0 ? -amount : amount;
    this.setMark(s, price);
  }

  /** Takes units over from another book of the account at a price in ticks, or gives them to it: paid between the books, no trade. */
  transfer(s: number, quantity: number, price: number): void {
    const traded = this.tradedNotional;
    this.fill(s, quantity, price, 0, 0, 0);
    this.tradedNotional = traded;
  }

  #holdProceeds(settlement: Settlement, s: number, amount: number): void {
    if (amount <= 0) return;
    settlement.hold(s, amount);
    this.unsettled += amount;
  }

  /** Makes what has settled by an instant usable. */
  settle(nowUs: number): void {
    if (this.settlement !== null) this.unsettled -= this.settlement.release(nowUs);
  }

  /** Books interest or a fee for borrowed shares: micro-units, above 0 when the account receives them. */
  finance(amount: number): void {
    this.cash = checkExact(this.cash + amount);
    this.financing = checkExact(this.financing + amount);
  }

  /** Closes a position at a price in ticks, without costs: its shares are gone. Returns the cash received. */
  delist(s: number, price: number): number {
    const held = this.position[s]!, cost = this.cost[s]!;
    if (held === 0) return 0;
    const received = this.notional(s, held, price);
    if (cost < 0) this.shortProceeds += cost;
    this.cash = checkExact(this.cash + received);
    this.realised = checkExact(this.realised + received - cost);
    this.cost[s] = 0;
    this.position[s] = 0;
    this.openPositions--;
    this.setMark(s, price);
    return received;
  }

  /** Books a cash dividend of `amount` micro-units a share: paid to a long position, owed by a short one. */
  dividend(s: number, amount: number): number {
    const paid = this.notional(s, this.position[s]!, amount);
    this.cash = checkExact(this.cash + paid);
    this.dividends = checkExact(this.dividends + paid);
    return paid;
  }

  /**
   * Turns a position of `denominator` shares into one of `numerator`. What is left of a unit is paid in cash at the mark (cash in
   * lieu), as a sale without costs. Returns that cash in micro-units: below 0 when a short position pays it.
   */
  split(s: number, numerator: number, denominator: number): number {
    const held = this.position[s]!;
    if (held === 0) return 0;
    const next = unitsAfterSplit(held, numerator, denominator),
      rest = restAfterSplit(held, numerator, denominator);
    let cashInLieu = 0;
    if (rest !== 0) {
      // A rest of `rest / denominator` new units, each worth `denominator / numerator` of the old mark.
      cashInLieu = mulDiv(
        this.mark[s]!,
        rest * this.multiplier[s]!,
        numerator * this.unitsPerShare[s]!,
      );
      const cost = this.cost[s]!, parts = held * numerator;
      const released = next === 0
        ? cost
        : mulDiv(cost, rest < 0 ? -rest : rest, parts < 0 ? -parts : parts);
      if (cost < 0) this.shortProceeds += released;
      this.cost[s] = cost - released;
      this.cash = checkExact(this.cash + cashInLieu);
      this.realised = checkExact(this.realised + cashInLieu - released);
    }
    // Adding 0 makes a zero of -0, which a short position of less than one unit leaves.
    this.position[s] = next + 0;
    if (next === 0) this.openPositions--;
    this.setMark(s, mulDiv(this.mark[s]!, denominator, numerator));
    return cashInLieu;
  }

  /** Writes the state to a tape, or takes it back from one. */
  carry(tape: StateTape): void {
    tape.part("ledger", 1);
    this.cash = tape.number(this.cash);
    this.realised = tape.number(this.realised);
    this.commission = tape.number(this.commission);
    this.fees = tape.number(this.fees);
    this.slippage = tape.number(this.slippage);
    this.dividends = tape.number(this.dividends);
    this.financing = tape.number(this.financing);
    this.tradedNotional = tape.number(this.tradedNotional);
    this.holdings = tape.number(this.holdings);
    this.shortValue = tape.number(this.shortValue);
    this.shortProceeds = tape.number(this.shortProceeds);
    this.unsettled = tape.number(this.unsettled);
    this.openPositions = tape.number(this.openPositions);
    const count = this.seriesCount;
    tape.entries(this.position, count);
    tape.entries(this.cost, count);
    tape.entries(this.mark, count);
    tape.entries(this.value, count);
    if (this.settlement !== null) this.settlement.carry(tape);
  }

  /** Stops the program if the books do not balance to the micro-unit. */
  checkBalance(): void {
    const off = this.imbalance();
    invariant(off === 0, "the ledger is off by " + off + " micro-units");
  }

  /** Returns by how much the invariant is off, micro-units: always 0. */
  imbalance(): number {
    let cost = 0;
    for (let s = 0; s < this.seriesCount; s++) cost += this.cost[s]!;
    return this.cash + cost - this.initialCash - this.realised - this.dividends -
      this.financing + this.commission + this.fees;
  }

  /** Adds everything that a fill can change to a hash, and the value of the positions unless that is left out. */
  hashInto(hash: StateHash, withHoldings = true): void {
    hash.add(this.cash);
    hash.add(this.realised);
    hash.add(this.commission);
    hash.add(this.fees);
    hash.add(this.slippage);
    hash.add(this.dividends);
    hash.add(this.financing);
    if (withHoldings) hash.add(this.holdings);
    for (let s = 0; s < this.seriesCount; s++) {
      hash.add(this.position[s]!);
      hash.add(this.cost[s]!);
    }
  }
}

// Both factors are split at their scale, so that every product stays below 2^53 and only the last one is rounded.
function scaledNotional(quantity: number, price: number, units: number): number {
  const whole = truncate(quantity / units), part = quantity - whole * units;
  const high = truncate(price / PRICE_SCALE), low = price - high * PRICE_SCALE;
  const sum = checkExact(checkExact(whole * price) + part * high * (PRICE_SCALE / units));
  // A half goes to the even one of the sums, not of the last terms.
  return sum % 2 === 0
    ? checkExact(sum + mulDiv(part, low, units))
    : checkExact(sum - 1 + mulDiv(part * low + units, 1, units));
}

const floor = Math.floor, ceil = Math.ceil;

function truncate(value: number): number {
  return value < 0 ? ceil(value) : floor(value);
}
