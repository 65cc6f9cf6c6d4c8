/**
 * Corporate actions as the engine meets them, and the record of what they did to the book.
 *
 * @module
 */

const F64 = Float64Array, I32 = Int32Array;

/** An action placed before a row of a series. */
export type ScheduledAction =
  | {
    readonly kind: "split";
    readonly series: number;
    /** First row in the new prices. */
    readonly row: number;
    /** Close time of that row, microseconds UTC. */
    readonly timeUs: number;
    /** `numerator` new shares for `denominator` old ones. */
    readonly numerator: number;
    readonly denominator: number;
  }
  | {
    readonly kind: "dividend";
    readonly series: number;
    readonly row: number;
    readonly timeUs: number;
    /** Micro-units a share. */
    readonly amountMicros: number;
  };

/** Columns of what actions did, one row an action of the run at most; the first `length` rows are in use. */
export class ActionLog {
  length = 0;
  #capacity = 16;
  step: Int32Array = new I32(16);
  series: Int32Array = new I32(16);
  /** Open of the first bar after the action, microseconds UTC. */
  timeUs: Float64Array = new F64(16);
  /** 0 split, 1 dividend. */
  kind: Int32Array = new I32(16);
  /** Units that the position changed by: 0 for a dividend. */
  quantity: Float64Array = new F64(16);
  /** Micro-units received: a dividend, or cash in lieu of what a split left of a unit. Below 0 when a short position paid. */
  cash: Float64Array = new F64(16);

  /** Adds an entry. */
  add(
    step: number,
    action: ScheduledAction,
    timeUs: number,
    quantity: number,
    cash: number,
  ): void {
    if (this.length === this.#capacity) this.#grow();
    const row = this.length++;
    this.step[row] = step;
    this.series[row] = action.series;
    this.timeUs[row] = timeUs;
    this.kind[row] = action.kind === "split" ? 0 : 1;
    this.quantity[row] = quantity;
    this.cash[row] = cash;
  }

  #grow(): void {
    const from = this.#capacity, to = from * 2;
    const step = new I32(to), series = new I32(to), kind = new I32(to);
    const timeUs = new F64(to), quantity = new F64(to), cash = new F64(to);
    for (let i = 0; i < from; i++) {
      step[i] = this.step[i]!;
      series[i] = this.series[i]!;
      kind[i] = this.kind[i]!;
      timeUs[i] = this.timeUs[i]!;
      quantity[i] = this.quantity[i]!;
      cash[i] = this.cash[i]!;
    }
    this.step = step;
    this.series = series;
    this.kind = kind;
    this.timeUs = timeUs;
    this.quantity = quantity;
    this.cash = cash;
    this.#capacity = to;
  }
}
