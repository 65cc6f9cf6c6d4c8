import { assertEquals, assertThrows } from "@std/assert";
import { commissionText, parseCommission } from "../../lib/config/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import type { Commission } from "../../lib/venue/mod.ts";

Deno.test("commission: each form is read, and written back the same", () => {
  const rows: readonly (readonly [text: string, commission: Commission, back?: string])[] = [
    ["none", { kind: "none" }],
    ["0.01%", { kind: "notional", bps: 1 }],
    ["0.07%", { kind: "notional", bps: 7 }],
    ["0.123456%", { kind: "notional", bps: 12.3456 }],
    [" 2% ", { kind: "notional", bps: 200 }, "2%"],
    ["0.005/share", { kind: "per_share", amount: 0.005 }],
    ["1/order", { kind: "per_order", amount: 1 }],
    ["0.005/share min 1", { kind: "per_share", amount: 0.005, min: 1 }],
    [
      "0.005/share  min 1 max 0.5%",
      { kind: "per_share", amount: 0.005, min: 1, maxPct: 0.5 },
      "0.005/share min 1 max 0.5%",
    ],
    ["0.1% max 1%", { kind: "notional", bps: 10, maxPct: 1 }],
    ["1.50/order max 2%", { kind: "per_order", amount: 1.5, maxPct: 2 }, "1.5/order max 2%"],
  ];
  for (const [text, commission, back = text] of rows) {
    assertEquals(parseCommission(text), commission, text);
    assertEquals(commissionText(commission), back);
  }
});

Deno.test("commission: everything else is refused with what is right", () => {
  const rows: readonly (readonly [text: string, words: string])[] = [
    ["", "--commission: found"],
    ["1", "give none, 0.2%"],
    ["-1%", "give none"],
    ["1e2%", "give none"],
    ["100.1%", "100.1 is more than 100"],
    ["1000001/order", "1000001 is more than 1000000"],
    ["0.0000001/share", "more than 6 decimals"],
    ["1/order min 1", "no minimum of its own"],
    ["1/share min", "give none"],
    ["1/share max 5", "give none"],
    ["1/share max 101%", "101 is more than 100"],
    ["1/share max 1% min 1", "give none"],
  ];
  for (const [text, words] of rows) {
    assertThrows(() => parseCommission(text), SandbarError, words);
  }
});
