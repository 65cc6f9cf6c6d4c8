/**
 * The fixed entry of the sealed child process: reads frames, keeps the strategy's context, writes frames. It has no permission and never
 * hands an object of its own realm to the strategy's.
 *
 * Frames in: kind, number, length (three 32-bit unsigned integers, little-endian), then the bytes. Frames out: the same. Each command is
 * answered by one frame of kind `answer` or `report` with its number; rows and notes that belong to it come before it.
 *
 * `bootstrap.gen.js` is made from this file; the child starts that one, because types cost 165 ms at every start.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- objects of another realm have no types here

import vm from "node:vm";
import { MODULES } from "./engine_bundle.gen.js";

const KIND = {
  command: 1,
  sessions: 2,
  slice: 3,
  tick: 4,
  unseen: 5,
  told: 6,
  warm: 7,
  resume: 8,
  answer: 11,
  intents: 12,
  plots: 13,
  notes: 14,
  report: 15,
  tape: 16,
  state: 17,
};
const MAX_CHUNK = 1 << 20;
const ENTRY = "lib/engine/sealed_entry.ts",
  SDK = "lib/strategy/mod.ts",
  REALM = "lib/sandbox/child/realm.ts";

const stdin = Deno.stdin,
  stdout = Deno.stdout,
  encoder = new TextEncoder(),
  decoder = new TextDecoder();
const head = new Uint8Array(12), headView = new DataView(head.buffer);

function readFull(bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    const count = stdin.readSync(at === 0 ? bytes : bytes.subarray(at));
    if (count === null) Deno.exit(0);
    at += count;
  }
}

function writeAll(bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) at += stdout.writeSync(at === 0 ? bytes : bytes.subarray(at));
}

function send(kind: number, number: number, bytes: Uint8Array): void {
  const frame = new Uint8Array(12 + bytes.length), view = new DataView(frame.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(4, number, true);
  view.setUint32(8, bytes.length, true);
  frame.set(bytes, 12);
  writeAll(frame);
}

function sendChunks(kind: number, number: number, bytes: Uint8Array, rowBytes: number): void {
  const chunk = MAX_CHUNK - MAX_CHUNK % rowBytes;
  for (let at = 0; at < bytes.length; at += chunk) {
    send(kind, number, bytes.subarray(at, at + chunk));
  }
}

/** Answers; what is too long for a frame (a strategy's description may be) becomes an error. */
function answer(number: number, value: unknown): void {
  const bytes = encoder.encode(JSON.stringify(value));
  if (bytes.length <= MAX_CHUNK) send(KIND.answer, number, bytes);
  else {answer(number, {
      ok: false,
      error: "quota: the strategy describes itself in more than 1 MiB",
    });}
}

let context: any, realm: any, engine: any, namespace: any, seriesCount = 0;
const rows: number[] = [];
const modules = new Map<string, any>();

