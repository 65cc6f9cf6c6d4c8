/**
 * `STATE/<account>/control.json`: where the running process of an account answers, and the token that it wants to hear. Only its owner can
 * read the file. The process writes it when it serves and removes it when it stops; after a crash it stays, and the port then belongs to
 * nobody or to somebody else, which the instance tells.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import { writeAtomically } from "../../data/atomic_file.ts";

/** What the file holds. */
export interface ControlNote {
  readonly account: string;
  readonly port: number;
  /** Secret: whoever shows it may command. */
  readonly token: string;
  /** Names this run of the process: its answers carry it. */
  readonly instance: string;
  readonly pid: number;
  /** Microseconds UTC. */
  readonly startedUs: number;
}

/** The file of one account. */
export class ControlFile {
  readonly path: string;

  /** @param folder Folder of the account, absolute. */
  constructor(folder: string) {
    this.path = `${folder}/control.json`;
  }

  /**
   * Writes the file, all or nothing, readable by its owner alone. One that a dead process left is replaced.
   *
   * @throws {SandbarError} `data_load` when it cannot be written.
   */
  write(note: ControlNote): void {
    writeAtomically(this.path, new TextEncoder().encode(`${JSON.stringify(note, null, 2)}\n`), {
      replace: true,
      shown: this.path,
      mode: 0o600,
    });
  }

  /**
   * Returns what the file holds; null when it is not there, undefined when it holds something else.
   *
   * @throws {SandbarError} `data_load` when it cannot be read: it is its owner's alone.
   */
  read(): ControlNote | null | undefined {
    try {
      return noteOf(JSON.parse(Deno.readTextFileSync(this.path)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      if (error instanceof SyntaxError) return undefined;
      throw new SandbarError(
        "data_load",
        `Cannot read ${this.path}: ${
          error instanceof Error ? error.message : error
        }; who runs the account may command it, and nobody else`,
        { cause: error },
      );
    }
  }

  /** Removes the file if it is still that of this instance. */
  remove(instance: string): void {
    if (this.read()?.instance === instance) Deno.removeSync(this.path);
  }
}

/** Returns the processes that say they run an account of a state folder, for people. It never fails: it is asked when something else has. */
export function runningIn(stateDir: string): string[] {
  try {
    return [...Deno.readDirSync(stateDir)].filter(({ isDirectory }) => isDirectory)
      .flatMap(({ name }) => {
        const note = new ControlFile(`${stateDir}/${name}`).read();
        return note ? [`process ${note.pid} of account ${note.account}`] : [];
      });
  } catch (error) {
    if (error instanceof SandbarError || error instanceof Deno.errors.NotFound) return [];
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
      return [];
    }
    throw error;
  }
}

function noteOf(value: unknown): ControlNote | undefined {
  const it = (value ?? {}) as Partial<Record<keyof ControlNote, unknown>>;
  const { account, port, token, instance, pid, startedUs } = it;
  return typeof account === "string" && typeof token === "string" &&
      typeof instance === "string" && Number.isSafeInteger(pid) &&
      Number.isSafeInteger(startedUs) && Number.isInteger(port) &&
      (port as number) > 0 && (port as number) < 65536
    ? it as ControlNote
    : undefined;
}
