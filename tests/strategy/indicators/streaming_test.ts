import { Random } from "../../../lib/core/mod.ts";
import { COLUMN_NAMES } from "../../../lib/market/mod.ts";
import { assertSameBits, EVERY_SPEC, roughWalk, run, sampleBars, tail, walk } from "./support.ts";

const SEED = 20260731;

const SERIES = [
  tail(sampleBars("AAPL"), 2500),
  walk(SEED, 700, 100),
  roughWalk(SEED + 1, 700),
];

Deno.test(`indicators: one row at a time gives the bits of one whole column (DAT-19, seed ${SEED})`, () => {
  for (const bars of SERIES) {
    for (const spec of EVERY_SPEC) {
      assertSameBits(spec, run(spec, bars, () => 1), run(spec, bars), bars.symbol);
    }
  }
});

Deno.test(`indicators: blocks of any size give the bits of one whole column (DAT-19, seed ${SEED})`, () => {
  const random = new Random(SEED);
  for (const most of [3, 17, 64, 400]) {
    for (const bars of SERIES) {
      for (const spec of EVERY_SPEC) {
        const blocks = run(spec, bars, () => 1 + Math.floor(random.next() * most));
        assertSameBits(spec, blocks, run(spec, bars), `${bars.symbol}, blocks up to ${most}`);
      }
    }
  }
});

Deno.test("indicators: two kernels of one spec share no state", () => {
  const bars = SERIES[1]!;
  for (const spec of EVERY_SPEC) {
    assertSameBits(spec, run(spec, bars), run(spec, bars), "second run");
  }
});

Deno.test("indicators: a row depends on no later row", () => {
  const bars = SERIES[0]!, cut = 300, short = tail(bars, 0);
  for (const name of COLUMN_NAMES) short[name].fill(NaN, cut);
  short.length = cut;
  for (const spec of EVERY_SPEC) {
    const whole = run(spec, bars).map((column) => column.slice(0, cut));
    assertSameBits(spec, run(spec, short), whole, "the rows after it are NaN");
  }
});
