import { assert, assertEquals, assertThrows } from "@std/assert";
import { OrderIds } from "../../lib/trading/mod.ts";

Deno.test("order ids: orders and fills are found by each of their names (ORD-16)", () => {
  const ids = new OrderIds();
  assertEquals([ids.byClient("a"), ids.byBroker("1"), ids.byExecution("x")], [-1, -1, -1]);
  ids.bindClient(4, "a");
  ids.bindClient(4, "a");
  assert(ids.bindBroker(4, "1"));
  assert(ids.bindBroker(4, "1"));
  assert(ids.bindExecution("x", 0));
  assertEquals([ids.byClient("a"), ids.byBroker("1"), ids.byExecution("x")], [4, 4, 0]);
  assertEquals([ids.clientIdOf(4), ids.brokerIdOf(4), ids.clientIdOf(5)], ["a", "1", undefined]);
});

Deno.test("order ids: a client id names one order for ever", () => {
  const ids = new OrderIds();
  ids.bindClient(1, "a");
  assertThrows(() => ids.bindClient(2, "a"), Error, "names two orders");
  assertThrows(() => ids.bindClient(1, "b"), Error, "names two orders");
  assertEquals([ids.byClient("a"), ids.byClient("b")], [1, -1]);
});

Deno.test("order ids: a broker's id that is another order's is told, a second id of one order is kept", () => {
  const ids = new OrderIds();
  assert(ids.bindBroker(1, "x"));
  assertEquals(ids.bindBroker(2, "x"), false);
  assert(ids.bindBroker(1, "y"));
  assertEquals([ids.byBroker("x"), ids.byBroker("y"), ids.brokerIdOf(1)], [1, 1, "y"]);
});

Deno.test("order ids: an execution that is told again is the same fill (ORD-08)", () => {
  const ids = new OrderIds();
  assert(ids.bindExecution("e1", 7));
  assertEquals(ids.bindExecution("e1", 8), false);
  assertEquals(ids.byExecution("e1"), 7);
});
