import { assertEquals, assertThrows } from "@std/assert";
import { SandbarError } from "../../../lib/core/mod.ts";
import { HaltFile } from "../../../lib/live/control/mod.ts";
import { inFolder, namesBelow } from "../../data/folder.ts";
import { link } from "../../e2e/command.ts";
import { NOON_US } from "./running_account.ts";

Deno.test("RSK-14 HALT: what is written is read, the newest note counts, and it is gone when removed", async () => {
  await inFolder((folder) => {
    const file = new HaltFile(`${folder}/state/paper`);
    assertEquals(file.read(), { isHalted: false });
    assertEquals(file.remove(), false);
    file.write({ reason: "wrong prices", who: "ana", timeUs: NOON_US });
    file.write({ reason: "still wrong", who: "bo", timeUs: NOON_US + 1 });
    assertEquals(file.read(), {
      isHalted: true,
      reason: "still wrong",
      who: "bo",
      timeUs: NOON_US + 1,
    });
    assertEquals(namesBelow(folder), ["state/paper/HALT"]);
    assertEquals(Deno.statSync(file.path).mode! & 0o777, 0o600);
    assertEquals(file.remove(), true);
    assertEquals(file.read(), { isHalted: false });
  });
});

/** What a file may hold instead of a note, with what is then told. All of it halts. */
const IN_DOUBT: readonly (readonly [content: string | Uint8Array, reason: string])[] = [
  ["", "is not a line of JSON"],
  ["halt, please\n", "is not a line of JSON"],
  ['{"reason":"cut o', "is not a line of JSON"],
  [new Uint8Array([0xff, 0xfe, 0]), "is not a line of JSON"],
  ["null", "gives no reason"],
  ["[]", "gives no reason"],
  ["false", "gives no reason"],
  ['{"who":"ana","timeUs":1}', "gives no reason"],
  ['{"reason":""}', "gives no reason"],
  ['{"reason":7}', "gives no reason"],
  [" ".repeat(8193), "has 8193 bytes"],
];

Deno.test("RSK-14 HALT: unreadable, malformed or without a reason counts as halted", async (t) => {
  await inFolder(async (folder) => {
    const file = new HaltFile(folder);
    for (const [content, reason] of IN_DOUBT) {
      await t.step(reason + JSON.stringify(content).slice(0, 30), () => {
        if (typeof content === "string") Deno.writeTextFileSync(file.path, content);
        else Deno.writeFileSync(file.path, content);
        const read = file.read();
        assertEquals(read.isHalted && read.reason, `${file.path} ${reason}`);
      });
    }
    Deno.removeSync(file.path);
    await t.step("a folder", () => {
      Deno.mkdirSync(file.path);
      const read = file.read();
      assertEquals(read.isHalted && read.reason, `${file.path} is not a file`);
      Deno.writeTextFileSync(`${file.path}/inside`, "");
      assertThrows(() => file.remove(), SandbarError, `Cannot remove ${file.path}`);
      Deno.removeSync(file.path, { recursive: true });
    });
    await t.step("a link that leads nowhere", async () => {
      await link(`${folder}/nowhere`, file.path);
      assertEquals(file.read().isHalted, true);
    });
    await t.step("the folder is a file", () => {
      Deno.writeTextFileSync(`${folder}/paper`, "");
      assertEquals(new HaltFile(`${folder}/paper`).read().isHalted, true);
    });
  });
});

Deno.test("RSK-14 HALT: a reason without who and when is a reason; fields of a wrong kind are left out", async () => {
  await inFolder((folder) => {
    const file = new HaltFile(folder);
    Deno.writeTextFileSync(file.path, '{"reason":"storm","who":["ana"],"timeUs":"noon","more":1}');
    assertEquals(file.read(), { isHalted: true, reason: "storm", who: "", timeUs: null });
  });
});

Deno.test("RSK-14 HALT: a note that cannot be written is an error that names the file", async () => {
  await inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/paper`, "");
    assertThrows(
      () => new HaltFile(`${folder}/paper`).write({ reason: "x", who: "ana", timeUs: 1 }),
      SandbarError,
      `${folder}/paper/HALT`,
    );
  });
});
