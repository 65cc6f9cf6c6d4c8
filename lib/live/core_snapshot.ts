/**
 * The whole state of an account as bytes, and back: the market so far, every book with what a restarted strategy must be shown again, the
 * operator's state. With it the journal before it is no longer needed.
 *
 * Form: a length (32 bits, little-endian), that many bytes of JSON (a form version, the sizes, texts and truths), then 64-bit floats in the
 * order in which the JSON counts them.
 *
 * @module
 */

import { SandbarError, type SavedState, StateTape } from "../core/mod.ts";
import type { MirrorPosition } from "../engine/mod.ts";
import { COLUMN_NAMES } from "../market/mod.ts";
import type { Telling } from "./live_book.ts";
import type { SessionIdentity } from "./session_identity.ts";
import type { OperatorFields, StrategyStanding, TradingCore } from "./trading_core.ts";

/** Version of the form. */
const FORM = 1;

interface Head {
  readonly form: number;
  readonly identity: SessionIdentity;
  readonly operator: OperatorFields;
  readonly steps: number;
  readonly rows: readonly number[];
  readonly planLength: number;
  readonly books: readonly BookHead[];
}

interface BookHead {
  readonly standing: StrategyStanding;
  readonly tellings: readonly Telling[];
  readonly executions: readonly (readonly [string, number])[];
  readonly skipped: readonly number[];
  readonly flattening: number;
  readonly mirroredBefore: number;
  readonly mirror: MirrorPosition;
  readonly intents: number;
  readonly mirrored: number;
  readonly engine: { readonly length: number; readonly texts: readonly string[] };
  readonly shadow: { readonly length: number; readonly texts: readonly string[] };
}

/** Returns the state of an account. */
export function encodeCore(core: TradingCore, identity: SessionIdentity): Uint8Array<ArrayBuffer> {
  const { market } = core, parts: Float64Array[] = [], plan = market.planEntries();
  for (const bars of market.bars) {
    for (const name of COLUMN_NAMES) parts.push(bars[name].subarray(0, bars.length));
  }
  parts.push(Float64Array.from(plan));
  const books = core.books.map((book, k): BookHead => {
    const engine = book.engine.snapshot(), tape = new StateTape();
    book.shadow.carry(tape);
    const shadow = tape.saved();
    parts.push(engine.numbers, shadow.numbers, book.equity.subarray(0, market.steps));
    parts.push(book.intents.from(0), book.mirrored.from(0));
    return {
      standing: core.standings[k]!,
      tellings: book.tellings,
      executions: [...book.executions],
      skipped: [...book.skipped],
      flattening: book.flattening,
      mirroredBefore: book.mirroredBefore,
      mirror: book.mirrorPosition(),
      intents: book.intents.count,
      mirrored: book.mirrored.count,
      engine: { length: engine.length, texts: engine.texts },
      shadow: { length: shadow.length, texts: shadow.texts },
    };
  });
  const head: Head = {
    form: FORM,
    identity,
    operator: core.operatorFields(),
    steps: market.steps,
    rows: market.bars.map((bars) => bars.length),
    planLength: plan.length,
    books,
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const floats = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const bytes = new Uint8Array(4 + text.length + floats);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  let at = 4 + text.length;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

/**
 * Brings an account that was just made to a state.
 *
 * @throws {SandbarError} `snapshot_corrupt` when the bytes are of another form; the account is of no use then.
 */
export function restoreCore(core: TradingCore, bytes: Uint8Array<ArrayBuffer>): void {
  try {
    const { head, floats } = readHead(bytes), { market } = core;
    if (head.books.length !== core.books.length || head.rows.length !== market.bars.length) {
      throw new RangeError("it is of another number of strategies or symbols");
    }
    market.restore(
      head.steps,
      head.rows.map((rows) => COLUMN_NAMES.map(() => floats.take(rows))),
      Uint16Array.from(floats.take(head.planLength)),
    );
    head.books.forEach((saved, k) => {
      const state = (part: BookHead["engine"]): SavedState => ({
        numbers: floats.take(part.length),
        length: part.length,
        texts: part.texts,
      });
      const engine = state(saved.engine), shadow = state(saved.shadow);
      core.books[k]!.restore({
        engine,
        shadow,
        equity: floats.take(head.steps),
        intents: floats.take(saved.intents * 6),
        mirrored: floats.take(saved.mirrored * 12),
        tellings: saved.tellings,
        executions: saved.executions,
        skipped: saved.skipped,
        flattening: saved.flattening,
        mirroredBefore: saved.mirroredBefore,
        mirror: saved.mirror,
      });
      Object.assign(core.standings[k]!, saved.standing);
    });
    floats.end();
    core.restoreOperator(head.operator);
  } catch (cause) {
    throw new SandbarError(
      "snapshot_corrupt",
      `Cannot take the account's snapshot back: ${
        cause instanceof Error ? cause.message : String(cause)
      }; run deno task doctor`,
      { cause },
    );
  }
}

/** Returns the identity of the session that a snapshot is of. */
export function identityIn(bytes: Uint8Array<ArrayBuffer>): SessionIdentity {
  return readHead(bytes).head.identity;
}

function readHead(bytes: Uint8Array<ArrayBuffer>): { head: Head; floats: Floats } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as Head;
  if (head.form !== FORM) throw new RangeError(`its form is ${head.form}, and ${FORM} is known`);
  // A copy: the floats need not begin at a multiple of eight.
  return { head, floats: new Floats(new Float64Array(bytes.slice(4 + length).buffer)) };
}

/** Hands numbers out in their order. */
class Floats {
  readonly #numbers: Float64Array<ArrayBuffer>;
  #at = 0;

  constructor(numbers: Float64Array<ArrayBuffer>) {
    this.#numbers = numbers;
  }

  take(count: number): Float64Array<ArrayBuffer> {
    if (!(count >= 0) || this.#at + count > this.#numbers.length) {
      throw new RangeError("it is cut off");
    }
    return this.#numbers.slice(this.#at, this.#at += count);
  }

  end(): void {
    if (this.#at !== this.#numbers.length) throw new RangeError("it goes on where it should end");
  }
}
