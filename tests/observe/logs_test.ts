import { assertEquals } from "@std/assert";
import { DecisionLog, EventBus, JsonLinesLog, type SandbarEvent } from "../../lib/observe/mod.ts";
import { inFolder, namesBelow } from "../data/folder.ts";

/** 2024-01-05 20:59:59 UTC. */
const LATE_US = 1_704_488_399_000_000;

function warn(bus: EventBus, message: string, timeUs = LATE_US): void {
  bus.publish("WARNING", { code: "test", message }, { timeUs, source: "test" });
}

function linesOf(path: string): Record<string, unknown>[] {
  const text = Deno.readTextFileSync(path);
  assertEquals(text.endsWith("\n"), true, "the last line is whole");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
}

function refuse(bus: EventBus, timeUs: number, symbol = "AAPL"): void {
  bus.publish("RISK_REFUSED", {
    strategy: "sma",
    symbol,
    intent: "buy 100 market",
    rule: "max_position_pct",
    cause: "max_position_pct: 25.2% (limit: 20%)",
    measured: 25.2,
    limit: 20,
  }, { timeUs, source: "risk" });
}

Deno.test("log: one JSON line an event in a file of the run, from its severity on (ENG-10, OBS-10)", async () => {
  await inFolder(async (folder) => {
    const bus = new EventBus();
    {
      await using log = new JsonLinesLog({ bus, folder: `${folder}/logs`, run: "r1" });
      bus.publish("CYCLE_START", { tick: 1 }, { timeUs: LATE_US, source: "engine" });
      warn(bus, 'two\nlines and a "quote"');
      assertEquals(log.counts, { written: 0, failed: 0, leftOut: 0, dropped: 0 });
    }
    assertEquals(namesBelow(folder), ["logs/r1.jsonl"]);
    assertEquals(linesOf(`${folder}/logs/r1.jsonl`), [{
      time: "2024-01-05T20:59:59Z",
      sequence: 2,
      type: "WARNING",
      severity: "warning",
      timeUs: LATE_US,
      source: "test",
      correlationId: null,
      data: { code: "test", message: 'two\nlines and a "quote"' },
    }]);
    assertEquals(Deno.statSync(`${folder}/logs/r1.jsonl`).mode! & 0o777, 0o600);
    warn(bus, "after the end");
    assertEquals(linesOf(`${folder}/logs/r1.jsonl`).length, 1);
  });
});

Deno.test("log: a run of the same name gets a new file (ENG-10)", async () => {
  await inFolder(async (folder) => {
    for (const message of ["first", "second", "third"]) {
      const bus = new EventBus();
      await using _log = new JsonLinesLog({ bus, folder, run: "r1" });
      warn(bus, message);
    }
    assertEquals(namesBelow(folder), ["r1-2.jsonl", "r1-3.jsonl", "r1.jsonl"]);
    assertEquals(
      (linesOf(`${folder}/r1-2.jsonl`)[0]!["data"] as { message: string }).message,
      "second",
    );
  });
});

Deno.test("log: what cannot be written is counted, and the log goes on when it can again", async () => {
  await inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/logs`, "a file in the way\n");
    const bus = new EventBus(), seen: number[] = [];
    await using log = new JsonLinesLog({ bus, folder: `${folder}/logs`, run: "r1" });
    const other = bus.subscribe("all", (events) => void seen.push(events.length), {
      name: "other",
    });
    const drained = (): Promise<unknown> =>
      Promise.all(bus.subscriptions.map((it) => it.whenIdle()));
    warn(bus, "lost");
    warn(bus, "lost too");
    await drained();
    assertEquals(log.counts, { written: 0, failed: 2, leftOut: 0, dropped: 0 });
    assertEquals(log.lastError instanceof Error, true);
    assertEquals([other.failed, seen.length > 0], [0, true]);
    Deno.removeSync(`${folder}/logs`);
    warn(bus, "kept");
    await drained();
    assertEquals(log.counts, { written: 1, failed: 2, leftOut: 0, dropped: 0 });
    assertEquals(linesOf(log.path).length, 1);
  });
});

Deno.test("log: a full file takes nothing more, and what is left out is counted", async () => {
  await inFolder(async (folder) => {
    const bus = new EventBus();
    await using log = new JsonLinesLog({ bus, folder, run: "r1", maxBytes: 1000 });
    for (let i = 0; i < 100; i++) warn(bus, `message ${i}`);
    await Promise.all(bus.subscriptions.map((it) => it.whenIdle()));
    const { written, leftOut, failed } = log.counts;
    assertEquals([written + leftOut, failed], [100, 0]);
    assertEquals(linesOf(log.path).length, written);
    assertEquals(written > 3 && Deno.statSync(log.path).size <= 1000, true);
  });
});

Deno.test("decision log: one file a session date, gone on with by the next run, a torn line left behind ended (ENG-10)", async () => {
  await inFolder(async (folder) => {
    const sessionDateOf = (timeUs: number): string =>
      timeUs <= LATE_US ? "2024-01-05" : "2024-01-08";
    const run = async (publish: (bus: EventBus) => void): Promise<void> => {
      const bus = new EventBus();
      await using log = new DecisionLog({ bus, folder, level: "INFO", sessionDateOf });
      publish(bus);
      await Promise.all(bus.subscriptions.map((it) => it.whenIdle()));
      assertEquals(log.counts.failed, 0);
    };
    await run((bus) => {
      refuse(bus, LATE_US - 1);
      warn(bus, "no outcome");
      refuse(bus, LATE_US);
      refuse(bus, LATE_US + 1);
      refuse(bus, LATE_US, "MSFT");
    });
    assertEquals(namesBelow(folder), ["2024-01-05.jsonl", "2024-01-08.jsonl"]);
    assertEquals(linesOf(`${folder}/2024-01-05.jsonl`).length, 3);
    Deno.writeTextFileSync(`${folder}/2024-01-05.jsonl`, '{"half', { append: true });
    await run((bus) => refuse(bus, LATE_US));
    await run((bus) => refuse(bus, LATE_US));
    const lines = Deno.readTextFileSync(`${folder}/2024-01-05.jsonl`).trimEnd().split("\n");
    assertEquals(lines.map((line) => line === '{"half' ? "torn" : "whole"), [
      "whole",
      "whole",
      "whole",
      "torn",
      "whole",
      "whole",
    ]);
    const last = JSON.parse(lines.at(-1)!) as SandbarEvent<"RISK_REFUSED">;
    assertEquals(
      [last.type, last.data.rule, last.data.measured],
      ["RISK_REFUSED", "max_position_pct", 25.2],
    );
  });
});

Deno.test("decision log: the level chooses all outcomes, refusals and trades, or none", async () => {
  await inFolder(async (folder) => {
    for (const [level, lines] of [["INFO", 2], ["WARNING", 1], ["ERROR", 0]] as const) {
      const bus = new EventBus();
      await using log = new DecisionLog({
        bus,
        folder: `${folder}/${level}`,
        level,
        sessionDateOf: () => "2024-01-05",
      });
      refuse(bus, LATE_US);
      bus.publish("DECISION_MADE", {
        strategy: "sma",
        symbol: "AAPL",
        intent: "target 100",
        outcome: "unchanged",
        reason: null,
        measured: null,
        limit: null,
        clientId: null,
      }, { timeUs: LATE_US, source: "engine" });
      await Promise.all(bus.subscriptions.map((it) => it.whenIdle()));
      assertEquals(log.counts.written, lines, level);
    }
  });
});
