/**
 * The HALT file of an account, `STATE/<account>/HALT`: who halts it leaves a line of JSON there, which works when nobody answers. The running
 * process polls it, and the next start finds it. In doubt it means halted: a file that cannot be read, is malformed or gives no reason
 * halts too, and so does `touch HALT`.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import { writeAtomically } from "../../data/atomic_file.ts";

/** Who halted, why, when. */
export interface HaltNote {
  readonly reason: string;
  readonly who: string;
  /** Microseconds UTC. */
  readonly timeUs: number;
}

/** What the file says. */
export type HaltReading =
  | { readonly isHalted: false }
  | {
    readonly isHalted: true;
    /** Why; for a file that does not tell, what is wrong with it. */
    readonly reason: string;
    /** Empty when the file does not tell. */
    readonly who: string;
    /** Microseconds UTC, null when the file does not tell. */
    readonly timeUs: number | null;
  };

/** A larger file is malformed. */
const MAX_BYTES = 8192;

/** The file of one account. */
export class HaltFile {
  readonly path: string;

  /** @param folder Folder of the account, absolute. */
  constructor(folder: string) {
    this.path = `${folder}/HALT`;
  }

  /**
   * Halts. An older note is replaced.
   *
   * @throws {SandbarError} `data_load` when it cannot be written.
   */
  write(note: HaltNote): void {
    const { reason, who, timeUs } = note;
    writeAtomically(
      this.path,
      new TextEncoder().encode(`${JSON.stringify({ reason, who, timeUs })}\n`),
      { replace: true, shown: this.path, mode: 0o600 },
    );
  }

  /** Returns what the file says. Never throws: what cannot be read halts. */
  read(): HaltReading {
    try {
      const info = Deno.statSync(this.path);
      // Anything else, such as a pipe, could hold up whoever reads it.
      if (!info.isFile) return unreadable(`${this.path} is not a file`);
      if (info.size > MAX_BYTES) return unreadable(`${this.path} has ${info.size} bytes`);
      return noteOf(JSON.parse(Deno.readTextFileSync(this.path)), this.path);
    } catch (error) {
      // A link that leads nowhere is a file that cannot be read.
      if (error instanceof Deno.errors.NotFound && !isThere(this.path)) return { isHalted: false };
      return unreadable(
        error instanceof SyntaxError
          ? `${this.path} is not a line of JSON`
          : `${this.path} cannot be read: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /**
   * Lifts the halt. Returns false when there was none.
   *
   * @throws {SandbarError} `data_load` when the file cannot be removed: it goes on halting.
   */
  remove(): boolean {
    try {
      Deno.removeSync(this.path);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw new SandbarError(
        "data_load",
        `Cannot remove ${this.path}: ${error instanceof Error ? error.message : error}`,
        { cause: error },
      );
    }
  }
}

function noteOf(value: unknown, path: string): HaltReading {
  const { reason, who, timeUs } = (value ?? {}) as Partial<Record<keyof HaltNote, unknown>>;
  return {
    isHalted: true,
    reason: typeof reason === "string" && reason !== "" ? reason : `${path} gives no reason`,
    who: typeof who === "string" ? who : "",
    timeUs: Number.isSafeInteger(timeUs) ? timeUs as number : null,
  };
}

function unreadable(reason: string): HaltReading {
  return { isHalted: true, reason, who: "", timeUs: null };
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    // Only the certain absence of the file lets the engine go on.
    return !(error instanceof Deno.errors.NotFound);
  }
}
