import { assertEquals, assertThrows } from "@std/assert";
import { EventBus, type EventOrigin, Redactor, type SandbarEvent } from "../../lib/observe/mod.ts";

const at = (timeUs: number): EventOrigin => ({ timeUs, source: "test" });

function publishTicks(bus: EventBus, count: number): void {
  for (let tick = 1; tick <= count; tick++) bus.publish("CYCLE_START", { tick }, at(tick));
}

function sequences(events: readonly SandbarEvent[]): number[] {
  return events.map(({ sequence }) => sequence);
}

Deno.test("event bus: events are numbered from 1, carry what was said, and never change (OBS-01)", () => {
  const bus = new EventBus(), data = { tick: 7 };
  assertEquals(bus.lastSequence, 0);
  assertEquals(
    bus.publish("CYCLE_START", data, { timeUs: 5, source: "engine", correlationId: "c-1" }),
    1,
  );
  data.tick = 8;
  const [event] = bus.recent();
  assertEquals(event, {
    sequence: 1,
    type: "CYCLE_START",
    severity: "debug",
    timeUs: 5,
    source: "engine",
    correlationId: "c-1",
    data: { tick: 7 },
  });
  assertThrows(() => (event as { timeUs: number }).timeUs = 6, TypeError);
  assertThrows(() => (event!.data as { tick: number }).tick = 6, TypeError);
});

Deno.test("event bus: a raised case has the greater severity of its type, and no other type has one", () => {
  const bus = new EventBus();
  const closed = { strategy: "sma", symbol: "AAPL", price: "10", profit: "-1.00" };
  bus.publish("POSITION_CLOSED", closed, at(1));
  bus.publish("POSITION_CLOSED", closed, { ...at(2), isRaised: true });
  bus.publish("HEARTBEAT", { state: "ready", equity: "1.00" }, { ...at(3), isRaised: true });
  assertEquals(bus.recent().map(({ severity }) => severity), ["info", "warning", "debug"]);
});

Deno.test("event bus: the newest 1,000 are kept and found by recency, type and severity (OBS-02)", () => {
  const bus = new EventBus();
  publishTicks(bus, 1500);
  bus.publish("WARNING", { code: "test", message: "one" }, at(1501));
  bus.publish("ENGINE_HALTED", { who: "ana", why: "test" }, at(1502));
  assertEquals(bus.recent().length, 1000);
  assertEquals(sequences(bus.recent()).slice(0, 2), [503, 504]);
  assertEquals(sequences(bus.recent({ limit: 3 })), [1500, 1501, 1502]);
  assertEquals(sequences(bus.recent({ after: 1500 })), [1501, 1502]);
  assertEquals(sequences(bus.recent({ after: 1502 })), []);
  assertEquals(sequences(bus.recent({ after: 9999 })), []);
  assertEquals(sequences(bus.recent({ limit: 0 })), []);
  assertEquals(sequences(bus.recent({ types: ["WARNING"] })), [1501]);
  assertEquals(sequences(bus.recent({ types: ["CYCLE_START"], limit: 2 })), [1499, 1500]);
  assertEquals(sequences(bus.recent({ least: "warning" })), [1501, 1502]);
  assertEquals(sequences(bus.recent({ least: "error" })), [1502]);
});

Deno.test("event bus: a listener gets its types, in order, after publish has returned, until it leaves (OBS-02)", async () => {
  const bus = new EventBus(), some: number[] = [], all: number[] = [];
  const ticks = bus.subscribe(
    ["CYCLE_START"],
    (events) => void some.push(...sequences(events)),
    { name: "ticks" },
  );
  const whole = bus.subscribe("all", (events) => void all.push(...sequences(events)), {
    name: "all",
  });
  publishTicks(bus, 2);
  bus.publish("CYCLE_END", { tick: 2, durationUs: 1 }, at(3));
  assertEquals([some, all], [[], []], "nothing is handed over within publish");
  await Promise.all([ticks.whenIdle(), whole.whenIdle()]);
  assertEquals([some, all], [[1, 2], [1, 2, 3]]);
  publishTicks(bus, 1);
  ticks.unsubscribe();
  publishTicks(bus, 1);
  await whole.whenIdle();
  assertEquals([some, all], [[1, 2], [1, 2, 3, 4, 5]]);
  assertEquals(bus.subscriptions.map(({ name }) => name), ["all"]);
  assertEquals([ticks.delivered, whole.delivered], [2, 5]);
});

