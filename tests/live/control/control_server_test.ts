import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { SimulatedClock } from "../../../lib/clock/mod.ts";
import { SandbarError } from "../../../lib/core/mod.ts";
import {
  type CommandAnswer,
  ControlFile,
  ControlServer,
  MAX_COMMANDS,
  type OperatorCommand,
} from "../../../lib/live/control/mod.ts";
import { EventBus } from "../../../lib/observe/mod.ts";
import { inFolder, namesBelow } from "../../data/folder.ts";
import { NOON_US, ORDER, POSITION, RunningAccount, STATUS } from "./running_account.ts";
import { answerOf, ask, type Asked, readUntil, requestOf, served, write } from "./served.ts";

const PAUSE = { kind: "pause", who: "ana", why: "lunch" };

function posted(command: unknown): Asked {
  return { method: "POST", path: "/command", body: JSON.stringify(command) };
}

Deno.test("ENG-11 control.json: port and token, readable by its owner alone, gone after the stop", async () => {
  let folderOf = "", portOf = 0;
  await served(async ({ folder, note, server }) => {
    assertEquals([note.port, note.account, note.pid], [server.port, "paper", Deno.pid]);
    assertEquals(note.startedUs, NOON_US);
    assertEquals(/^[0-9a-f]{64}$/.test(note.token), true);
    assertEquals(Deno.statSync(`${folder}/control.json`).mode! & 0o777, 0o600);
    assertEquals(namesBelow(folder), ["control.json"], "no temporary file is left");
    assertEquals((await ask(note)).status, 200);
    [folderOf, portOf] = [folder, note.port];
    await server[Symbol.asyncDispose]();
    assertEquals(namesBelow(folder), []);
  });
  assertEquals(folderOf !== "" && portOf > 0, true);
  await assertRejects(
    () => Deno.connect({ hostname: "127.0.0.1", port: portOf }),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("ENG-11 two accounts and two runs never share a token, and a run leaves the file of another alone", async () => {
  await served(async (first) => {
    await served(async (second) => {
      assertEquals(first.note.token === second.note.token, false);
      assertEquals((await ask({ ...first.note, token: second.note.token })).status, 401);
      const other = { ...second.note, instance: "another run" };
      new ControlFile(first.folder).write(other);
      await first.server[Symbol.asyncDispose]();
      assertEquals(new ControlFile(first.folder).read(), other);
    });
  });
});

Deno.test("ENG-11 loopback: the socket listens on 127.0.0.1 alone", async () => {
  await served(async ({ note }) => {
    const { stdout } = await new Deno.Command("prlimit", {
      args: ["--core=0", "cat", "/proc/net/tcp", "/proc/net/tcp6"],
    }).output();
    const port = note.port.toString(16).toUpperCase().padStart(4, "0");
    // Local address, remote address, state; 0A listens.
    const listening = new TextDecoder().decode(stdout).split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${port}`) && fields[3] === "0A");
    assertEquals(listening.map((fields) => fields[1]), [`0100007F:${port}`]);
  });
});

/** What strangers try; none is read, and none learns more than that it was refused. */
const STRANGERS: readonly (readonly [name: string, asked: Asked, status: number])[] = [
  ["no token", { headers: { authorization: null } }, 401],
  ["an empty token", { headers: { authorization: "Bearer " } }, 401],
  ["a wrong token", { headers: { authorization: `Bearer ${"0".repeat(64)}` } }, 401],
  ["another scheme", { headers: { authorization: "Basic YTpi" } }, 401],
  ["a token of 300 letters", { headers: { authorization: `Bearer ${"0".repeat(300)}` } }, 401],
  ["a name that points here", { headers: { host: "evil.example" } }, 403],
  ["a name with our port", { headers: { host: "evil.example:PORT" } }, 403],
  ["localhost", { headers: { host: "localhost:PORT" } }, 403],
  ["another port", { headers: { host: "127.0.0.1:1" } }, 403],
  ["no port", { headers: { host: "127.0.0.1" } }, 403],
  ["a web page", { headers: { origin: "http://127.0.0.1:PORT" } }, 403],
  ["a web page without origin", { headers: { "sec-fetch-site": "same-origin" } }, 403],
];

Deno.test("ENG-11 strangers: without the token, by another name or from a web page, nothing is read or done", async (t) => {
  await served(async ({ note, account, server }) => {
    for (const [name, { headers = {} }, status] of STRANGERS) {
      await t.step(name, async () => {
        const sent = Object.fromEntries(
          Object.entries(headers).map((
            [key, value],
          ) => [key, value?.replace("PORT", String(note.port)) ?? null]),
        );
        const before = server.refused;
        for (const asked of [{ path: "/status" }, { path: "/nothing" }, posted(PAUSE)]) {
          const answer = await ask(note, { ...asked, headers: sent });
          assertEquals([answer.status, answer.headers["sandbar-instance"]], [status, undefined]);
          assertEquals(Object.keys(JSON.parse(answer.text) as object), ["error"]);
          assertEquals(answer.text.includes(note.token), false);
        }
        assertEquals(server.refused - before, 3);
      });
    }
    await t.step("a part of the token, and the token with more", async () => {
      for (const token of [note.token.slice(0, -1), `${note.token}0`, note.token.toUpperCase()]) {
        assertEquals((await ask({ ...note, token })).status, 401, token);
      }
    });
    assertEquals(account.commands, []);
    assertEquals((await ask(note)).status, 200);
  });
});

Deno.test("ENG-11 views: status, orders, positions, risk, health and decisions are what the account shows", async () => {
  await served(async ({ note, bus }) => {
    const origin = { timeUs: NOON_US, source: "test" };
    bus.publish("KILL_SWITCH_RESET", {}, origin);
    bus.publish("TRADE_CANCELLED", {
      strategy: "sma",
      symbol: "AAPL",
      state: "cancelled",
      quantity: "100",
      filled: "0",
      reason: null,
      clientId: "c-1",
    }, origin);
    const view = async (path: string): Promise<unknown> => {
      const answer = await ask(note, { path });
      assertEquals([answer.status, answer.headers["cache-control"]], [200, "no-store"]);
      assertEquals(answer.headers["sandbar-instance"], note.instance);
      return JSON.parse(answer.text);
    };
    assertEquals(await view("/status"), { ...STATUS, pid: Deno.pid });
    const status = { ...STATUS, pid: Deno.pid };
    assertEquals(await view("/account"), { status, orders: [ORDER], positions: [POSITION] });
    assertEquals(await view("/orders"), [ORDER]);
    assertEquals(await view("/positions"), [POSITION]);
    assertEquals(await view("/risk"), STATUS.risk);
    assertEquals(await view("/health"), { isReady: true, state: "ready", reasons: [] });
    assertEquals((await view("/decisions") as { type: string }[]).map(({ type }) => type), [
      "TRADE_CANCELLED",
    ]);
  });
});

Deno.test("ENG-11 paths: an unknown one names the nearest, a wrong method the right one", async () => {
  await served(async ({ note }) => {
    const rows: [Asked, number, string][] = [
      [{ path: "/statu" }, 404, 'did you mean "/status"?'],
      [{ path: "/constructor" }, 404, "no /constructor here"],
      [{ path: "/" }, 404, "no / here"],
      [{ path: "/status", method: "POST" }, 405, "/status takes GET"],
      [{ path: "/command" }, 405, "/command takes POST"],
      [{ path: "/events?after=x" }, 400, "after: give the sequence of an event"],
    ];
    for (const [asked, status, words] of rows) {
      const answer = await ask(note, asked);
      assertEquals(answer.status, status, asked.path);
      assertStringIncludes((JSON.parse(answer.text) as { error: string }).error, words);
    }
  });
});

Deno.test("ENG-11 command: arrives with who and why, and its answer says what became of it", async () => {
  await served(async ({ note, account }) => {
    account.isKilled = true;
    const resume = { kind: "resume", who: "ana", why: "checked" };
    const rearm = { ...resume, rearm: true };
    const assign = {
      kind: "assign",
      who: "ana",
      why: "mine",
      symbol: "AAPL",
      quantity: "-2.5",
      strategy: "sma",
    };
    const answers = [];
    for (const command of [PAUSE, resume, rearm, assign]) {
      const { status, text } = await ask(note, posted(command));
      answers.push([status, JSON.parse(text) as CommandAnswer]);
    }
    assertEquals(answers, [
      [200, { outcome: "done", message: "paused: no new risk", sequence: 813, state: "paused" }],
      [409, {
        outcome: "refused",
        refusal: "halted",
        message: "the kill switch is tripped; resume --rearm lifts it",
        sequence: 814,
        state: "paused",
      }],
      [200, { outcome: "done", message: "resumed", sequence: 815, state: "ready" }],
      [200, {
        outcome: "done",
        message: "-2.5 AAPL are in the book of sma",
        sequence: 816,
        state: "ready",
      }],
    ]);
    assertEquals(account.commands, [PAUSE, resume, rearm, assign] as OperatorCommand[]);
  });
});

/** Bodies that are no command, with the words of the refusal. */
const BAD_COMMANDS: readonly (readonly [body: string, words: string])[] = [
  ["{", "the command is not JSON"],
  ["", "the command is not JSON"],
  ["[]", "a command is one JSON object"],
  ["null", "a command is one JSON object"],
  ['{"kind":"puase","who":"a","why":"b"}', 'unknown command "puase" (did you mean "pause"?)'],
  ['{"kind":"constructor","who":"a","why":"b"}', 'unknown command "constructor"'],
  ['{"kind":"pause","who":"a","why":"b","wy":1}', 'unknown field wy (did you mean "why"?)'],
  ['{"kind":"pause","who":"","why":"b"}', "who: give 1 to 64 characters"],
  ['{"kind":"pause","who":"a"}', "why: give a reason"],
  ['{"kind":"halt","who":"a","why":"  "}', "why: give a reason"],
  ['{"kind":"halt","who":"a","why":"b\\u001b[2J"}', "why: give a reason"],
  [`{"kind":"halt","who":"a","why":"${"b".repeat(501)}"}`, "why: give a reason of 1 to 500"],
  ['{"kind":"resume","who":"a","why":"b","rearm":1}', "rearm: give true or false"],
  ['{"kind":"pause","who":"a","why":"b","rearm":true}', "rearm: only resume re-arms"],
  ['{"kind":"pause","who":"a","why":"b","symbol":"X"}', "symbol: only assign has it"],
  ['{"kind":"assign","who":"a","why":"b"}', "symbol: give the symbol"],
  ...["1e3", "0", "-0.0", "1.", "+1", "", "0x10"].map((quantity) =>
    [
      JSON.stringify({
        kind: "assign",
        who: "a",
        why: "b",
        symbol: "X",
        quantity,
        strategy: "s",
      }),
      "quantity: ",
    ] as const
  ),
  ['{"kind":"assign","who":"a","why":"b","symbol":"X","quantity":"1"}', "strategy: give the id"],
];

Deno.test("ENG-11 command: what is none is refused with its fault and never reaches the account", async (t) => {
  await served(async ({ note, account }) => {
    for (const [body, words] of BAD_COMMANDS) {
      await t.step(body.slice(0, 80), async () => {
        const answer = await ask(note, {
          method: "POST",
          path: "/command",
          body,
          headers: { "content-length": String(body.length) },
        });
        assertEquals(answer.status, 400, answer.text);
        assertStringIncludes((JSON.parse(answer.text) as { error: string }).error, words);
      });
    }
    assertEquals(account.commands, []);
  });
});

Deno.test("ENG-11 bound: a body of more than 4,096 bytes is not read on, told in advance or not", async () => {
  await served(async ({ note, account }) => {
    const long = JSON.stringify({ ...PAUSE, why: "x".repeat(4096) });
    assertEquals((await ask(note, { method: "POST", path: "/command", body: long })).status, 413);
    const pieces = `${"800\r\n" + "x".repeat(2048) + "\r\n"}`.repeat(100);
    const answer = await ask(note, {
      method: "POST",
      path: "/command",
      body: `${pieces}0\r\n\r\n`,
      headers: { "transfer-encoding": "chunked", "content-length": null },
    });
    assertEquals(answer.status, 413);
    assertEquals(account.commands, []);
    assertEquals((await ask(note, posted(PAUSE))).status, 200);
  });
});

/** An account whose commands wait until they are let go. */
class WaitingAccount extends RunningAccount {
  readonly gate = Promise.withResolvers<void>();
  /** Resolves when this many commands are at work. */
  readonly full = Promise.withResolvers<void>();
  #working = 0;

  override async command(command: OperatorCommand): Promise<CommandAnswer> {
    if (++this.#working === MAX_COMMANDS) this.full.resolve();
    await this.gate.promise;
    return await super.command(command);
  }
}

Deno.test("ENG-11 bound: the seventeenth command at work is told to come again, and views go on", async () => {
  await served(async ({ note, account }) => {
    const waiting = account as WaitingAccount;
    const working = Array.from({ length: MAX_COMMANDS }, () => ask(note, posted(PAUSE)));
    await waiting.full.promise;
    const more = await ask(note, posted(PAUSE));
    assertEquals(more.status, 503);
    assertStringIncludes(more.text, "16 commands are at work");
    assertEquals((await ask(note)).status, 200);
    waiting.gate.resolve();
    assertEquals((await Promise.all(working)).map(({ status }) => status), Array(16).fill(200));
    assertEquals((await ask(note, posted(PAUSE))).status, 200);
  }, (folder) => new WaitingAccount(folder));
});

/** An account that notices when a command has come, and never ends it unless it is let go. */
class SlowAccount extends RunningAccount {
  readonly gate = Promise.withResolvers<void>();
  readonly begun = Promise.withResolvers<void>();

  override async command(command: OperatorCommand): Promise<CommandAnswer> {
    this.begun.resolve();
    await this.gate.promise;
    return await super.command(command);
  }
}

Deno.test("ENG-11 stop: an answer on its way arrives before the server is gone", async () => {
  await served(async ({ note, account, server }) => {
    const slow = account as SlowAccount, answer = ask(note, posted(PAUSE));
    await slow.begun.promise;
    const closed = server[Symbol.asyncDispose]();
    slow.gate.resolve();
    assertEquals((await answer).status, 200);
    await closed;
  }, (folder) => new SlowAccount(folder));
});

Deno.test("ENG-11 stop: a command that never ends holds the server up for a second at most", async () => {
  await served(async ({ note, account, server, clock }) => {
    const slow = account as SlowAccount;
    const answer = ask(note, posted(PAUSE))
      .then(({ status }) => Number.isNaN(status) ? "cut" : "answered", () => "cut");
    await slow.begun.promise;
    const closed = server[Symbol.asyncDispose]();
    await clock.advance(999_999);
    assertEquals(await Promise.race([closed, Promise.resolve("open")]), "open");
    await clock.advance(1);
    await closed;
    assertEquals(await answer, "cut");
    slow.gate.resolve();
  }, (folder) => new SlowAccount(folder));
});

/** An account with a defect. */
class BrokenAccount extends RunningAccount {
  override orders(): never {
    throw new TypeError("orders of undefined");
  }
}

Deno.test("ENG-06 a defect of a view is told as an event, and the server goes on", async () => {
  await served(async ({ note, bus }) => {
    const answer = await ask(note, { path: "/orders" });
    assertEquals(answer.status, 500);
    assertEquals(answer.text.includes("undefined"), false);
    const [event] = bus.recent({ types: ["ERROR"] });
    assertStringIncludes((event!.data as { message: string }).message, "orders of undefined");
    assertEquals((await ask(note)).status, 200);
  }, (folder) => new BrokenAccount(folder));
});

Deno.test("ENG-11 start: a port that is taken, and a folder that cannot be written, say so and leave nothing", async () => {
  await served(async ({ note }) => {
    await inFolder(async (folder) => {
      const options = {
        controlled: new RunningAccount(folder),
        bus: new EventBus(),
        clock: new SimulatedClock(NOON_US),
        account: "paper",
        folder,
      };
      assertThrows(
        () => new ControlServer({ ...options, port: note.port }),
        SandbarError,
        `control.port: ${note.port} is taken`,
      );
      assertEquals(namesBelow(folder), []);
      Deno.writeTextFileSync(`${folder}/file`, "");
      assertThrows(
        () => new ControlServer({ ...options, folder: `${folder}/file/deep`, port: 0 }),
        SandbarError,
        "control.json",
      );
      await Promise.resolve();
    });
  });
});

Deno.test("ENG-11 two requests on one connection are two requests, each with its token", async () => {
  await served(async ({ note }) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: note.port });
    await write(connection, requestOf(note, { path: "/risk", headers: { connection: null } }));
    assertEquals(answerOf(await readUntil(connection, /"maxGrossPct":100\}/)).status, 200);
    await write(connection, requestOf(note, { headers: { authorization: null } }));
    assertEquals(answerOf(await readUntil(connection, /\}/)).status, 401);
  });
});
