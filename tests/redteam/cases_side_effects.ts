/**
 * Cases 45 to 53: what the process and Deno's permissions stop alone, for code that has left the realm behind.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { DEFAULT_LIMITS, SealedChild } from "../../lib/sandbox/mod.ts";
import { BOOTSTRAP, childArguments, ENVIRONMENT } from "../../lib/sandbox/launcher.ts";
import { bareChild } from "./support/bare_child.ts";
import { type RedTeamCase, Skipped } from "./support/case.ts";
import { withSink } from "./support/sink.ts";
import { withFolder } from "./support/temporary_folder.ts";

/** Runs expressions in a bare child; returns `GOT ...` or the error's name of each. */
async function bare(
  expressions: readonly string[],
  options: Parameters<typeof bareChild.script>[1] = {},
): Promise<readonly string[]> {
  const result = await bareChild.script(
    `const list = [${expressions.map((each) => `async () => (${each})`).join(",\n")}];
const lines = [];
for (const each of list) try { lines.push("GOT " + String(await each())); } catch (error) { lines.push(error.name + ": " + error.message.slice(0, 60)); }
console.log(JSON.stringify(lines));`,
    options,
  );
  assertMatch(result.stdout, /^\[/, `${result.code} ${result.signal} ${result.stderr}`);
  return JSON.parse(result.stdout) as string[];
}

const DENIED =
  /^(NotCapable|NotADirectory|PermissionDenied|NotSupported|TypeError|Error|ReferenceError|AggregateError|Interrupted|DOMException|NotAllowedError)/;

export const SIDE_EFFECT_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-45",
    title: "environment, working directory, arguments seen from the bare child",
    expected: "no host variable, /, no host path",
    run: async () => {
      const found = await bare([
        "Deno.env.toObject()",
        "Deno.env.get('HOME')",
        "(await import('node:process')).env.HOME",
        "Deno.cwd()",
        "Deno.args.join()",
        "Deno.hostname()",
        "(await import('node:os')).userInfo().username",
      ]);
      assertMatch(found[0]!, DENIED);
      assertMatch(found[1]!, DENIED);
      assert(
        /^GOT undefined$|^GOT \/nonexistent$/.test(found[2]!) || DENIED.test(found[2]!),
        found[2],
      );
      assert(found[3] === "GOT /" || DENIED.test(found[3]!), found[3]);
      assertMatch(found[4]!, /^GOT (isolated|shared)$/);
      for (const each of found.slice(5)) assertMatch(each, DENIED);
      // With the right to look: the environment itself. A shell of the launcher adds where it stands.
      const held = await bareChild.script(
        "console.log(JSON.stringify(Deno.env.toObject()))",
        { change: allowing("env", "--allow-env") },
      );
      for (const [name, value] of Object.entries(JSON.parse(held.stdout))) {
        if (["PWD", "OLDPWD", "SHLVL", "_"].includes(name)) continue;
        assertEquals(value, ENVIRONMENT[name], name);
      }
      return `${found[3]}, arguments ${found[4]}, the rest denied`;
    },
  },
  {
    id: "RT-46",
    title: "writing anywhere",
    expected: "nothing written",
    run: () =>
      withFolder(async (folder) => {
        folder.write("kept.txt", "1");
        const before = listing(folder.path);
        const found = await bare([
          `Deno.writeTextFileSync(${JSON.stringify(folder.at("new.txt"))}, "x")`,
          `Deno.makeTempFileSync({ dir: ${JSON.stringify(folder.path)} })`,
          `Deno.makeTempFileSync()`,
          `(await import("node:fs")).writeFileSync(${JSON.stringify(folder.at("kept.txt"))}, "2")`,
          `Deno.truncateSync(${JSON.stringify(folder.at("kept.txt"))})`,
          `Deno.removeSync(${JSON.stringify(folder.at("kept.txt"))})`,
          `Deno.writeTextFileSync("/dev/shm/sandbar", "x")`,
        ]);
        for (const each of found) assertMatch(each, DENIED);
        assertEquals(listing(folder.path), before);
        // The operating system's limit stands without Deno's: a file grows by nothing.
        const file = folder.at("limited.txt");
        const limited = await bareChild.script(
          `try { Deno.writeTextFileSync(${
            JSON.stringify(file)
          }, "x"); console.log("written"); } catch (error) { console.log("refused"); }`,
          { change: allowing("write", `--allow-write=${folder.path}`) },
        );
        assert(limited.stdout.trim() !== "written", limited.stdout);
        assertEquals(Deno.readTextFileSync(file), "");
        return "denied by Deno; 0 bytes under the operating system's limit";
      }),
  },
  {
    id: "RT-47",
    title: "caches, localStorage, KV from the bare child",
    expected: "fail",
    run: async () => {
      const found = await bare([
        "(await caches.open('x')).put('http://x/', new Response('x'))",
        "localStorage.setItem('a', 'b')",
        "Deno.openKv()",
        "Deno.openKv(':memory:')",
        "new (await import('node:sqlite')).DatabaseSync('/tmp/x.db')",
      ]);
      for (const each of found) assertMatch(each, DENIED);
      return found[0]!;
    },
  },
  {
    id: "RT-48",
    title: "reaching the host by BroadcastChannel, Web Locks or signal listeners",
    expected: "nothing arrives",
    run: async () => {
      let heard = 0;
      const channel = new BroadcastChannel("sandbar");
      channel.onmessage = () => heard++;
      try {
        const found = await bare([
          "(() => { const c = new BroadcastChannel('sandbar'); c.postMessage('hello'); c.close(); return 'sent'; })()",
          "navigator.locks.request('sandbar', () => 'held')",
          "(() => { Deno.addSignalListener('SIGTERM', () => {}); return 'listens'; })()",
        ]);
        const held =
          await (navigator as unknown as { locks: { query(): Promise<{ held?: unknown[] }> } })
            .locks.query();
        assertEquals(heard, 0);
        assertEquals((held.held ?? []).length, 0);
        return `${found.join(", ")}; the host heard nothing`;
      } finally {
        channel.close();
      }
    },
  },
  {
    id: "RT-49",
    title: "signals to the host from the bare child",
    expected: "denied",
    run: async () => {
      const found = await bare([
        `Deno.kill(${Deno.pid}, "SIGCONT")`,
        "Deno.kill(Deno.ppid, 'SIGCONT')",
        `(await import("node:process")).kill(${Deno.pid}, 0)`,
        "new Deno.Command('kill', { args: ['-CONT', '1'] }).outputSync()",
      ]);
      for (const each of found) assertMatch(each, DENIED);
      return found[0]!;
    },
  },
  {
    id: "RT-50",
    title: "the bare child ends itself: signal, unflagged unstable API, panic, exit",
    expected: "child dead, host unharmed",
    run: async () => {
      const ends: string[] = [];
      for (
        const code of [
          "Deno.kill(Deno.pid, 'SIGKILL')",
          "Deno.serve({ cid: -1, port: 1 }, () => new Response())",
          "new Deno[Deno.internal].core.ops.Tray()",
          "Deno.exit(3)",
          "('x'.repeat(2 ** 28) + '0').split('')",
        ]
      ) {
        const { code: exit, signal } = await bareChild.script(code);
        assert(exit !== 0 || signal !== null, `${code} went on`);
        ends.push(signal ?? String(exit));
      }
      return `ended with ${ends.join(", ")}`;
    },
  },
  {
    id: "RT-51",
    title: "permission prompt on a terminal",
    expected: "never shown; state denied",
    run: async () => {
      const code =
        "console.log(['read', 'net', 'env', 'run'].map((name) => Deno.permissions.requestSync({ name }).state).join())";
      const { stdout, stderr } = await bareChild.script(code);
      assertEquals(stdout.trim(), "denied,denied,denied,denied", stderr);
      const script = await bareChild.run(["sh", "-c", "command -v script"]);
      if (script.code !== 0) {
        throw new Skipped("no pseudo-terminal: the program script (util-linux) is missing");
      }
      return await withFolder(async (folder) => {
        folder.write("ask.js", code);
        const line = [Deno.execPath(), ...childArguments(DEFAULT_LIMITS, folder.at("ask.js"))];
        const quoted = line.map((each) => `'${each}'`).join(" ");
        const result = await bareChild.run(["timeout", "5", "script", "-qec", quoted, "/dev/null"]);
        assertMatch(result.stdout, /denied,denied,denied,denied/, result.stderr);
        assert(!/Allow\?|requests/.test(result.stdout), result.stdout);
        return "denied on a pseudo-terminal, no prompt";
      });
    },
  },
  {
    id: "RT-52",
    title:
      "connection to loopback from the bare child, with net permission, inside its network namespace",
    expected: "unreachable",
    run: () =>
      withSink(async (sink) => {
        const code =
          `try { (await Deno.connect({ hostname: "127.0.0.1", port: ${sink.port} })).close(); console.log(Deno.args[0], "connected"); } catch (error) { console.log(Deno.args[0], error.name); }`;
        const change = allowing("net", "--allow-net");
        const shared = await bareChild.script(code, { change, networkNamespace: "off" });
        assertEquals(shared.stdout.trim(), "shared connected", shared.stderr);
        assertEquals(sink.requests(), 1);
        const isolated = await bareChild.script(code, { change });
        if (isolated.stdout.startsWith("shared")) {
          throw new Skipped("this system allows no network namespace (unshare --net)");
        }
        assertMatch(isolated.stdout, /^isolated (?!connected)/, isolated.stderr);
        assertEquals(sink.requests(), 1);
        await using child = SealedChild.start(DEFAULT_LIMITS);
        await child.open({ spec: SPEC, seriesCount: 0, seed: 0, freeze: true });
        assert(child.networkIsolated, "the strategy's child is not isolated");
        return isolated.stdout.trim();
      }),
  },
  {
    id: "RT-53",
    title: "start-up self-check of all eight permission kinds",
    expected: "all denied, else refuses to load",
    run: async () => {
      const kinds = ["read", "write", "net", "env", "run", "ffi", "sys", "import"];
      const found = await bare(
        kinds.map((name) => `Deno.permissions.querySync({ name: "${name}" }).state`),
      );
      assertEquals(found, kinds.map(() => "GOT denied"));
      // The bootstrap itself with one thing allowed: it says so and ends before it reads a command.
      for (const name of ["read", "net", "env", "sys"]) {
        const result = await bareChild.script("", {
          change: (args) => [...allowing(name, `--allow-${name}`)(args).slice(0, -1), BOOTSTRAP],
        });
        assertEquals(result.code, 1);
        assertMatch(
          result.stdout,
          new RegExp(`permission \\\\"${name}\\\\" is granted, not denied`),
        );
      }
      return "denied; with one granted it refuses";
    },
  },
  {
    id: "SB-01",
    title: "the host is killed while the strategy loops",
    expected: "the child ends with it",
    run: orphan,
  },
];

