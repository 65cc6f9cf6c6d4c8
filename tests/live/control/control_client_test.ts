import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SandbarError } from "../../../lib/core/mod.ts";
import {
  accountFolder,
  ControlClient,
  ControlFile,
  type ControlNote,
  type OrderView,
} from "../../../lib/live/control/mod.ts";
import { runningIn } from "../../../lib/live/control/control_file.ts";
import { inFolder } from "../../data/folder.ts";
import { NOON_US, ORDER } from "./running_account.ts";
import { served } from "./served.ts";

/** No test waits for a time; where one must pass, the test ends the wait. */
const PATIENT = (): AbortSignal => new AbortController().signal;

function noteFor(port: number): ControlNote {
  return {
    account: "paper",
    port,
    token: "secret-token-of-a-dead-process",
    instance: "i-1",
    pid: 4711,
    startedUs: NOON_US,
  };
}

Deno.test("control client: asks and orders by the file of the account (ENG-11)", async () => {
  await served(async ({ folder, account }) => {
    const client = new ControlClient("paper", folder, PATIENT);
    assertEquals(await client.view<readonly OrderView[]>("orders"), {
      kind: "answer",
      value: [ORDER],
    });
    const command = { kind: "halt", who: "ana", why: "wrong prices" } as const;
    assertEquals(await client.command(command), {
      kind: "answer",
      value: {
        outcome: "done",
        message: "halted: only what reduces positions leaves",
        sequence: 813,
        state: "halted",
      },
    });
    assertEquals(account.commands, [command]);
    assertEquals(await client.view("nothing"), {
      kind: "fault",
      status: 404,
      message: "no /nothing here",
    });
    assertEquals(await client.command({ ...command, why: "" }), {
      kind: "fault",
      status: 400,
      message: "why: give a reason of 1 to 500 characters",
    });
  });
});

Deno.test("control file: whoever may hold the state of other accounts is named, and what is no such file is passed over", () =>
  inFolder((folder) => {
    assertEquals(runningIn(`${folder}/none`), []);
    for (const name of ["paper", "other", "broken"]) Deno.mkdirSync(`${folder}/${name}`);
    new ControlFile(`${folder}/paper`).write(noteFor(5000));
    Deno.writeTextFileSync(`${folder}/broken/control.json`, "{");
    assertEquals(runningIn(folder), ["process 4711 of account paper"]);
  }));

Deno.test("control client: no file, no note in it, and the file of a dead process are told apart (ENG-11)", async () => {
  await inFolder(async (folder) => {
    const client = new ControlClient("paper", folder, PATIENT), file = new ControlFile(folder);
    assertEquals(await client.view("status"), {
      kind: "silence",
      silence: "absent",
      message: "nothing runs under account paper",
    });
    for (const text of ["", "{}", "[]", "null", '{"port":0}', '{"port":70000,"token":"x"}']) {
      Deno.writeTextFileSync(file.path, text);
      const reply = await client.view("status");
      assertEquals(reply.kind === "silence" && reply.silence, "absent", text);
    }
    Deno.removeSync(file.path);
    Deno.mkdirSync(file.path);
    await assertRejects(() => client.view("status"), SandbarError, `Cannot read ${file.path}`);
    Deno.removeSync(file.path);
    // A port that was free a moment ago, of a listener that is gone.
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    file.write(noteFor(port));
    assertEquals(await client.view("status"), {
      kind: "silence",
      silence: "dead",
      message: "process 4711 of account paper is gone without an orderly stop",
    });
  });
});

Deno.test("control client: another program on the port of a dead process is not believed (ENG-11)", async () => {
  await inFolder(async (folder) => {
    await using other = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => undefined },
      () => Response.json({ state: "ready" }),
    );
    new ControlFile(folder).write(noteFor(other.addr.port));
    assertEquals(await new ControlClient("paper", folder, PATIENT).view("status"), {
      kind: "silence",
      silence: "foreign",
      message: `process 4711 of account paper is gone: port ${other.addr.port} is somebody else's`,
    });
  });
});

Deno.test("control client: a process that takes the question and never answers hangs (ENG-11)", async () => {
  await inFolder(async (folder) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    new ControlFile(folder).write(noteFor(listener.addr.port));
    const wait = new AbortController(), limits: number[] = [];
    const client = new ControlClient("paper", folder, (limitMs) => {
      limits.push(limitMs);
      return wait.signal;
    });
    const reply = client.view("status");
    using connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    wait.abort();
    assertEquals(await reply, {
      kind: "silence",
      silence: "hung",
      message: "process 4711 of account paper does not answer (waited 5 s)",
    });
    assertEquals(limits, [5000]);
  });
});

Deno.test("control client: a process that dies while it answers is silent too (ENG-11)", async () => {
  await inFolder(async (folder) => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    new ControlFile(folder).write(noteFor(listener.addr.port));
    const reply = new ControlClient("paper", folder, PATIENT).view("status");
    const connection = await listener.accept();
    await connection.read(new Uint8Array(4096));
    connection.close();
    assertEquals(await reply, {
      kind: "silence",
      silence: "dead",
      message: "process 4711 of account paper closed the connection without an answer",
    });
  });
});

Deno.test("account folder: a name that would lead elsewhere is refused", () => {
  assertEquals(accountFolder("/s", "paper"), "/s/paper");
  assertEquals(accountFolder("/s", "DU-1_a"), "/s/DU-1_a");
  for (const name of ["", ".", "..", "a/b", "../x", "a.b", "-a", "a b", "x".repeat(33), "é"]) {
    assertThrows(() => accountFolder("/s", name), SandbarError, "--account: found");
  }
});
