/**
 * A column of the bars as an indicator, so that a price can be crossed with an average.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import { type BarField, checkField, columnOf } from "./field.ts";
import type { Kernel } from "./kernel.ts";
import { Spec } from "./spec.ts";

/**
 * The column itself, from bar 1 on.
 *
 * @param field Column, default `close`.
 * @throws {RangeError} When it is not the name of a column.
 */
export function price(field: BarField = "close"): Spec {
  const column = checkField("price field", field);
  return new Spec(KEY, {
    label: "price(" + column + ")",
    needed: 1,
    outputs: ["value"],
    overlay: column !== "volume",
    create: () => new PriceKernel(column),
  });
}

class PriceKernel implements Kernel {
  readonly #field: BarField;

  constructor(field: BarField) {
    this.#field = field;
  }

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const x = columnOf(bars, this.#field), o = out[0]!, shift = at - from;
    for (let i = from; i < to; i++) o[i + shift] = x[i]!;
  }
}
