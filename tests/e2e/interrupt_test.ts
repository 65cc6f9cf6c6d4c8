import { assertEquals } from "@std/assert";
import { inFolder, namesBelow, write } from "../data/folder.ts";
import { assertRefused, processesOf, signalGroup, start, strategy } from "./command.ts";

/** Ticks of computing (1/100 s) after which the strategy's process must be in its endless loop: it comes up in less than 10. */
const BUSY_TICKS = 40;

const WAYS: readonly (readonly [name: string, signal: "INT" | "TERM", everybody: boolean])[] = [
  ["Ctrl-C in a terminal, which reaches the sandbox too", "INT", true],
  ["an interrupt of the command alone", "INT", false],
  ["a request to end", "TERM", false],
];

Deno.test("e2e: an interrupted run ends with 130, without child and files (CLI-06)", async (t) => {
  await inFolder(async (folder) => {
    write(
      folder,
      "loop.ts",
      strategy("loop", "      onBar(): void {\n        for (;;);\n      },"),
    );
    write(folder, "patient.yaml", "sandbox: { stall_ms: 600000 }\n");
    for (const [name, signal, everybody] of WAYS) {
      await t.step(name, async () => {
        const args = ["loop.ts", "--config", "patient.yaml", "--out", "result", "--json"];
        const running = start(folder, "backtest", args);
        let busy = false;
        while (!busy) {
          const processes = await processesOf(running.pid);
          assertEquals(
            processes.some(({ pid }) => pid === running.pid),
            true,
            "the command is running",
          );
          busy = processes.some(({ parent, ticks }) =>
            parent === running.pid && ticks > BUSY_TICKS
          );
        }
        if (everybody) await signalGroup(running.pid, signal);
        else running.interrupt(`SIG${signal}`);
        const ran = await running.result;
        assertRefused(ran, 130, "Interrupted: nothing was written");
        assertEquals(JSON.parse(ran.stdout).verdict.kind, "interrupted");
        assertEquals(await processesOf(running.pid), []);
        assertEquals(namesBelow(folder), ["loop.ts", "patient.yaml"]);
        assertEquals([...Deno.readDirSync(folder)].length, 2);
      });
    }
  });
});
