import { assertEquals, assertThrows } from "@std/assert";
import { hostPermissions } from "../../lib/config/mod.ts";
import { SandbarError } from "../../lib/core/mod.ts";
import { inFolder, write } from "../data/folder.ts";
import { live, ONE, USER_DIR } from "./live_case.ts";

const LIB = `${Deno.cwd()}/lib`;

Deno.test("host permissions: a paper session reads its files, writes its own, and listens on loopback (CLI-11)", async () => {
  assertEquals(hostPermissions(await live(undefined, ONE)), [
    `--allow-read=${LIB},${USER_DIR}`,
    `--allow-write=${USER_DIR}/state,${USER_DIR}/logs,${USER_DIR}/reports`,
    "--allow-run=prlimit,deno",
    "--allow-net=127.0.0.1:0",
    "--allow-env=INIT_CWD",
  ]);
});

Deno.test("host permissions: each setting changes what it needs, and nothing more (CLI-11)", async () => {
  const base =
    "state_dir: /s\nlogging: { log_dir: /l }\nbacktest: { report_dir: /r, data_dir: /d }\n" +
    "strategies: [{ id: a, path: /a/a.ts }, { id: b, path: /a/b/b.ts }, { id: c, path: /c/c.ts, enabled: false }]\n";
  const rows:
    readonly (readonly [text: string, data: string, extra: string, net: string[], env: string])[] =
      [
        ["", "/d,", "", ["--allow-net=127.0.0.1:0"], "INIT_CWD"],
        ["control: { enabled: false }\n", "/d,", "", [], "INIT_CWD"],
        ["control: { port: 9123 }\n", "/d,", "", ["--allow-net=127.0.0.1:9123"], "INIT_CWD"],
        [
          "data: { recorded: { path: /bars } }\n",
          "/bars,",
          "",
          ["--allow-net=127.0.0.1:0"],
          "INIT_CWD",
        ],
        ["data: { provider: simulated }\n", "", "", ["--allow-net=127.0.0.1:0"], "INIT_CWD"],
        [
          "persistence: { kv_path: /k/x.kv }\n",
          "/d,",
          ",/k/x.kv",
          ["--allow-net=127.0.0.1:0"],
          "INIT_CWD",
        ],
        [
          "persistence: { kv_path: /s/sub/x.kv }\n",
          "/d,",
          "",
          ["--allow-net=127.0.0.1:0"],
          "INIT_CWD",
        ],
        [
          "persistence: { kv_path: 'https://kv.example.com/db' }\n",
          "/d,",
          "",
          ["--allow-net=127.0.0.1:0,kv.example.com:443"],
          "INIT_CWD,DENO_KV_ACCESS_TOKEN",
        ],
        [
          "persistence: { kv_path: 'http://127.0.0.1:4512' }\ncontrol: { enabled: false }\n",
          "/d,",
          "",
          ["--allow-net=127.0.0.1:4512"],
          "INIT_CWD,DENO_KV_ACCESS_TOKEN",
        ],
      ];
  for (const [text, data, extra, net, env] of rows) {
    const config = await live(base + text);
    assertEquals(hostPermissions(config), [
      `--allow-read=${LIB},${config.file!.real},/a,${data}/s,/l,/r${extra}`,
      `--allow-write=/s,/l,/r${extra}`,
      "--allow-run=prlimit,deno",
      ...net,
      `--allow-env=${env}`,
    ]);
  }
});

Deno.test("host permissions: a path that a flag cannot name is refused", async () => {
  const config = await live(undefined, { ...ONE, state: "a,b" });
  assertThrows(() => hostPermissions(config), SandbarError, "/user/a,b: its name has a comma");
});

/** Tries each act and prints its name when it was allowed. */
const PROBE = `
const folder = Deno.args[0];
const acts = {
  "read strategy": () => Deno.readTextFileSync(folder + "/real/s.ts"),
  "read beside it": () => Deno.readTextFileSync(folder + "/secret.txt"),
  "write state": () => { Deno.mkdirSync(folder + "/state/paper", { recursive: true }); Deno.writeTextFileSync(folder + "/state/paper/control.json", "{}"); },
  "write strategy": () => Deno.writeTextFileSync(folder + "/real/s.ts", ""),
  "read sample": () => Deno.readTextFileSync("lib/data/sample/GOOG.csv"),
  "read the project": () => Deno.readTextFileSync("deno.json"),
  "listen": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  "listen everywhere": () => Deno.listen({ hostname: "0.0.0.0", port: 0 }).close(),
  "INIT_CWD": () => Deno.env.get("INIT_CWD"),
  "PATH": () => Deno.env.get("PATH"),
  "run sh": () => new Deno.Command("sh", { args: ["-c", "true"] }).outputSync(),
  "system": () => Deno.hostname(),
};
const allowed = Object.entries(acts).filter(([, act]) => {
  try { act(); return true; } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}).map(([name]) => name);
console.log(JSON.stringify(allowed));
`;

Deno.test("host permissions: a process with exactly these can do its work and nothing else, also behind a link (CLI-11)", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/real`);
    write(folder, "real/s.ts", "");
    write(folder, "secret.txt", "");
    const made = await new Deno.Command("prlimit", {
      args: ["--core=0", "ln", "-s", "real", `${folder}/link`],
    }).output();
    assertEquals(made.success, true);
    const probe = write(folder, "probe.ts", PROBE);
    const config = await live(undefined, {
      strategies: [`${folder}/link/s.ts`],
      state: `${folder}/state`,
      data: `${folder}/none.csv`,
    });
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...hostPermissions(config), probe, folder],
      env: { INIT_CWD: folder, NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), [
      "read strategy",
      "write state",
      "read sample",
      "listen",
      "INIT_CWD",
    ]);
  }));
