import { assert, assertEquals, assertRejects } from "@std/assert";
import { SandbarError } from "../../../../lib/core/mod.ts";
import { MemoryJournal } from "../../../support/memory_journal.ts";
import { Desk, openDesk } from "./desk.ts";

const FAR = "50";

Deno.test("dispatcher: an order goes out once its record is durable, and not before (ORD-04)", async () => {
  await using opened = await openDesk();
  const { desk } = opened;
  desk.journal.hold();
  const outcome = desk.dispatcher.submit(desk.make("a-1", FAR));
  await desk.passSeconds(1);
  assertEquals(desk.bench.server.orderRequests, 0);
  desk.journal.release();
  assertEquals(await outcome, "confirmed");
  assertEquals(desk.seen("a-1"), 1);
  assertEquals(desk.recorded(), ["submit a-1 send", "submit a-1 confirmed"]);
  assertEquals(desk.state("a-1"), "accepted");
});

Deno.test("dispatcher: a journal that fails lets nothing out", async () => {
  await using opened = await openDesk();
  const { desk } = opened;
  desk.journal.hold();
  const outcome = desk.dispatcher.submit(desk.make("a-1", FAR));
  await desk.until(() => desk.journal.lastSequence === 1);
  desk.journal.fail();
  await assertRejects(() => outcome, SandbarError, "disk is full");
  await assertRejects(() => desk.dispatcher.submit(desk.make("a-2", FAR)), SandbarError);
  await desk.round();
  assertEquals(desk.bench.server.orderRequests, 0);
});

Deno.test("PER-16 dispatcher: a lease that is lost while the record was written stops the order", async () => {
  await using opened = await openDesk();
  const { desk } = opened;
  desk.journal.hold();
  const outcome = desk.dispatcher.submit(desk.make("a-1", FAR));
  await desk.until(() => desk.journal.lastSequence === 1);
  desk.mayAct = false;
  desk.journal.release();
  assertEquals(await outcome, "not_sent");
  assertEquals([desk.bench.server.orderRequests, desk.state("a-1")], [0, "never_received"]);
  const refused = desk.dispatcher.cancel("a-1", "ACME");
  assertEquals([await refused, desk.told("a-1")], ["not_sent", ["absent", "cancel_refused"]]);
});

Deno.test("ORD-14 dispatcher: an answer moves no position; the fill's report does", async () => {
  await using opened = await openDesk();
  const { desk } = opened;
  assertEquals(await desk.dispatcher.submit(desk.make("a-1")), "confirmed");
  assertEquals(desk.book.table.filled[0], 0);
  desk.bench.exchange.advance();
  await desk.until(() => desk.state("a-1") === "filled");
  assertEquals(desk.book.table.filled[0], 10);
});

Deno.test("dispatcher: a refusal ends the order, with its code", async () => {
  await using opened = await openDesk();
  const { desk } = opened;
  const order = { ...desk.make("a-1", FAR), symbol: "NOSUCH" };
  assertEquals(await desk.dispatcher.submit(order), "refused");
  assertEquals(desk.state("a-1"), "rejected");
  const [report] = desk.reports;
  assert(report?.kind === "rejected" && report.reason.startsWith("invalid_order: no symbol"));
});

for (
  const fault of ["drop_answer", "close_connection", "server_error", "garbled_answer"] as const
) {
  Deno.test(`G-03 dispatcher: an order that was accepted and ends in ${fault} is UNKNOWN, found, and sent once`, async () => {
    await using opened = await openDesk();
    const { desk } = opened, { server } = desk.bench;
    // Nothing but a look-up tells of it.
    server.command({ arm: { on: "submit", kind: fault } });
    server.command({ arm: { on: "report", kind: "late", instants: 99 } });
    const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1", FAR)));
    assertEquals(await desk.pass(outcome), "found");
    assertEquals(desk.told("a-1"), ["unanswered", "acknowledged"]);
    assertEquals([desk.state("a-1"), desk.seen("a-1")], ["accepted", 1]);
    assertEquals(desk.recorded(), ["submit a-1 send", "submit a-1 found"]);
    assertEquals(desk.events, []);
  });
}

Deno.test("G-03 dispatcher: an order that filled while nobody knew of it reaches its true state", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server, exchange } = desk.bench;
  server.command({ arm: { on: "submit", kind: "drop_answer" } });
  for (let k = 0; k < 2; k++) server.command({ arm: { on: "report", kind: "late", instants: 9 } });
  const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1")));
  exchange.advance();
  assertEquals(await desk.pass(outcome), "found");
  assertEquals(desk.told("a-1"), ["unanswered", "acknowledged", "fill"]);
  assertEquals([desk.state("a-1"), desk.book.table.filled[0]], ["filled", 10]);
  // The reports that come late say the same, and change nothing.
  for (let k = 0; k < 10; k++) exchange.advance();
  await desk.until(() => desk.told("a-1").length === 5);
  assertEquals([desk.state("a-1"), desk.book.table.filled[0]], ["filled", 10]);
  assertEquals(desk.seen("a-1"), 1);
});

