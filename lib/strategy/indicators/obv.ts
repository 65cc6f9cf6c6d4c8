/**
 * On-balance volume.
 *
 * @module
 */

import { KEY } from "../../core/mod.ts";
import type { Bars } from "../../market/mod.ts";
import type { Kernel } from "./kernel.ts";
import { Spec } from "./spec.ts";

/**
 * The running total of the volume, added when the close rose and taken away when it fell. It starts with the volume of bar 1, so only
 * its changes mean something.
 *
 * @see TA-Lib `OBV`
 */
export function obv(): Spec {
  return new Spec(KEY, {
    label: "obv()",
    needed: 1,
    outputs: ["value"],
    overlay: false,
    create: () => new OnBalanceVolumeKernel(),
  });
}

class OnBalanceVolumeKernel implements Kernel {
  #total = 0;

  update(bars: Bars, from: number, to: number, out: readonly Float64Array[], at: number): void {
    const close = bars.close, volume = bars.volume, o = out[0]!, shift = at - from;
    let total = this.#total;
    for (let i = from; i < to; i++) {
      if (i === 0 || close[i]! > close[i - 1]!) total += volume[i]!;
      else if (close[i]! < close[i - 1]!) total -= volume[i]!;
      o[i + shift] = total;
    }
    this.#total = total;
  }
}