/** The path that a relative specifier means; undefined when it leads out of the folder. */
function pathFrom(from: string, specifier: string): string | undefined {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === ".." && parts.pop() === undefined) return undefined;
    if (part !== ".." && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Engine modules see engine modules; a strategy's see the SDK and the files of their own folder. */
function link(specifier: string, from: any): any {
  const id: string = from.identifier, isStrategy = id.startsWith("strategy:");
  const found = !isStrategy
    ? modules.get(pathFrom(id, specifier) ?? "")
    : specifier === "sandbar/strategy"
    ? modules.get(SDK)
    : ownModule(id.slice(9), specifier);
  if (found === undefined) throw new TypeError("may not import " + JSON.stringify(specifier));
  return found;
}

/** A module of the strategy's own folder. */
function ownModule(from: string, specifier: string): any {
  if (!specifier.startsWith("./") && !specifier.startsWith("../")) return undefined;
  const path = pathFrom(from, specifier);
  return path === undefined ? undefined : modules.get("strategy:" + path);
}

async function load(id: string): Promise<any> {
  const module = modules.get(id);
  if (module.status === "unlinked") await module.link(link);
  await module.evaluate();
  return module.namespace;
}

async function open(command: any): Promise<void> {
  context = vm.createContext(vm.constants.DONT_CONTEXTIFY as any, {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: "afterEvaluate",
  });
  for (const id of Object.keys(MODULES)) {
    modules.set(id, new vm.SourceTextModule((MODULES as any)[id], { context, identifier: id }));
  }
  realm = await load(REALM);
  realm.shape(command.seed);
  engine = await load(ENTRY);
  await load(SDK);
  realm.connect(engine.nowUs, engine.writeLine);
  if (command.freeze) {
    realm.freezeRealm();
    // Not the SDK alone: from a view its class can be reached, and from there the class's prototype.
    for (const [id, module] of modules) {
      if (id.startsWith("lib/strategy/")) realm.hardenExports(module.namespace);
    }
  }
  engine.open(command.spec);
  seriesCount = command.seriesCount;
  for (let s = 0; s < seriesCount; s++) rows.push(0);
}

/** After the columns are allocated: nothing of the strategy runs before. */
async function strategy(command: any): Promise<string> {
  for (const id of Object.keys(command.modules)) {
    modules.set(
      "strategy:" + id,
      new vm.SourceTextModule(command.modules[id], { context, identifier: "strategy:" + id }),
    );
  }
  const entry = modules.get("strategy:" + command.entry);
  await entry.link(link);
  const evaluated = entry.evaluate({ timeout: command.loadMs });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new TypeError("it did not load in time (a top-level await that never ends?)")),
      command.loadMs,
    );
  });
  await Promise.race([evaluated, late]);
  clearTimeout(timer);
  namespace = entry.namespace;
  return engine.describe(namespace.default);
}

function flush(number: number): void {
  const notes = engine.takeNotes();
  if (typeof notes !== "string") throw new TypeError("notes");
  if (notes !== "") sendChunks(KIND.notes, number, encoder.encode(notes), 1);
  sendChunks(
    KIND.intents,
    number,
    new Uint8Array(engine.intentBuffer(), 0, engine.intentCount() * 48),
    48,
  );
  sendChunks(
    KIND.plots,
    number,
    new Uint8Array(engine.plotBuffer(), 0, engine.plotRowCount() * 24),
    24,
  );
  engine.clear();
}

/** Reads the rows that follow a slice header straight into the columns, then walks them as the kind says. */
function slice(number: number, header: Uint32Array, kind: number): void {
  const steps = header[0]!, planFrom = header[1]!, planCount = header[2]!, mirrored = header[3]!;
  for (let s = 0; s < seriesCount; s++) {
    const count = header[4 + s]!, from = rows[s]!;
    if (count === 0) continue;
    for (let k = 0; k < 7; k++) {
      readFull(new Uint8Array(engine.columnBuffer(s, k), from * 8, count * 8));
    }
    rows[s] = from + count;
    engine.fill(s, from + count);
  }
  if (planCount > 0) readFull(new Uint8Array(engine.planBuffer(), planFrom * 2, planCount * 2));
  if (mirrored > 0) readFull(new Uint8Array(engine.mirrorBuffer(mirrored), 0, mirrored * 96));
  if (kind === KIND.warm) {
    engine.warm(steps);
    return answer(number, { ok: true });
  }
  report(number, kind === KIND.unseen ? engine.unseen(steps) : engine.slice(steps));
}

/** Goes on from a state: the length of its head, the head (JSON), the numbers. */
function resume(number: number, bytes: Uint8Array): void {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const json = decoder.decode(bytes.subarray(4, 4 + length)), numbers = bytes.subarray(4 + length);
  new Uint8Array(engine.resumeBuffer(numbers.length / 8)).set(numbers);
  const { chance } = JSON.parse(json);
  if (chance !== null) realm.setChance(chance[0], chance[1], chance[2], chance[3]);
  report(number, engine.resume(json));
}

