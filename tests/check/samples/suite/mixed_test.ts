// Run by ci_counts_test.ts: two tests pass, one fails, one is ignored.
Deno.test("passes and prints", () => console.log("ok | 99 passed | 9 failed (1ms)"));
Deno.test("passes with a step", async (t) => {
  await t.step("inner", () => {});
});
Deno.test("fails", () => {
  throw new Error("on purpose");
});
Deno.test.ignore("is ignored", () => {});