Deno.test("G-03 dispatcher: an answer that is late is taken, and the search ends", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server, exchange } = desk.bench;
  server.command({ arm: { on: "submit", kind: "delayed_answer", delayUs: 15_000_000 } });
  server.command({ arm: { on: "report", kind: "late", instants: 99 } });
  const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1", FAR)));
  exchange.hide("a-1", 99);
  assertEquals(await desk.pass(outcome), "confirmed");
  assertEquals(desk.told("a-1"), ["unanswered", "acknowledged"]);
  assertEquals([desk.state("a-1"), desk.seen("a-1")], ["accepted", 1]);
});

Deno.test("ORD-11 dispatcher: a report of the stream answers for a dropped answer", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server } = desk.bench;
  server.command({ arm: { on: "submit", kind: "drop_answer" } });
  const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1", FAR)));
  assertEquals(await desk.pass(outcome), "found");
  assertEquals(desk.told("a-1"), ["acknowledged"]);
});

Deno.test("ORD-11 dispatcher: never received is proved by two look-ups a submit time-out apart, and not resent", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server } = desk.bench;
  server.command({ arm: { on: "submit", kind: "never_received" } });
  const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1", FAR)));
  await desk.passSeconds(11);
  assertEquals(desk.state("a-1"), "unknown");
  // The first look-up was ten seconds after the sending: nine and a half later nothing is proved.
  await desk.passSeconds(8.5);
  assertEquals(desk.state("a-1"), "unknown");
  assertEquals(await desk.pass(outcome), "absent");
  assertEquals([desk.state("a-1"), desk.told("a-1")], ["never_received", ["unanswered", "absent"]]);
  assertEquals([desk.seen("a-1"), server.orderRequests], [0, 1]);
  assertEquals(desk.recorded().at(-1), "submit a-1 absent");
});

Deno.test("G-03 dispatcher: absent at the first look-up and there at the second is found", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server } = desk.bench;
  server.command({ arm: { on: "submit", kind: "appears_late", lookups: 3 } });
  const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1", FAR)));
  assertEquals(await desk.pass(outcome), "found");
  assertEquals([desk.state("a-1"), desk.seen("a-1")], ["accepted", 1]);
});

Deno.test("G-03 dispatcher: an order that was proved absent and shows up is revived, told and cancelled", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server, exchange } = desk.bench;
  server.command({ arm: { on: "submit", kind: "appears_late", lookups: 99 } });
  const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1", FAR)));
  assertEquals(await desk.pass(outcome), "absent");
  assertEquals(desk.state("a-1"), "never_received");
  exchange.advance();
  await desk.until(() => desk.state("a-1") === "cancelled");
  assertEquals(desk.events, [{ kind: "revived", clientId: "a-1", symbol: "ACME" }]);
  assertEquals(desk.told("a-1"), ["unanswered", "absent", "acknowledged", "cancelled"]);
  assertEquals(exchange.openOrders(), []);
  assertEquals(desk.seen("a-1"), 1);
});

Deno.test("ORD-11 dispatcher: what nobody can tell by the deadline blocks its symbol, until it is known", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server } = desk.bench;
  server.command({ arm: { on: "submit", kind: "drop_answer" } });
  server.command({ arm: { on: "report", kind: "late", instants: 99 } });
  const { outcome } = await desk.arrival(() => desk.dispatcher.submit(desk.make("a-1", FAR)));
  server.command({ down: true });
  assertEquals(await desk.pass(outcome), "unresolved");
  assertEquals(desk.events, [{ kind: "unresolved", clientId: "a-1", symbol: "ACME" }]);
  assertEquals(desk.state("a-1"), "unknown");
  server.command({ down: false });
  await desk.passSeconds(40);
  await desk.until(() => desk.events.length === 2);
  assertEquals(desk.events[1], { kind: "resolved", clientId: "a-1", symbol: "ACME" });
  assertEquals([desk.state("a-1"), desk.seen("a-1")], ["accepted", 1]);
});

Deno.test("ORD-12 dispatcher: a cancel without an answer is looked up by its order and not repeated", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server } = desk.bench;
  await desk.dispatcher.submit(desk.make("a-1", FAR));
  server.command({ arm: { on: "cancel", kind: "drop_answer" } });
  server.command({ arm: { on: "report", kind: "late", report: "cancelled", instants: 99 } });
  const done = await desk.arrival(() => desk.dispatcher.cancel("a-1", "ACME"));
  assertEquals(await desk.pass(done.outcome), "found");
  assertEquals([desk.state("a-1"), server.orderRequests], ["cancelled", 2]);
});

