/**
 * Canaries 63 to 70: what the pinned Deno does today, and why the sandbox is built as it is. A failure says "look again", not "broken".
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { bareChild, type Result } from "./support/bare_child.ts";
import type { RedTeamCase } from "./support/case.ts";
import { withSink } from "./support/sink.ts";
import { type Folder, withFolder } from "./support/temporary_folder.ts";

/** Runs a program in a plain Deno with the given flags: the platform, not the sandbox. */
async function platform(
  folder: Folder,
  code: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Result> {
  folder.write("main.js", code);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-config",
      "--no-lock",
      ...flags,
      folder.at("main.js"),
    ],
    clearEnv: true,
    env: {
      DENO_DIR: folder.at("cache"),
      HOME: folder.path,
      PATH: "/usr/bin:/bin",
      NO_COLOR: "1",
      ...env,
    },
    cwd: folder.path,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), 8000);
  try {
    const { code: exit, signal, stdout, stderr } = await child.output(), text = new TextDecoder();
    return { code: exit, signal, stdout: text.decode(stdout), stderr: text.decode(stderr) };
  } finally {
    clearTimeout(timer);
  }
}

const WORKER_FLAGS = ["--unstable-worker-options"];
const NONE = `{ type: "module", deno: { permissions: "none" } }`;
/** Starts a worker and prints what it says. */
const ask = (entry: string, options: string): string =>
  `const w = new Worker(${entry}, ${options}); w.onmessage = (e) => { console.log(e.data); Deno.exit(0); }; w.onerror = (e) => { e.preventDefault(); console.log("refused " + e.message); Deno.exit(0); };`;
const inData = (code: string): string =>
  `"data:text/javascript," + encodeURIComponent(${JSON.stringify(code)})`;

const AGAIN = "look again: the platform has changed";

