/**
 * Regression checks 71 to 76: places where the runtime's past holes were, tried from the bare child.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { bareChild } from "./support/bare_child.ts";
import type { RedTeamCase } from "./support/case.ts";
import { withSink } from "./support/sink.ts";
import { withFolder } from "./support/temporary_folder.ts";

/** Tries each expression; one that gives nothing within 400 ms has had no effect. Fails on those that were not refused. */
async function refusedAll(tries: Readonly<Record<string, string>>): Promise<string> {
  const list = Object.entries(tries);
  const result = await bareChild.script(
    `const open = [], quiet = (event) => event.preventDefault();
addEventListener("unhandledrejection", quiet); addEventListener("error", quiet);
const late = (ms) => new Promise((resolve) => setTimeout(() => resolve("refused"), ms));
const tries = { ${
      list.map(([name, code]) => `${JSON.stringify(name)}: async () => { ${code} }`).join(",\n")
    } };
for (const [name, attempt] of Object.entries(tries)) {
  try {
    const found = await Promise.race([attempt(), late(400)]);
    if (found !== "refused") open.push(name + ": " + String(found));
  } catch (error) { if (/is not defined|is not a function|Cannot read prop|is not a constructor/.test(error.message) && !/^absent/.test(name)) open.push(name + " was not tried: " + error.message); }
}
console.log(JSON.stringify(open)); Deno.exit(0);`,
    { timeoutMs: 20_000 },
  );
  assertMatch(result.stdout, /^\[.*\]$/m, `${result.code} ${result.signal} ${result.stderr}`);
  assertEquals(JSON.parse(result.stdout), []);
  return `${list.length} of ${list.length} refused`;
}

/** A callback or event that must tell of an error. */
const told = (make: string): string =>
  `return await new Promise((resolve, reject) => { ${make} });`;

