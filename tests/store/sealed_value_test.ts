import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { seal, SEAL_BYTES, unseal } from "../../lib/store/sealed_value.ts";

const CONTENT = new Uint8Array([1, 2, 3, 250]);

Deno.test("sealed value: what went in comes out, and any changed bit is noticed (PER-02)", () => {
  const value = seal(CONTENT);
  assertEquals(unseal(value), { ok: true, content: CONTENT });
  for (let bit = 0; bit < value.length * 8; bit++) {
    const damaged = value.slice();
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assertEquals(unseal(damaged), { ok: false, isNewer: false, what: "its checksum is wrong" });
  }
  for (let length = 0; length < SEAL_BYTES; length++) {
    assertEquals(unseal(value.slice(0, length)), {
      ok: false,
      isNewer: false,
      what: `it has ${length} bytes`,
    });
  }
});

Deno.test("sealed value: another form with a right checksum is newer, or none of ours", () => {
  const inForm = (...head: readonly number[]): Uint8Array<ArrayBuffer> => {
    const value = seal(CONTENT);
    value.set(head);
    const checksum = crc32(value.subarray(SEAL_BYTES), crc32(value.subarray(0, 4)));
    new DataView(value.buffer).setUint32(4, checksum, true);
    return value;
  };
  assertEquals(unseal(inForm(1, 0, 0, 0)).ok, true);
  assertEquals(unseal(inForm(2, 0, 0, 0)), {
    ok: false,
    isNewer: true,
    what: "it has form 2, this version knows 1",
  });
  for (const head of [[0, 0, 0, 0], [1, 0, 0, 7]]) {
    const found = unseal(inForm(...head));
    assertEquals([found.ok, found.ok === false && found.isNewer], [false, false]);
  }
});
