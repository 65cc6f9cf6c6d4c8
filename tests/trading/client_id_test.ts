import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  clientIdOf,
  MAX_CLIENT_ID,
  MAX_GENERATION,
  MAX_SEQUENCE,
  type OrderName,
  parseClientId,
  scopeOf,
} from "../../lib/trading/host_door.ts";

const NAME: OrderName = {
  account: "PA3XYZ",
  deployment: "main",
  strategy: "sma-crossover",
  birthEpoch: "k3v9qz",
  sequence: 71,
  generation: 0,
};

const EPOCHS = fc.stringMatching(/^[0-9a-z]{6}$/);
const NAMES: fc.Arbitrary<OrderName> = fc.record({
  account: fc.string({ maxLength: 32 }),
  deployment: fc.string({ maxLength: 32 }),
  strategy: fc.string({ maxLength: 64 }),
  birthEpoch: EPOCHS,
  sequence: fc.nat({ max: MAX_SEQUENCE }),
  generation: fc.nat({ max: MAX_GENERATION }),
});

Deno.test("ORD-04 client id: the form is fixed, because a restarted process must find its orders again", () => {
  assertEquals(clientIdOf(NAME), "sb1-k3v9qz-1y9bi7mgs7-1z-0");
});

Deno.test("ORD-04 client id: at most 32 characters of letters, digits and hyphens, the same each time", () => {
  fc.assert(fc.property(NAMES, (name) => {
    const id = clientIdOf(name);
    assert(/^[A-Za-z0-9-]+$/.test(id) && id.length <= MAX_CLIENT_ID, id);
    assertEquals(clientIdOf({ ...name }), id);
  }));
  assertEquals(
    clientIdOf({ ...NAME, sequence: MAX_SEQUENCE, generation: MAX_GENERATION }).length,
    MAX_CLIENT_ID,
  );
});

Deno.test("ORD-04 client id: what it tells is what it was made from", () => {
  fc.assert(fc.property(NAMES, (name) => {
    const { birthEpoch, sequence, generation } = name;
    assertEquals(parseClientId(clientIdOf(name)), {
      birthEpoch,
      scope: scopeOf(name),
      sequence,
      generation,
    });
  }));
});

Deno.test("ORD-04 client id: two orders never share one, whatever differs", () => {
  fc.assert(fc.property(NAMES, NAMES, (a, b) => {
    const same = JSON.stringify(a) === JSON.stringify(b);
    assertEquals(clientIdOf(a) === clientIdOf(b), same);
  }));
  const ids = new Set<string>();
  const parts = ["", "a", "b", "ab", "1"];
  for (const account of parts) {
    for (const deployment of parts) {
      for (const strategy of parts) {
        for (let sequence = 0; sequence < 40; sequence++) {
          for (const generation of [0, 1, 36]) {
            ids.add(
              clientIdOf({ ...NAME, account, deployment, strategy, sequence, generation }),
            );
          }
        }
      }
    }
  }
  assertEquals(ids.size, 5 * 5 * 5 * 40 * 3);
});

Deno.test("ORD-04 client id: a fresh journal beside an old account repeats none of the old ids", () => {
  fc.assert(fc.property(NAMES, EPOCHS, (name, birthEpoch) => {
    fc.pre(birthEpoch !== name.birthEpoch);
    const old = new Set<string>();
    for (let sequence = 0; sequence < 50; sequence++) old.add(clientIdOf({ ...name, sequence }));
    for (let sequence = 0; sequence < 50; sequence++) {
      assert(!old.has(clientIdOf({ ...name, birthEpoch, sequence })));
    }
  }));
});

Deno.test("ORD-04 client id: another's id is none of ours", () => {
  const own = clientIdOf(NAME);
  for (
    const text of [
      "",
      "manual-order",
      own.toUpperCase(),
      own + "0",
      own.slice(0, -1),
      own.replace("-1z-", "-01z-"),
      own.replace("sb1", "sb2"),
      " " + own,
      "904837e3-3b76-47ec-b432-046db621571b",
    ]
  ) assertEquals(parseClientId(text), null, text);
});

Deno.test("client id: numbers that do not fit stop the program instead of sharing a name", () => {
  for (
    const wrong of [
      { sequence: -1 },
      { sequence: MAX_SEQUENCE + 1 },
      { sequence: 0.5 },
      { generation: MAX_GENERATION + 1 },
      { birthEpoch: "ABCDEF" },
      { birthEpoch: "abcde" },
    ]
  ) assertThrows(() => clientIdOf({ ...NAME, ...wrong }), Error, "Sandbar defect");
});