export const RUNTIME_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-71",
    title: "every door to the world from the bare child, Deno's and Node's",
    expected: "all denied",
    run: () =>
      withSink((sink) =>
        withFolder(async (folder) => {
          folder.write("secret.txt", "secret");
          folder.write(".env", "A=1");
          const file = JSON.stringify(folder.at("secret.txt")),
            env = JSON.stringify(folder.at(".env"));
          const text = await refusedAll({
            "env get": "return Deno.env.get('PATH');",
            "env list": "return Deno.env.toObject();",
            "env set": "Deno.env.set('A', 'b'); return 'set';",
            read: `return Deno.readTextFileSync(${file});`,
            "read async": `return await Deno.readTextFile(${file});`,
            open: `return Deno.openSync(${file});`,
            stat: `return Deno.statSync(${file});`,
            readDir: `return [...Deno.readDirSync(${JSON.stringify(folder.path)})];`,
            realPath: `return Deno.realPathSync(${file});`,
            "read of proc": "return Deno.readTextFileSync('/proc/self/environ');",
            "read of dev": "return Deno.openSync('/dev/zero');",
            watch: `return Deno.watchFs(${JSON.stringify(folder.path)});`,
            write: `Deno.writeTextFileSync(${file}, 'x'); return 'written';`,
            makeTemp: "return Deno.makeTempDirSync();",
            run: "return new Deno.Command('true').outputSync();",
            "run itself": "return new Deno.Command(Deno.execPath()).spawn();",
            ffi: "return Deno.dlopen('libc.so.6', {});",
            "system info": "return Deno.hostname();",
            "system load": "return Deno.loadavg();",
            "system memory": "return Deno.systemMemoryInfo();",
            "network interfaces": "return Deno.networkInterfaces();",
            "user id": "return Deno.uid();",
            listen: "return Deno.listen({ port: 0 });",
            serve:
              "return Deno.serve({ port: 0, hostname: '127.0.0.1' }, () => new Response('x'));",
            connect: `return await Deno.connect({ hostname: '127.0.0.1', port: ${sink.port} });`,
            connectTls:
              `return await Deno.connectTls({ hostname: '127.0.0.1', port: ${sink.port} });`,
            "connect by path":
              "return await Deno.connect({ transport: 'unix', path: '/tmp/x.sock' });",
            dns: "return await Deno.resolveDns('example.invalid', 'A');",
            "fetch http": `return await fetch('${sink.url}');`,
            "fetch file": `return await (await fetch('file://' + ${file})).text();`,
            WebSocket: told(
              `const s = new WebSocket('ws://127.0.0.1:${sink.port}'); s.onopen = () => resolve('open'); s.onerror = () => resolve('refused');`,
            ),
            EventSource: told(
              `const s = new EventSource('${sink.url}'); s.onopen = () => resolve('open'); s.onerror = () => { s.close(); resolve('refused'); };`,
            ),
            "node:fs": `return (await import('node:fs')).readFileSync(${file}, 'utf8');`,
            "node:fs promises":
              `return await (await import('node:fs/promises')).readFile(${file}, 'utf8');`,
            "node:fs existsSync":
              `return (await import('node:fs')).existsSync(${file}) ? 'seen' : 'refused';`,
            "node:net": told(
              `import('node:net').then(({ connect }) => { const c = connect(${sink.port}, '127.0.0.1'); c.on('connect', () => resolve('open')); c.on('error', () => resolve('refused')); }).catch(reject);`,
            ),
            "node:dgram": told(
              `import('node:dgram').then(({ createSocket }) => { const s = createSocket('udp4'); s.on('error', () => resolve('refused')); s.send('x', ${sink.port}, '127.0.0.1', (e) => resolve(e ? 'refused' : 'sent')); }).catch(reject);`,
            ),
            "node:http": told(
              `import('node:http').then(({ get }) => { get('${sink.url}', () => resolve('answer')).on('error', () => resolve('refused')); }).catch(reject);`,
            ),
            "node:http2": told(
              `import('node:http2').then(({ connect }) => { const c = connect('${sink.url}'); c.on('connect', () => resolve('open')); c.on('error', () => resolve('refused')); }).catch(reject);`,
            ),
            "node:dns": told(
              "import('node:dns').then(({ lookup }) => lookup('example.invalid', (e) => resolve(e ? 'refused' : 'found'))).catch(reject);",
            ),
            "node:child_process": "return (await import('node:child_process')).execSync('true');",
            "node:child_process fork":
              "return (await import('node:child_process')).fork('/tmp/x.js');",
            "node:cluster": "return (await import('node:cluster')).default.fork();",
            "node:sqlite file": `return new (await import('node:sqlite')).DatabaseSync(${file});`,
            "node:sqlite attach":
              `const db = new (await import('node:sqlite')).DatabaseSync(':memory:'); db.exec("ATTACH DATABASE '" + ${file} + "' AS x"); return 'attached';`,
            "node:wasi":
              `const { WASI } = await import('node:wasi'); return new WASI({ version: 'preview1', preopens: { '/': '/' } });`,
            loadEnvFile: `(await import('node:process')).loadEnvFile(${env}); return 'loaded';`,
            inspector: "(await import('node:inspector')).open(0); return 'open';",
            "module.createRequire":
              `return (await import('node:module')).createRequire('/tmp/x.js')(${
                JSON.stringify(folder.at("secret"))
              });`,
            "process.chdir": "(await import('node:process')).chdir('/tmp'); return 'moved';",
            "process.setuid": "(await import('node:process')).setuid(1); return 'changed';",
            "process.kill": "(await import('node:process')).kill(1, 0); return 'sent';",
          });
          // A worker is a second isolate: under the data limit there is no room for one.
          const worker = await bareChild.script(
            `const w = new Worker("data:text/javascript,postMessage(Deno.readTextFileSync(" + encodeURIComponent(${
              JSON.stringify(file)
            }) + "))", { type: "module" });
w.onmessage = (event) => console.log("READ " + event.data); w.onerror = (event) => { event.preventDefault(); console.log("refused"); Deno.exit(0); };`,
          );
          assert(!worker.stdout.includes("READ"), worker.stdout);
          assertEquals(sink.requests(), 0);
          return text;
        })
      ),
  },
  {
    id: "RT-72",
    title: "links, other spellings of a denied path, traversal in names of temporary files",
    expected: "denied",
    run: () =>
      withFolder(async (folder) => {
        folder.write("secret.txt", "secret");
        const path = folder.at("secret.txt");
        const spellings = [
          path,
          path.toUpperCase(),
          `${folder.path}/./secret.txt`,
          `${folder.path}//secret.txt`,
          `${folder.path}/x/../secret.txt`,
          path.replaceAll("/", "/./"),
          `/proc/self/root${path}`,
          path.replace("secret", "se\u0301cret"),
          path.replace(".", "%2e"),
          `${path}\u0000`,
        ];
        const tries: Record<string, string> = {
          symlink: `Deno.symlinkSync(${JSON.stringify(path)}, ${
            JSON.stringify(folder.at("link"))
          }); return 'made';`,
          link: `Deno.linkSync(${JSON.stringify(path)}, ${
            JSON.stringify(folder.at("hard"))
          }); return 'made';`,
          "node symlink": `(await import('node:fs')).symlinkSync(${JSON.stringify(path)}, ${
            JSON.stringify(folder.at("link"))
          }); return 'made';`,
          "prefix of a temporary file":
            `return Deno.makeTempFileSync({ prefix: '../../${folder.path}/' });`,
          "suffix of a temporary file": `return Deno.makeTempFileSync({ suffix: '/../x' });`,
        };
        for (const each of spellings) {
          tries[`read ${JSON.stringify(each)}`] = `return Deno.readTextFileSync(${
            JSON.stringify(each)
          });`;
          tries[`url ${JSON.stringify(each)}`] =
            `return Deno.readTextFileSync(new URL('file://' + encodeURI(${
              JSON.stringify(each)
            })));`;
        }
        return await refusedAll(tries);
      }),
  },
  {
    id: "RT-73",
    title: "direct calls of internal operations; methods of open handles",
    expected: "denied",
    run: () =>
      withFolder(async (folder) => {
        folder.write("secret.txt", "secret");
        const file = JSON.stringify(folder.at("secret.txt"));
        const result = await bareChild.script(
          `await import("node:fs"); const { ops } = Deno[Deno.internal].core, open = [], args = [[${file}], [${file}, {}], [null, ${file}], [${file}, undefined, true], ["libc.so.6", {}], [{ path: ${file} }], [0n, 8], [${file}, { read: true }], []];
let tried = 0;
for (const name of Object.keys(ops)) {
  if (!/ffi|fs_|open|read_file|stat|env|exec|spawn|run|net_|dlopen/.test(name) || /panic|exit|read_sync|flock|write_sync|fs_close|break_on|set_exit|print|_event|build/.test(name)) continue;
  for (const list of args) { tried++; try { const found = await Promise.race([ops[name](...list), new Promise((r) => setTimeout(r, 5))]); if (JSON.stringify(found ?? "").includes("secret") || (found && ArrayBuffer.isView(found) && new TextDecoder().decode(found).includes("secret"))) open.push(name); } catch {} }
}
const handle = [];
for (const f of [() => Deno.stdin.statSync?.(), () => Deno.stdin.utimeSync?.(0, 0), () => Deno.stdout.truncateSync?.(0), () => Deno.stdin.seekSync?.(0, 0), () => Deno.stdout.lockSync?.()]) try { const found = f(); if (found !== undefined) handle.push(String(found)); } catch {}
console.log(JSON.stringify({ open, handle, tried })); Deno.exit(0);`,
        );
        assertMatch(
          result.stdout,
          /"open":\[\],"handle":\[\]/,
          `${result.code} ${result.signal} ${result.stderr.slice(0, 300)}${
            result.stdout.slice(0, 300)
          }`,
        );
        const { tried } = JSON.parse(result.stdout.trim().split("\n").at(-1)!) as { tried: number };
        assert(tried > 100, `only ${tried} calls tried`);
        return `${tried} calls, nothing of the file came out`;
      }),
  },
  {
    id: "RT-74",
    title: "inter-process descriptor inherited through the environment",
    expected: "absent",
    run: async () => {
      const result = await bareChild.script(
        `const process = (await import("node:process")).default;
let fd; try { fd = process.env.NODE_CHANNEL_FD; } catch { fd = undefined; }
console.log(typeof process.send, process.connected, fd);
const fs = await import("node:fs"); const open = [];
for (let fd = 3; fd < 64; fd++) try { fs.readSync(fd, new Uint8Array(1)); open.push(fd); } catch (error) { if (/permission|EACCES/i.test(error.message)) open.push(fd); }
console.log(open.length);`,
      );
      assertMatch(result.stdout, /^undefined (undefined|false) undefined\n0\n$/, result.stderr);
      return "no channel; descriptors 3 to 63 are not readable";
    },
  },
  {
    id: "RT-75",
    title: "allow and deny flag for one thing, in both orders",
    expected: "deny wins",
    run: async () => {
      const code =
        "console.log(Deno.permissions.querySync({ name: 'read' }).state, Deno.permissions.querySync({ name: 'env', variable: 'PATH' }).state); try { Deno.readTextFileSync('/etc/hostname'); console.log('READ'); } catch (e) { console.log(e.name); }";
      for (
        const order of [["--allow-read", "--deny-read", "--allow-env", "--deny-env"], [
          "--deny-read",
          "--allow-read",
          "--deny-env",
          "--allow-env",
        ]]
      ) {
        const result = await bareChild.script(code, {
          change: (args) => [
            ...args.slice(0, -1).filter((each) => !/--deny-(read|env)/.test(each)),
            ...order,
            args.at(-1)!,
          ],
        });
        assertMatch(result.stdout, /^denied denied\n(NotCapable|PermissionDenied)/, result.stderr);
      }
      return "denied in both orders";
    },
  },
  {
    id: "RT-76",
    title: "resizable buffer shrunk during an asynchronous operation",
    expected: "error or an end of the child, no crash of the host",
    run: async () => {
      const result = await bareChild.script(
        `const buffer = new ArrayBuffer(1 << 20, { maxByteLength: 1 << 21 }), view = new Uint8Array(buffer);
const works = [() => crypto.subtle.digest("SHA-256", view), () => Deno.stdout.write(view.subarray(0, 10)), () => crypto.subtle.importKey("raw", view.subarray(0, 16), "AES-GCM", true, ["encrypt"]), () => new Response(view).arrayBuffer(), () => new Blob([view]).text(), () => crypto.getRandomValues(view.subarray(0, 100))];
for (let i = 0; i < 50; i++) for (const work of works) { try { const going = work(); buffer.resize(0); await going; } catch {} buffer.resize(1 << 20); }
console.log("\\nlived");`,
        { timeoutMs: 10_000 },
      );
      assert(/lived/.test(result.stdout) || result.code !== 0 || result.signal !== null);
      return result.stdout.includes("lived")
        ? "the child lived"
        : `the child ended: ${result.signal ?? result.code}`;
    },
  },
];