/** Asks the strategy for its state and sends it with that of its book. */
function save(number: number, maxBytes: number): void {
  const text = engine.save();
  if (typeof text !== "string") throw new TypeError("state");
  const bytes = encoder.encode(text);
  if (bytes.length > maxBytes) {
    throw new TypeError(
      `quota: save returned ${bytes.length} bytes of JSON, and sandbox.max_state_bytes is ${maxBytes}`,
    );
  }
  sendChunks(KIND.state, number, bytes, 1);
  sendChunks(KIND.tape, number, new Uint8Array(engine.tapeBuffer()), 8);
  const chance = [0, 1, 2, 3].map((k) => realm.chanceAt(k));
  answer(number, { ok: true, head: engine.tapeText(), chance });
}

function report(number: number, hash: unknown): void {
  if (typeof hash !== "number") throw new TypeError("hash");
  flush(number);
  const due = engine.nextEventUs();
  send(
    KIND.report,
    number,
    new Uint8Array(new Float64Array([hash, typeof due === "number" ? due : NaN]).buffer),
  );
}

function textOf(error: any): string {
  try {
    const stack = error?.stack;
    return (typeof stack === "string" ? stack : String(error)).slice(0, 4000);
  } catch {
    return "an error that cannot be shown";
  }
}

/** Where the run is, for the message of a failure. */
function place(): { step: unknown; timeUs: unknown } {
  return engine === undefined
    ? { step: -1, timeUs: 0 }
    : { step: engine.stepNow(), timeUs: engine.nowUs() };
}

async function obey(number: number, kind: number, bytes: Uint8Array): Promise<void> {
  if (kind === KIND.slice || kind === KIND.unseen || kind === KIND.warm) {
    const header = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    return slice(number, header, kind);
  }
  if (kind === KIND.resume) return resume(number, bytes);
  if (kind === KIND.told) {
    const timeUs = new Float64Array(bytes.buffer, bytes.byteOffset, 1)[0]!,
      rows = bytes.subarray(8);
    new Uint8Array(engine.mirrorBuffer(rows.length / 96)).set(rows);
    return report(number, engine.told(timeUs));
  }
  if (kind === KIND.tick) {
    return report(number, engine.tick(new Float64Array(bytes.buffer, bytes.byteOffset, 1)[0]!));
  }
  if (kind === KIND.sessions) {
    const tables = bytes.length / 4,
      lengths = new Uint32Array(bytes.buffer, bytes.byteOffset, tables);
    for (let t = 0; t < tables; t++) {
      for (let k = 0; k < 2; k++) {
        readFull(new Uint8Array(engine.sessionBuffer(t, k), 0, lengths[t]! * 8));
      }
    }
    return answer(number, { ok: true });
  }
  const command = JSON.parse(decoder.decode(bytes));
  switch (command.do) {
    case "open":
      await open(command);
      return answer(number, { ok: true });
    case "strategy":
      return answer(number, { ok: true, description: await strategy(command) });
    case "setup": {
      const plots = engine.setup(command.values, command.rights, realm.hardenObject);
      if (command.starts) engine.start();
      return answer(number, { ok: true, plots, saves: engine.offersSave() });
    }
    case "start":
      engine.start();
      return report(number, engine.tick(engine.nowUs()));
    case "save":
      return save(number, command.maxBytes);
    case "stop":
      return report(number, engine.stop());
    default:
      throw new TypeError("unknown command");
  }
}

for (const name of ["read", "write", "net", "env", "run", "ffi", "sys", "import"] as const) {
  const state = Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state;
  if (state !== "denied") {
    answer(0, { ok: false, error: `the child's permission "${name}" is ${state}, not denied` });
    Deno.exit(1);
  }
}
// The launcher's last argument says whether there is a network namespace around this process.
answer(0, { ok: true, isolated: Deno.args[0] === "isolated" });
for (;;) {
  readFull(head);
  const kind = headView.getUint32(0, true), number = headView.getUint32(4, true);
  const bytes = new Uint8Array(headView.getUint32(8, true));
  readFull(bytes);
  try {
    await obey(number, kind, bytes);
  } catch (error) {
    answer(number, { ok: false, error: textOf(error), ...place() });
  }
}