Deno.test("ORD-12 dispatcher: a cancel that was never received leaves its order working, and is told", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server } = desk.bench;
  await desk.dispatcher.submit(desk.make("a-1", FAR));
  server.command({ arm: { on: "cancel", kind: "never_received" } });
  const lost = await desk.arrival(() => desk.dispatcher.cancel("a-1", "ACME"));
  assertEquals(await desk.pass(lost.outcome), "absent");
  assertEquals(desk.told("a-1").at(-1), "cancel_refused");
  assertEquals(desk.state("a-1"), "accepted");
  assertEquals(await desk.dispatcher.cancel("a-1", "ACME"), "confirmed");
  await desk.until(() => desk.state("a-1") === "cancelled");
});

Deno.test("ORD-12 dispatcher: a cancel does not overtake its order", async () => {
  await using opened = await openDesk();
  const { desk } = opened;
  desk.journal.hold();
  const sent = desk.dispatcher.submit(desk.make("a-1", FAR));
  const cancelled = desk.dispatcher.cancel("a-1", "ACME");
  await desk.until(() => desk.journal.lastSequence === 1);
  desk.journal.release();
  assertEquals([await sent, await cancelled], ["confirmed", "confirmed"]);
  await desk.until(() => desk.state("a-1") === "cancelled");
  assertEquals(desk.recorded(), [
    "submit a-1 send",
    "submit a-1 confirmed",
    "cancel a-1 send",
    "cancel a-1 confirmed",
  ]);
});

Deno.test("ORD-13 dispatcher: a replace without an answer is found by its new name, or proved not to be", async () => {
  await using opened = await openDesk();
  const { desk } = opened, { server } = desk.bench;
  await desk.dispatcher.submit(desk.make("a-1", FAR));
  server.command({ arm: { on: "replace", kind: "drop_answer" } });
  server.command({ arm: { on: "report", kind: "late", report: "replaced", instants: 99 } });
  const done = await desk.arrival(() =>
    desk.dispatcher.replace({ clientId: "a-1", newClientId: "a-2", quantity: "7" }, "ACME")
  );
  assertEquals(await desk.pass(done.outcome), "found");
  assertEquals(desk.told("a-1").at(-1), "replaced");
  server.command({ arm: { on: "replace", kind: "never_received" } });
  const lost = await desk.arrival(() =>
    desk.dispatcher.replace({ clientId: "a-2", newClientId: "a-3", quantity: "5" }, "ACME")
  );
  assertEquals(await desk.pass(lost.outcome), "absent");
  assertEquals(desk.told("a-2").at(-1), "replace_refused");
  assertEquals(await desk.broker.orderByClientId("a-3"), null);
});

Deno.test("dispatcher: the same order cannot be submitted twice by one process", async () => {
  await using opened = await openDesk();
  const { desk } = opened, order = desk.make("a-1", FAR);
  await desk.dispatcher.submit(order);
  await assertRejects(
    // A defect is told in the call.
    () => Promise.resolve().then(() => desk.dispatcher.submit(order)),
    Error,
    "submitted twice",
  );
});

// A process that dies: nothing of it is told to anybody, and its journal has what was durable.
const DEATHS = [
  { when: "before the request left", seen: 0, state: "never_received", fault: "none" },
  { when: "after the request left", seen: 1, state: "accepted", fault: "drop_answer" },
  {
    when: "with a request that was lost",
    seen: 0,
    state: "never_received",
    fault: "never_received",
  },
] as const;

for (const { when, seen, state, fault } of DEATHS) {
  Deno.test(`G-02 dispatcher: a process that dies ${when} asks after a restart, and resends nothing`, async () => {
    await using opened = await openDesk();
    const { desk: first } = opened, { bench } = first;
    if (fault === "none") {
      first.mayAct = false;
      await first.dispatcher.submit(first.make("a-1", FAR));
    } else {
      bench.server.command({ arm: { on: "submit", kind: fault } });
      bench.server.command({ arm: { on: "report", kind: "late", instants: 99 } });
      await first.arrival(() => first.dispatcher.submit(first.make("a-1", FAR)));
    }
    // What the dead process wrote after its request is lost with it.
    const records = first.journal.records.slice(0, 1);
    await first[Symbol.asyncDispose]();
    await using second = new Desk(bench, new MemoryJournal(records));
    await second.broker.connect();
    second.make("a-1", FAR);
    const before = bench.server.orderRequests;
    const [outcome] = await second.pass(second.dispatcher.recover(records));
    assertEquals(outcome, seen === 0 ? "absent" : "found");
    assertEquals([second.state("a-1"), second.seen("a-1")], [state, seen]);
    assertEquals(bench.server.orderRequests, before);
  });
}

Deno.test("G-02 dispatcher: answers on record are not asked about again", async () => {
  await using opened = await openDesk();
  const { desk: first } = opened;
  await first.dispatcher.submit(first.make("a-1", FAR));
  await first.dispatcher.cancel("a-1", "ACME");
  const records = [...first.journal.records];
  await using second = new Desk(first.bench, new MemoryJournal(records));
  await second.broker.connect();
  assertEquals(await second.dispatcher.recover(records), []);
  await assertRejects(
    () => Promise.resolve().then(() => second.dispatcher.submit(second.make("a-1", FAR))),
    Error,
    "submitted twice",
  );
});
