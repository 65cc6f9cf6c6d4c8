import { assertEquals, assertThrows } from "@std/assert";
import { StateTape } from "../../lib/core/mod.ts";

Deno.test("state tape: what is saved is taken back, in the same calls", () => {
  const carry = (tape: StateTape, given: boolean): unknown[] => {
    tape.part("thing", 2);
    const values = [NaN, Infinity, -Infinity, -0, 0.1, 2 ** 53 - 1].map((value) =>
      tape.number(given ? value : 7)
    );
    const column = given ? Float64Array.of(1, 2, 3) : new Float64Array(3);
    tape.entries(column, 2);
    const grown = tape.i32(given ? Int32Array.of(5, 6, 0, 0) : new Int32Array(1), 2, 4);
    const texts = [tape.text(given ? "a ü" : ""), tape.text(given ? "" : "x")];
    return [values, [...column], [...grown], texts, tape.flag(given), tape.flag(!given)];
  };
  const saving = new StateTape(), saved = carry(saving, true), state = saving.saved();
  saving.end();
  assertEquals([state.length, state.numbers.length, state.texts], [13, 13, ["thing", "a ü", ""]]);
  const loading = new StateTape(state), loaded = carry(loading, false);
  loading.end();
  // Beyond its length a column is not carried.
  assertEquals(loaded, [saved[0], [1, 2, 0], saved[2], saved[3], true, false]);
});

Deno.test("state tape: more than fits at first is kept", () => {
  const saving = new StateTape();
  for (let k = 0; k < 5000; k++) saving.number(k);
  const loading = new StateTape(saving.saved());
  for (let k = 0; k < 5000; k++) assertEquals(loading.number(-1), k);
  loading.end();
});

Deno.test("state tape: another version, a short state and a rest are refused", () => {
  const saving = new StateTape();
  saving.part("thing", 1);
  saving.number(5);
  const state = saving.saved();
  assertThrows(
    () => new StateTape(state).part("thing", 2),
    RangeError,
    "found version 1 of thing, wanted version 2 of thing",
  );
  assertThrows(() => new StateTape(state).part("other", 1), RangeError, "of other");
  const loading = new StateTape(state);
  loading.part("thing", 1);
  assertThrows(() => loading.end(), RangeError, "goes on where it should end");
  loading.number(0);
  assertThrows(() => loading.number(0), RangeError, "cut off");
  assertThrows(() => loading.text(""), RangeError, "cut off");
});
