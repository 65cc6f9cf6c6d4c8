/**
 * A child that is fully in the attacker's hands: a program that speaks the frames itself, started in the place of the bootstrap.
 *
 * @module
 */

import { type Attack, attack, type AttackOptions } from "./attack.ts";

const PROGRAM = `
const head = new Uint8Array(12), view = new DataView(head.buffer), text = new TextEncoder();
function read(bytes) { let at = 0; while (at < bytes.length) { const c = Deno.stdin.readSync(bytes.subarray(at)); if (c === null) Deno.exit(0); at += c; } return bytes; }
function write(bytes) { let at = 0; while (at < bytes.length) at += Deno.stdout.writeSync(bytes.subarray(at)); }
function raw(kind, number, length, bytes) { const h = new DataView(new ArrayBuffer(12)); h.setUint32(0, kind, true); h.setUint32(4, number, true); h.setUint32(8, length, true); write(new Uint8Array(h.buffer)); if (bytes) write(bytes); }
const send = (kind, number, bytes) => raw(kind, number, bytes.length, bytes);
const answer = (number, value) => send(11, number, text.encode(JSON.stringify(value)));
const floats = (...list) => new Uint8Array(new Float64Array(list).buffer);
const report = (number, hash = 0) => send(15, number, floats(hash, Infinity));
const intents = (number, ...rows) => send(12, number, floats(...rows.flat()));
const block = () => { for (;;) read(new Uint8Array(1)); };
let times;
/** An intent of a step: phase 1 is after its bar. */
const row = (step, verb, quantity, { phase = 1, time = times[step], code = verb, limit = 0, stop = 0 } = {}) => [step * 2 + phase, time, code, quantity, limit, stop];
answer(0, { ok: true });
for (;;) {
  read(head);
  const kind = view.getUint32(0, true), number = view.getUint32(4, true), body = read(new Uint8Array(view.getUint32(8, true)));
  if (kind === 2) { for (const length of new Uint32Array(body.buffer)) read(new Uint8Array(length * 16)); answer(number, { ok: true }); continue; }
  if (kind === 3) {
    const header = new Uint32Array(body.buffer), count = header[4], rows = read(new Uint8Array(count * 56));
    times = new Float64Array(rows.buffer, count * 8, count);
    onSlice(number, count);
    continue;
  }
  const command = JSON.parse(new TextDecoder().decode(body));
  if (typeof onCommand === "function" && onCommand(number, command)) continue;
  if (command.do === "strategy") answer(number, { ok: true, description: JSON.stringify({ name: "x", description: "", saveVersion: 1, params: [], needs: null }) });
  else if (command.do === "setup") answer(number, { ok: true, plots: "" });
  else if (command.do === "stop") report(number);
  else answer(number, { ok: true });
}
`;

/**
 * Runs a child of the attacker's.
 *
 * @param behaviour Body of `onSlice(number, count)`, which the program calls for each slice.
 * @param further Further code, for example `function onCommand(number, command) { ... }`, true when it has answered itself.
 */
export async function hostileChild(
  behaviour: string,
  further = "",
  options: AttackOptions = {},
): Promise<Attack> {
  const entry = Deno.makeTempFileSync({ dir: "/tmp", prefix: "sandbar_hostile_", suffix: ".js" });
  try {
    Deno.writeTextFileSync(
      entry,
      `${further}\nfunction onSlice(number, count) { ${behaviour} }\n${PROGRAM}`,
    );
    return await attack("", { rows: 50, ...options, entry });
  } finally {
    Deno.removeSync(entry);
  }
}