Deno.test("event bus: a throwing and a rejecting listener are counted, go on, and hold up nobody (OBS-02, REV-M3)", async () => {
  const bus = new EventBus(), good: number[] = [];
  const throwing = bus.subscribe("all", () => {
    throw new Error("listener");
  }, { name: "throwing" });
  const rejecting = bus.subscribe("all", () => Promise.reject(new Error("later")), {
    name: "rejecting",
  });
  const sound = bus.subscribe("all", (events) => void good.push(...sequences(events)), {
    name: "sound",
  });
  publishTicks(bus, 3);
  await Promise.all(bus.subscriptions.map((it) => it.whenIdle()));
  publishTicks(bus, 2);
  await Promise.all(bus.subscriptions.map((it) => it.whenIdle()));
  assertEquals([throwing.failed, rejecting.failed, sound.failed], [5, 5, 0]);
  assertEquals(good, [1, 2, 3, 4, 5]);
  assertEquals(String(throwing.lastError), "Error: listener");
  assertEquals(String(rejecting.lastError), "Error: later");
});

Deno.test("event bus: a listener that never returns loses the oldest beyond its queue, and the others lose nothing (OBS-02)", async () => {
  const bus = new EventBus(), good: number[] = [], got: number[] = [];
  const gate = Promise.withResolvers<void>();
  const slow = bus.subscribe("all", async (events) => {
    got.push(...sequences(events));
    await gate.promise;
  }, { name: "slow", queueSize: 10 });
  const sound = bus.subscribe("all", (events) => void good.push(...sequences(events)), {
    name: "sound",
  });
  publishTicks(bus, 1);
  await sound.whenIdle();
  publishTicks(bus, 5000);
  await sound.whenIdle();
  assertEquals(good.length, 5001);
  assertEquals([slow.waiting, slow.dropped, got.length], [10, 4990, 1]);
  gate.resolve();
  await slow.whenIdle();
  assertEquals(got, [1, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999, 5000, 5001]);
  assertEquals(slow.delivered, 11);
});

Deno.test("event bus: a hundred listeners and 20,000 events, every tenth listener stuck: the rest get all (OBS-02 stress)", async () => {
  const bus = new EventBus(), counts = new Array<number>(100).fill(0);
  const never = new Promise<void>(() => {});
  const subscriptions = counts.map((_, index) =>
    bus.subscribe("all", (events) => {
      counts[index]! += events.length;
      return index % 10 === 0 ? never : undefined;
    }, { name: `listener ${index}`, queueSize: 500 })
  );
  for (let round = 0; round < 100; round++) {
    publishTicks(bus, 200);
    await Promise.all(subscriptions.map((it, index) => index % 10 === 0 ? null : it.whenIdle()));
  }
  counts.forEach((count, index) => {
    if (index % 10 !== 0) assertEquals(count, 20_000, `listener ${index}`);
    else assertEquals(subscriptions[index]!.waiting, 500, `listener ${index}`);
  });
});

Deno.test("event bus: secrets are in no event, by value, by field name and in URLs (OBS-10)", () => {
  const bus = new EventBus({ redactor: new Redactor(["canary-key-81", "abc"]) });
  bus.publish("ERROR", {
    code: "broker_auth",
    message: "401 for key canary-key-81 at https://ana:hunter2@broker.example/v2?x=canary-key-81",
  }, at(1));
  const text = JSON.stringify(bus.recent());
  assertEquals(/canary-key-81|hunter2/.test(text), false, text);
  assertEquals(
    (bus.recent()[0]!.data as { message: string }).message,
    "401 for key [redacted] at https://[redacted]@broker.example/v2?x=[redacted]",
  );
});

Deno.test("redactor: a field whose name says secret loses its value, short secrets do not blot out words, long texts are cut", () => {
  const redactor = new Redactor(["abc", "abcdef", "abcdefghi"]);
  assertEquals(
    redactor.record({ apiKey: "x", api_key: "y", password: 1, token: null, symbol: "abc" }),
    {
      apiKey: "[redacted]",
      api_key: "[redacted]",
      password: "[redacted]" as unknown as number,
      token: null,
      symbol: "abc",
    },
  );
  assertEquals(redactor.text("abcdefghi abcdef"), "[redacted] [redacted]");
  assertEquals(redactor.text("x".repeat(2000)).length, 2000);
  const cut = redactor.text("x".repeat(2001));
  assertEquals([cut.length, cut.endsWith("…")], [2000, true]);
});