export const CANARY_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-63",
    title: "a Worker's own entry module imports any file that the parent may read",
    expected: "it does: never use a Worker",
    run: () =>
      withFolder(async (folder) => {
        folder.write("secret.txt", "SECRET");
        const entry = inData(
          `import text from "file://${
            folder.at("secret.txt")
          }" with { type: "text" }; postMessage(text);`,
        );
        const { stdout, stderr } = await platform(folder, ask(entry, NONE), [
          `--allow-read=${folder.path}`,
          "--unstable-raw-imports",
          ...WORKER_FLAGS,
        ]);
        assertMatch(stdout, /^SECRET/, `${AGAIN}: ${stdout}${stderr}`);
        return "read through the entry module";
      }),
  },
  {
    id: "RT-64",
    title: "--deny-import alone does not stop a host of the default list",
    expected: "a request is made: keep --no-remote",
    run: () =>
      withFolder((folder) =>
        withSink(async (sink) => {
          const code =
            `try { await import("${sink.url}/x.js"); } catch (e) { console.log(e.message); }`;
          const { stdout } = await platform(folder, code, ["--deny-import"], { JSR_URL: sink.url });
          assert(sink.requests() > 0, `${AGAIN}: ${stdout}`);
          const before = sink.requests();
          await platform(folder, code, ["--deny-import", "--no-remote"], { JSR_URL: sink.url });
          assertEquals(sink.requests(), before);
          return "a request in spite of --deny-import, none with --no-remote";
        })
      ),
  },
  {
    id: "RT-65",
    title: "npm import from a Worker without permissions sends a request",
    expected: "it does: keep --no-npm",
    run: () =>
      withFolder((folder) =>
        withSink(async (sink) => {
          const boot = inData(
            `import("npm:key-" + "abc123").then(() => postMessage("loaded"), (e) => postMessage("rejected"));`,
          );
          const { stdout, stderr } = await platform(folder, ask(boot, NONE), WORKER_FLAGS, {
            NPM_CONFIG_REGISTRY: sink.url,
          });
          assert(sink.requests() > 0, `${AGAIN}: ${stdout}${stderr}`);
          const before = sink.requests();
          await platform(folder, ask(boot, NONE), ["--no-npm", ...WORKER_FLAGS], {
            NPM_CONFIG_REGISTRY: sink.url,
          });
          assertEquals(sink.requests(), before);
          return "a request without --no-npm, none with it";
        })
      ),
  },
  {
    id: "RT-66",
    title: "terminate() does not stop a busy loop",
    expected: "the thread keeps running: keep the process and SIGKILL",
    run: () =>
      withFolder(async (folder) => {
        const code = `const w = new Worker(${
          inData("postMessage(1); for (;;);")
        }, { type: "module" });
w.onmessage = () => { w.terminate(); const before = Deno.cpuUsage?.() ?? process.cpuUsage(); setTimeout(() => { const after = process.cpuUsage(before); console.log(Math.round((after.user + after.system) / 1000)); Deno.exit(0); }, 800); };
import process from "node:process";`;
        const { stdout, stderr } = await platform(folder, code, []);
        assert(Number(stdout) > 50, `${AGAIN}: ${stdout} ms of processor time ${stderr}`);
        return `${stdout.trim()} ms of processor time in 800 ms after terminate()`;
      }),
  },
  {
    id: "RT-67",
    title: "a Worker's SIGTERM listener swallows the host's signal",
    expected: "the host lives on: same",
    run: () =>
      withFolder(async (folder) => {
        const code = ask(
          inData(`Deno.addSignalListener("SIGTERM", () => {}); postMessage("listening");`),
          NONE,
        )
          .replace(
            "console.log(e.data); Deno.exit(0);",
            `Deno.kill(Deno.pid, "SIGTERM"); setTimeout(() => { console.log("alive"); Deno.exit(0); }, 300);`,
          );
        const { stdout, stderr, signal } = await platform(folder, code, [
          "--allow-run",
          ...WORKER_FLAGS,
        ]);
        assertMatch(stdout, /^alive/, `${AGAIN}: ${signal} ${stdout}${stderr}`);
        return "SIGTERM had no effect on the host";
      }),
  },
  {
    id: "RT-68",
    title: "Web Locks are shared by the whole process",
    expected: "they are: never use them for the host's state",
    run: () =>
      withFolder(async (folder) => {
        const code = ask(
          inData(
            `navigator.locks.request("state", () => { postMessage("held"); return new Promise(() => {}); });`,
          ),
          NONE,
        )
          .replace(
            "console.log(e.data); Deno.exit(0);",
            `navigator.locks.request("state", { ifAvailable: true }, (lock) => { console.log(lock === null ? "blocked" : "free"); Deno.exit(0); });`,
          );
        const { stdout, stderr } = await platform(folder, code, WORKER_FLAGS);
        assertMatch(stdout, /^blocked/, `${AGAIN}: ${stdout}${stderr}`);
        return "the host's lock is blocked by a worker without permissions";
      }),
  },
  {
    id: "RT-69",
    title: "misspelt permission options of a Worker inherit everything",
    expected: "they do: same as 63",
    run: () =>
      withFolder(async (folder) => {
        const entry = inData(`postMessage(Deno.permissions.querySync({ name: "read" }).state);`),
          told: string[] = [];
        for (
          const options of [
            `{ type: "module", deno: { permission: "none" } }`,
            `{ type: "module", permissions: "none" }`,
            `{ type: "module", deno: "none" }`,
          ]
        ) {
          const { stdout, stderr } = await platform(folder, ask(entry, options), [
            "--allow-read",
            ...WORKER_FLAGS,
          ]);
          assertMatch(stdout, /^granted/, `${AGAIN}: ${options} ${stdout}${stderr}`);
          told.push(stdout.trim());
        }
        return told.join(", ");
      }),
  },
  {
    id: "RT-70",
    title: "call sites lead out of an unprotected inner context",
    expected: "they do: keep the locks on Error",
    run: async () => {
      const code =
        `import vm from "node:vm"; const context = vm.createContext(vm.constants.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
console.log(vm.runInContext("Error.prepareStackTrace = (e, sites) => sites[0].constructor.constructor('return typeof Deno')(); String(new Error('x').stack)", context));`;
      const { stdout, stderr } = await bareChild.script(code, {
        change: (args) =>
          args.map((each) => each.replace(",--disallow-code-generation-from-strings", "")),
      });
      assertMatch(stdout, /^object/, `${AGAIN}: ${stdout}${stderr}`);
      return "reached Deno of the outer realm";
    },
  },
];
