import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CommandAnswer, OrderView, StatusView } from "../../lib/live/control/mod.ts";
import { HaltFile } from "../../lib/live/control/mod.ts";
import { inFolder, namesBelow } from "../data/folder.ts";
import { ORDER, POSITION, STATUS } from "../live/control/running_account.ts";
import { assertRefused, type Ran, run } from "./command.ts";

/** A served account in a process of its own. */
interface Process {
  readonly pid: number;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Its exit code, once it has ended by itself. */
  readonly code: Promise<number>;
}

/** Runs a test beside a process that serves account `paper` of `state/`. */
async function beside(
  test: (folder: string, process: Process) => Promise<void>,
  mood = "",
): Promise<void> {
  await inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/state/paper`, { recursive: true });
    const process = await serve(folder, mood);
    try {
      await test(folder, process);
    } finally {
      await process.kill();
    }
  });
}

async function serve(
  folder: string,
  mood: string,
  env: Record<string, string> = {},
): Promise<Process> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--frozen",
      "--allow-read",
      `--allow-write=${folder}`,
      "--allow-net=127.0.0.1",
      "tests/live/control/serve_account.ts",
      `${folder}/state/paper`,
      mood,
    ],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader(), first = await reader.read();
  assertStringIncludes(new TextDecoder().decode(first.value), "listening");
  let isOver = false;
  const code = child.status.then((status) => {
    isOver = true;
    return status.code;
  });
  return {
    pid: child.pid,
    code,
    kill: async () => {
      if (!isOver) child.kill("SIGKILL");
      await code;
      await reader.cancel();
    },
  };
}

function done(ran: Ran): string {
  assertEquals([ran.code, ran.stderr], [0, ""]);
  return ran.stdout.trimEnd();
}

Deno.test("e2e: status, orders and positions show the account, as lines and as JSON (ENG-11)", async () => {
  await beside(async (folder, { pid }) => {
    const status = done(await run(folder, "control", "status"));
    assertStringIncludes(
      status,
      "ready · account paper · paper money · broker paper · feed recorded",
    );
    assertStringIncludes(status, "equity 100,212.50   cash 81,962.50   today -87.50 (-0.09 %)");
    const json = JSON.parse(done(await run(folder, "control", "status", "--json"))) as StatusView;
    assertEquals(json, { ...STATUS, pid });
    const orders = done(await run(folder, "control", "orders"));
    assertEquals(orders.split("\n"), [
      "time                 symbol  book  side  quantity  filled  terms          state             id",
      "2024-01-05 15:29:00  AAPL    sma   sell       100      40  limit 183 day  partially filled  sbmain-k3x9q2-sma-17",
    ]);
    assertEquals(
      JSON.parse(done(await run(folder, "control", "orders", "--json"))) as OrderView[],
      [ORDER],
    );
    const positions = done(await run(folder, "control", "positions"));
    assertEquals(positions.split("\n"), [
      "symbol  book  quantity  average    mark      value   profit  weight",
      "AAPL    sma        100   181.25  182.50  18,250.00  +125.00  18.2 %",
    ]);
    assertEquals(JSON.parse(done(await run(folder, "control", "positions", "--json"))), [POSITION]);
  });
});

Deno.test("e2e: pause, flatten, assign and reconcile say what became of them, and refusals have their exit codes (RSK-22, CLI-07)", async () => {
  await beside(async (folder) => {
    assertEquals(
      done(await run(folder, "control", "pause", "--reason", "lunch")),
      "paused: no new risk",
    );
    assertStringIncludes(done(await run(folder, "control", "status")), "paused: lunch");
    assertEquals(done(await run(folder, "control", "resume")), "resumed");
    assertEquals(done(await run(folder, "control", "flatten")), "1 position is being closed");
    assertEquals(
      done(await run(folder, "control", "assign", "AAPL", "-100", "sma")),
      "-100 AAPL are in the book of sma",
    );
    const answer = await run(folder, "control", "assign", "AAPL", "1", "smb", "--json");
    assertEquals(answer.code, 2);
    assertEquals((JSON.parse(answer.stdout) as CommandAnswer).outcome, "refused");
    const unavailable = await run(folder, "control", "reconcile");
    assertRefused(unavailable, 3, "the broker does not answer; try again");
    assertEquals(unavailable.stdout, "");
  });
});

Deno.test("e2e: a tripped kill switch refuses resume with exit 6 until it is re-armed with a reason (RSK-03, CLI-07)", async () => {
  await beside(async (folder) => {
    assertRefused(await run(folder, "control", "resume"), 6, "resume --rearm lifts it");
    assertRefused(await run(folder, "control", "resume", "--rearm"), 2, "--rearm needs --reason");
    assertEquals(
      done(await run(folder, "control", "resume", "--rearm", "--reason", "checked")),
      "resumed",
    );
  }, "killed");
});

Deno.test("e2e: halt leaves the HALT file and tells the process; resume removes it (RSK-14)", async () => {
  await beside(async (folder) => {
    const file = new HaltFile(`${folder}/state/paper`);
    const halted = await run(folder, "control", "halt", "--reason", "storm", "--who", "ana");
    assertEquals(done(halted), "halted: only what reduces positions leaves");
    const read = file.read();
    assertEquals(read.isHalted && [read.reason, read.who], ["storm", "ana"]);
    assertStringIncludes(done(await run(folder, "control", "status")), "halted: storm");
    assertEquals(done(await run(folder, "control", "resume")), "resumed");
    assertEquals(file.read(), { isHalted: false });
  });
});

Deno.test("e2e: after a crash nobody answers, halt still leaves its file, and every command says so (RSK-14)", async () => {
  await beside(async (folder, process) => {
    await process.kill();
    assertEquals(namesBelow(`${folder}/state/paper`), ["control.json"]);
    assertRefused(
      await run(folder, "control", "status"),
      3,
      `Nobody answers: process ${process.pid} of account paper is gone without an orderly stop.`,
    );
    assertRefused(
      await run(folder, "control", "halt", "--reason", "gone"),
      3,
      "Nobody answers",
      "The HALT file is there by ",
      ": gone. The next start is halted.",
    );
    assertRefused(
      await run(folder, "control", "resume"),
      3,
      "Nobody answers",
      "HALT file is there",
    );
    assertEquals(new HaltFile(`${folder}/state/paper`).read().isHalted, true);
    // The next process takes the place over.
    const next = await serve(folder, "");
    assertEquals(done(await run(folder, "control", "resume")), "resumed");
    assertEquals(done(await run(folder, "control", "stop")), "stopping");
    assertEquals(await next.code, 0);
    await next.kill();
    assertEquals(namesBelow(`${folder}/state/paper`), []);
  });
});

Deno.test("e2e: without a process, an account or a state folder the message says what is there", async () => {
  await inFolder(async (folder) => {
    assertRefused(
      await run(folder, "control", "status"),
      3,
      "No account paper in state; nothing has run there",
    );
    Deno.mkdirSync(`${folder}/elsewhere/DU123`, { recursive: true });
    const place = ["--state", "elsewhere"];
    assertRefused(
      await run(folder, "control", "halt", ...place, "--account", "DU132"),
      3,
      'No account DU132 in elsewhere; there is DU123 (did you mean "DU123"?)',
    );
    assertRefused(
      await run(folder, "control", "positions", ...place, "--account", "DU123"),
      3,
      "Nobody answers: nothing runs under account DU123.",
    );
    assertRefused(
      await run(folder, "control", "status", "--account", "../x"),
      2,
      "--account: found",
    );
    assertEquals(namesBelow(folder), [], "a misspelt account is not halted");
  });
});

Deno.test("e2e: unknown commands and options name the nearest (CLI-01)", async () => {
  await inFolder(async (folder) => {
    const rows: [string[], ...string[]][] = [
      [["statsu"], "Unknown command 'statsu'. Did you mean status? There is status, orders,"],
      [[], "Unknown command ''. There is status,"],
      [["constructor"], "Unknown command 'constructor'. There is"],
      [["status", "--acount", "x"], "Unknown option '--acount'", "Did you mean --account?"],
      [["status", "--reason", "x"], "Unknown option '--reason'"],
      [["pause", "--rearm"], "Unknown option '--rearm'"],
      [["pause", "now"], "Too many arguments"],
      [["assign", "AAPL"], "Missing required argument 'quantity'"],
    ];
    for (const [args, ...words] of rows) {
      assertRefused(await run(folder, "control", ...args), 2, ...words);
    }
    const help = done(await run(folder, "control", "halt", "--help"));
    assertStringIncludes(help, "Usage: deno task halt [options]");
    assertStringIncludes(help, "6 refused while halted");
    assertEquals(Math.max(...help.split("\n").map((line) => line.length)) <= 120, true);
  });
});

Deno.test("e2e: a proxy of the environment never sees the token (ENG-11)", async () => {
  await beside(async (folder) => {
    using proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    let asked = 0;
    const listening = (async () => {
      for await (const connection of proxy) {
        asked++;
        connection.close();
      }
    })();
    const url = `http://127.0.0.1:${proxy.addr.port}`;
    const ran = await run(folder, "control", "status", "--json");
    assertEquals(ran.code, 0);
    const behind = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--frozen",
        "--permission-set=control",
        "scripts/control.ts",
        "status",
        "--json",
      ],
      env: { INIT_CWD: folder, HTTP_PROXY: url, http_proxy: url, ALL_PROXY: url, NO_PROXY: "" },
    }).output();
    assertEquals(new TextDecoder().decode(behind.stdout), ran.stdout);
    assertEquals(asked, 0);
    proxy.close();
    await listening;
  });
});

Deno.test("e2e: the environment cannot send the control server to another address (ENG-11)", async () => {
  await inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/state/paper`, { recursive: true });
    for (const net of ["127.0.0.1", "127.0.0.1,0.0.0.0"]) {
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--frozen",
          "--allow-read",
          `--allow-write=${folder}`,
          `--allow-net=${net}`,
          "tests/live/control/serve_account.ts",
          `${folder}/state/paper`,
        ],
        env: { DENO_SERVE_ADDRESS: "tcp:0.0.0.0:0" },
      }).output();
      assertEquals(code, 1);
      assertStringIncludes(new TextDecoder().decode(stderr), "DENO_SERVE_ADDRESS names");
    }
    assertEquals(namesBelow(folder), []);
  });
});