/** Kills a host whose strategy loops, and waits until the child is gone too. */
async function orphan(): Promise<string> {
  const setpriv = await bareChild.run(["setpriv", "--pdeathsig", "KILL", "true"]);
  if (setpriv.code !== 0) throw new Skipped("setpriv --pdeathsig (util-linux) is missing");
  return await withFolder(async (folder) => {
    // Says hello and answers one command, so that the host knows that it is up; then it loops.
    folder.write(
      "loop.js",
      `const text = new TextEncoder().encode('{"ok":true}');
for (const number of [0, 1]) { const head = new Uint32Array([11, number, text.length]); Deno.stdout.writeSync(new Uint8Array(head.buffer)); Deno.stdout.writeSync(text); }
for (;;);`,
    );
    const program = join(import.meta.dirname!, "support/lonely_host.ts");
    const host = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--no-check",
        "--allow-read",
        "--allow-run=prlimit",
        program,
        folder.at("loop.js"),
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = host.stdout.getReader(), { value } = await reader.read();
    const pid = new TextDecoder().decode(value).trim();
    assertMatch(pid, /^\d+$/);
    const lives = async (): Promise<boolean> =>
      (await bareChild.run([
        "sh",
        "-c",
        `kill -0 ${pid} 2>/dev/null && ! grep -q "^State:.Z" /proc/${pid}/status`,
      ])).code === 0;
    assert(await lives(), "the child has not begun");
    host.kill("SIGKILL");
    await host.status;
    await reader.cancel();
    const killed = performance.now();
    while (await lives()) {
      assert(performance.now() - killed < 3000, `child ${pid} outlived its host`);
    }
    return `child gone ${(performance.now() - killed).toFixed(0)} ms after its host`;
  });
}

/** An empty run: no series, no sessions. */
const SPEC = `{"series":[],"sessions":[],"period":"1d"}`;

/** Replaces the denial of a permission. */
function allowing(name: string, flag: string): (args: string[]) => string[] {
  return (args) => args.map((each) => each === `--deny-${name}` ? flag : each);
}

function listing(path: string): string {
  return [...Deno.readDirSync(path)].map(({ name }) =>
    `${name} ${Deno.readTextFileSync(`${path}/${name}`)}`
  ).sort().join("\n");
}
