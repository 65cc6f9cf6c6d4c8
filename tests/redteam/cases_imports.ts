/**
 * Cases 1 to 10: what a strategy may import.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { SandbarError } from "../../lib/core/mod.ts";
import { readStrategy } from "../../lib/sandbox/mod.ts";
import { attack, attackSources } from "./support/attack.ts";
import { bareChild } from "./support/bare_child.ts";
import { expectEach, outcome, type RedTeamCase } from "./support/case.ts";
import { withSink } from "./support/sink.ts";
import { expectProbes, PRELUDE } from "./support/strategies.ts";
import { folderOf, withFolder } from "./support/temporary_folder.ts";

const IDLE = `export default defineStrategy({ name: "x", setup() { return { onBar() {} }; } });`;

function staticForms(sinkUrl: string): string[] {
  return [
    "file:///etc/passwd",
    "https://example.invalid/x.js",
    `${sinkUrl}/x.js`,
    "npm:is-odd",
    "jsr:@std/assert",
    "node:fs",
    "node:worker_threads",
    "data:text/javascript,export default 1",
    "blob:null/x",
    "ext:core/mod.js",
    "./missing.ts",
    "fs",
    "cli:x",
    "/etc/passwd",
  ];
}

export const IMPORT_CASES: readonly RedTeamCase[] = [
  {
    id: "RT-01",
    title: "static imports of every scheme",
    expected: "load error naming the import; no request",
    run: () =>
      withSink(async (sink) => {
        for (const specifier of staticForms(sink.url)) {
          const found = await attack(
            `${PRELUDE}import x from ${JSON.stringify(specifier)};\n${IDLE}`,
          );
          assertEquals(found.failure, "import", `${specifier}: ${outcome(found)}`);
          assert(found.message.includes(`tried to import ${specifier} at strategies/x.ts:`));
        }
        assertEquals(sink.requests(), 0);
        return "14 of 14 refused with file and line; no request";
      }),
  },
  {
    id: "RT-02",
    title: "system file as text or JSON by attribute",
    expected: "load error",
    run: () =>
      expectEach(
        ["text", "json", "bytes"].map((type) => [
          type,
          `${PRELUDE}import x from "file:///etc/passwd" with { type: "${type}" };\n${IDLE}`,
          /^(import|load): /,
        ]),
      ),
  },
  {
    id: "RT-03",
    title: "re-export of a built-in module",
    expected: "load error",
    run: () => expectEach([["export", `export * from "node:fs";\n${PRELUDE}${IDLE}`, /^import: /]]),
  },
  {
    id: "RT-04",
    title: "type-only imports run; an enum is named",
    expected: "runs; load error that names the enum",
    run: () =>
      withFolder(async (folder) => {
        folder.write(
          "types.ts",
          `import type { X } from "./nowhere.ts";\nimport { defineStrategy, type Bar } from "sandbar/strategy";
export default defineStrategy({ name: "x", setup() { return { onBar(bar: Bar): void { if (bar.count === 1) console.log("fine"); } }; } });`,
        );
        folder.write("enum.ts", `enum Side { Buy = 1 }\nexport default Side;`);
        const found = await attackSources(readStrategy(folder.at("types.ts"), "types.ts"));
        assertEquals(outcome(found), "done: fine");
        const error = assertThrows(
          () => readStrategy(folder.at("enum.ts"), "enum.ts"),
          SandbarError,
        );
        assertMatch(error.message, /enum\.ts:1:1: TypeScript enums emit code/);
        return error.message;
      }),
  },
  {
    id: "RT-05",
    title: "import() with every scheme, written out and computed",
    expected: "rejects in the strategy; no request",
    run: () =>
      withSink(async (sink) => {
        const forms = staticForms(sink.url).concat("sandbar/strategy", "./x.ts");
        const rows = forms.flatMap((form) =>
          [
            `import(${JSON.stringify(form)})`,
            `import(${JSON.stringify(form.slice(0, 2))} + ${JSON.stringify(form.slice(2))})`,
            `import(${JSON.stringify(form)}, { with: { type: "text" } })`,
          ].map((each) => [each, /^THROWN TypeError/] as const)
        );
        const text = await expectProbes(rows);
        assertEquals(sink.requests(), 0);
        return text;
      }),
  },
  {
    id: "RT-06",
    title: "import.meta",
    expected: "empty; url, filename, resolve undefined",
    run: () =>
      expectProbes([
        [
          "Reflect.ownKeys(import.meta).length + '' + Object.getPrototypeOf(import.meta)",
          /^GOT 0null$/,
        ],
        [
          "typeof import.meta.url + typeof import.meta.filename + typeof import.meta.dirname + typeof import.meta.resolve + typeof import.meta.main",
          /^GOT (undefined){5}$/,
        ],
      ]),
  },
  {
    id: "RT-07",
    title: "import map, deno.json, package.json, .npmrc beside the strategy",
    expected: "ignored",
    run: () =>
      withFolder(async (folder) => {
        const map = `{"imports":{"evil":"./evil.ts","sandbar/strategy":"./evil.ts"}}`;
        folder.write("deno.json", map);
        folder.write("import_map.json", map);
        folder.write("package.json", `{"type":"commonjs","imports":{"#evil":"./evil.ts"}}`);
        folder.write(".npmrc", "registry=http://127.0.0.1:9/");
        folder.write("evil.ts", "export const defineStrategy = () => 0;");
        folder.write("x.ts", `import "evil";\n${PRELUDE}${IDLE}`);
        folder.write("y.ts", PRELUDE + IDLE);
        const sources = readStrategy(folder.at("x.ts"), "x.ts"),
          refused = await attackSources(sources);
        assertMatch(outcome(refused), /^import: the strategy tried to import evil at x\.ts:1/);
        const found = await attackSources(readStrategy(folder.at("y.ts"), "y.ts"));
        assertEquals(outcome(found), "done: ");
        assertEquals(Object.keys(sources.modules), ["x.ts"]);
        return outcome(refused);
      }),
  },
  {
    id: "RT-08",
    title: "strategy is a link to a key file, a pipe, or its folder is swapped while it is read",
    expected: "refused",
    run: () =>
      withFolder(async (folder) => {
        folder.write("secret/x.ts", "const SECRET = 1;");
        folder.write("own/y.ts", "export default 1;");
        await folder.link("secret/x.ts", "own/x.ts");
        await folder.link("secret", "linked");
        folder.write("own/imports.ts", `import "./x.ts";\nimport "../linked/x.ts";`);
        for (const path of ["own/x.ts", "own"]) {
          assertThrows(() => readStrategy(folder.at(path), path), SandbarError);
        }
        assertThrows(() => readStrategy(folder.at("own/imports.ts"), "imports.ts"), SandbarError);
        const pipe = await bareChild.run(["mkfifo", folder.at("own/pipe.ts")]);
        assertEquals(pipe.code, 0, pipe.stderr);
        const error = assertThrows(
          () => readStrategy(folder.at("own/pipe.ts"), "pipe.ts"),
          SandbarError,
        );
        assertMatch(error.message, /not a file/);
        return await folderOf.swapped(folder, (read, refused) =>
          `links and a pipe refused; ${read} reads while the folder was swapped (${refused} refused), no secret`);
      }),
  },
  {
    id: "RT-09",
    title: "second source outside the folder: parent path, hidden file, encoded path",
    expected: "load error",
    run: () =>
      withFolder(async (folder) => {
        folder.write("key.ts", "export const KEY = 'secret';");
        folder.write(".env", "KEY=secret");
        folder.write("own/.env", "KEY=secret");
        folder.write("own/.hidden/x.ts", "export const x = 'secret';");
        folder.write("own/notes.txt", "secret");
        folder.write("own/helper.ts", "export const x = 1;");
        for (
          const specifier of [
            "../key.ts",
            "./../key.ts",
            "../../../../../../etc/passwd",
            "../.env",
            "./.env",
            "./.hidden/x.ts",
            "./notes.txt",
            "./%2e%2e/key.ts",
            "./..%2fkey.ts",
            "..\\key.ts",
            "../helper.ts",
            `../own/${"../own/".repeat(3)}helper.ts`,
          ]
        ) {
          folder.write("own/x.ts", `import ${JSON.stringify(specifier)};\n${PRELUDE}${IDLE}`);
          const sources = readStrategy(folder.at("own/x.ts"), "x.ts");
          assert(!JSON.stringify(sources.modules).includes("secret"), specifier);
          const found = await attackSources(sources);
          assertEquals(found.failure, "import", `${specifier}: ${outcome(found)}`);
        }
        return "12 of 12 refused, nothing of the files was sent";
      }),
  },
  {
    id: "RT-10",
    title: "npm package name that carries a secret, from the bare child",
    expected: "sink stays empty",
    run: () =>
      withSink(async (sink) => {
        const result = await bareChild.script(
          `const tries = [];
for (const name of ["npm:key-abc123", "jsr:@key/abc123", "${sink.url}/key.js", "https://127.0.0.1:${sink.port}/key.js"]) {
  try { await import(name); tries.push("loaded " + name); } catch (error) { tries.push("rejected"); }
}
console.log(tries.join());`,
          { env: { NPM_CONFIG_REGISTRY: sink.url, JSR_URL: sink.url } },
        );
        assertEquals(result.stdout.trim(), "rejected,rejected,rejected,rejected", result.stderr);
        assertEquals(sink.requests(), 0);
        return "rejected; no request";
      }),
  },
];
