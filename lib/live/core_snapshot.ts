/**
 * The whole state of an account as bytes, and back: the market so far, every book with what a restarted strategy must be shown again, the
 * operator's state. With it the journal before it is no longer needed.
 *
 * @module
 */

import { SandbarError, StateTape } from "../core/mod.ts";
import type { MirrorPosition } from "../engine/mod.ts";
import { COLUMN_NAMES } from "../market/mod.ts";
import { type BaseHead, baseHead, baseOf, tapeOf, type TapeShape, tapeShape } from "./book_base.ts";
import { encodeHeaded, type Floats, readHeaded } from "./headed_floats.ts";
import type { Telling } from "./live_book.ts";
import type { SessionIdentity } from "./session_identity.ts";
import type { OperatorFields, StrategyStanding } from "./account_state.ts";
import type { TradingCore } from "./trading_core.ts";

/** Version of the form. */
const FORM = 3;

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
  readonly base: BaseHead | null;
  readonly engine: TapeShape;
  readonly shadow: TapeShape;
}

/** Returns the state of an account. */
export function encodeCore(core: TradingCore, identity: SessionIdentity): Uint8Array<ArrayBuffer> {
  const { market } = core, parts: Float64Array[] = [], plan = market.planEntries();
  for (const bars of market.bars) {
    for (const name of COLUMN_NAMES) parts.push(bars[name].subarray(0, bars.length));
  }
  parts.push(Float64Array.from(plan));
  const books = core.books.map((book, k): BookHead => {
    const tape = new StateTape();
    book.shadow.carry(tape);
    const engine = tapeShape(book.engine.snapshot(), parts);
    const shadow = tapeShape(tape.saved(), parts);
    parts.push(book.equity.subarray(0, market.steps));
    parts.push(book.intents.from(0), book.mirrored.from(0));
    const base = book.base === null ? null : baseHead(book.base, parts);
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
      base,
      engine,
      shadow,
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
  return encodeHeaded(head, parts);
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
      const engine = tapeOf(saved.engine, floats), shadow = tapeOf(saved.shadow, floats);
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
        base: saved.base === null ? null : baseOf(saved.base, floats),
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
  const { head, floats } = readHeaded(bytes) as { head: Head; floats: Floats };
  if (head.form !== FORM) throw new RangeError(`its form is ${head.form}, and ${FORM} is known`);
  return { head, floats };
}
