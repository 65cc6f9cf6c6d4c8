import { assertEquals, assertStringIncludes } from "@std/assert";
import { type ControlNote, MAX_STREAMS } from "../../../lib/live/control/mod.ts";
import type { EventBus, SandbarEvent } from "../../../lib/observe/mod.ts";
import { NOON_US } from "./running_account.ts";
import { ask, readUntil, requestOf, served, write } from "./served.ts";

function publish(bus: EventBus, count: number, message = "m"): void {
  for (let i = 0; i < count; i++) {
    bus.publish("WARNING", { code: "test", message }, { timeUs: NOON_US, source: "test" });
  }
}

/** Opens a stream and reads until a text has come. */
async function open(
  note: ControlNote,
  until: RegExp,
  path = "/events",
  headers: Readonly<Record<string, string | null>> = {},
): Promise<{ readonly connection: Deno.Conn; readonly text: string }> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: note.port });
  await write(connection, requestOf(note, { path, headers }));
  return { connection, text: await readUntil(connection, until) };
}

/** The comment that opens a stream. */
const STANDS = /^:\n\n/m;

function idsIn(text: string): number[] {
  return [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
}

Deno.test("ENG-11 events: the newest 50 of the past come first, then each as it happens", async () => {
  await served(async ({ note, bus }) => {
    publish(bus, 60);
    const { connection, text } = await open(note, /^id: 60\n[^]*\n\n/m);
    using _ = connection;
    assertStringIncludes(text.toLowerCase(), "content-type: text/event-stream");
    assertEquals(idsIn(text), Array.from({ length: 50 }, (_, index) => 11 + index));
    bus.publish("ENGINE_PAUSE", { who: "ana", why: "lunch" }, {
      timeUs: NOON_US,
      source: "engine",
    });
    const live = await readUntil(connection, /\}\n\n/);
    assertStringIncludes(live, "id: 61\nevent: ENGINE_PAUSE\ndata: {");
    const data = JSON.parse(/data: (.*)/.exec(live)![1]!) as SandbarEvent & { text: string };
    assertEquals([data.sequence, data.severity, data.text], [61, "info", "paused by ana: lunch"]);
  });
});

Deno.test("ENG-11 events: a reader that comes back names the last it knows, in the path or as browsers do", async () => {
  await served(async ({ note, bus }) => {
    publish(bus, 10);
    for (
      const [path, headers] of [
        ["/events?after=7", {}],
        ["/events", { "last-event-id": "7" }],
      ] as const
    ) {
      const { connection, text } = await open(note, /^id: 10\n/m, path, headers);
      assertEquals(idsIn(text), [8, 9, 10]);
      connection.close();
    }
  });
});

Deno.test("ENG-11 events: a reader that does not read holds up nobody and loses the oldest", async () => {
  await served(async ({ note, bus }) => {
    const { connection } = await open(note, STANDS);
    using _ = connection;
    const seen: number[] = [];
    const other = bus.subscribe("all", (events) => void seen.push(events.length), {
      name: "other",
    });
    const stream = bus.subscriptions.find(({ name }) => name === "event stream")!;
    // More than the sockets of both sides hold.
    const message = "x".repeat(2000);
    for (let round = 0; round < 200 && stream.dropped === 0; round++) {
      publish(bus, 500, message);
      await other.whenIdle();
      // One answered question: the server had its turn.
      assertEquals((await ask(note)).status, 200);
    }
    assertEquals(stream.dropped > 0, true);
    assertEquals(seen.reduce((sum, count) => sum + count, 0), bus.lastSequence);
    assertEquals(stream.waiting <= 1000, true);
  });
});

Deno.test("ENG-11 bound: the seventeenth reader is told so, and one that leaves makes room", async () => {
  await served(async ({ note, bus }) => {
    const streams = [];
    for (let count = 0; count < MAX_STREAMS; count++) streams.push(await open(note, STANDS));
    const more = await ask(note, { path: "/events" });
    assertEquals(more.status, 503);
    assertStringIncludes(more.text, "16 readers of events are there already");
    for (const { connection } of streams) connection.close();
    // The server learns of it when it next has its turn; each question gives it one.
    for (let look = 0; look < 1000 && bus.subscriptions.length > 0; look++) await ask(note);
    assertEquals(bus.subscriptions.length, 0);
    const again = await open(note, STANDS);
    again.connection.close();
  });
});

Deno.test("ENG-11 events: the stream ends when the process stops", async () => {
  await served(async ({ note, bus, server }) => {
    const { connection } = await open(note, STANDS);
    using _ = connection;
    await server[Symbol.asyncDispose]();
    await readUntil(connection, /never/);
    assertEquals(bus.subscriptions.length, 0);
  });
});
