/**
 * A file of JSON lines that is only appended to, and that stops nobody: a write that fails is counted and not tried again, a full file
 * takes nothing more. What a failing write left of a line is ended before the next one, so that each whole line stays readable.
 *
 * @module
 */

/** How a file is kept. */
export interface JsonLinesOptions {
  /** True makes a new file: when the name is taken, `-2`, `-3`, ... is put to it. */
  readonly isNew: boolean;
  /** Largest size, bytes; a line that would go beyond it is left out. Default 256 MiB. */
  readonly maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 268_435_456;
/** Files of one name; a new one beyond them is not made. */
const MAX_NAMES = 1000;
const ENCODER = new TextEncoder();

/** What became of the lines. */
export interface LineCounts {
  readonly written: number;
  /** Lost because a write failed. */
  readonly failed: number;
  /** Left out because the file was full. */
  readonly leftOut: number;
}

/** Appends lines to a file, which is made, with its folder, at the first one. One write at a time. */
export class JsonLinesFile {
  /** What the last failing write threw. */
  lastError: unknown = undefined;
  readonly #name: string;
  readonly #isNew: boolean;
  readonly #maxBytes: number;
  #path: string;
  #file: Deno.FsFile | null = null;
  #size = 0;
  #written = 0;
  #failed = 0;
  #leftOut = 0;
  /** True when the file may end inside a line. */
  #isTorn = false;

  /** @param name Path without the ending `.jsonl`. */
  constructor(name: string, options: JsonLinesOptions) {
    this.#name = name;
    this.#isNew = options.isNew;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#path = `${name}.jsonl`;
  }

  /** Where the lines are; known for sure after the first write. */
  get path(): string {
    return this.#path;
  }

  get counts(): LineCounts {
    return { written: this.#written, failed: this.#failed, leftOut: this.#leftOut };
  }

  /** Appends one line for each value. Never rejects. */
  async write(values: readonly unknown[]): Promise<void> {
    let text = "", lines = 0;
    try {
      const file = this.#file ??= this.#open();
      if (this.#isTorn) text = "\n";
      let size = this.#size + text.length;
      for (const value of values) {
        const line = `${JSON.stringify(value)}\n`, bytes = ENCODER.encode(line).length;
        if (size + bytes > this.#maxBytes) {
          this.#leftOut++;
          continue;
        }
        text += line;
        size += bytes;
        lines++;
      }
      await this.#append(file, ENCODER.encode(lines === 0 ? "" : text));
      this.#written += lines;
    } catch (error) {
      this.#failed += this.#file === null ? values.length : lines;
      this.lastError = error;
    }
  }

  /** Closes the file. */
  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  async #append(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const count = await file.write(bytes.subarray(at));
      this.#isTorn = true;
      this.#size += count;
      at += count;
    }
    if (bytes.length > 0) this.#isTorn = false;
  }

  #open(): Deno.FsFile {
    Deno.mkdirSync(this.#name.slice(0, this.#name.lastIndexOf("/")), { recursive: true });
    const file = this.#isNew ? this.#openNew() : this.#openAt(this.#path, false);
    this.#size = file.statSync().size;
    // Whoever wrote it before may have died inside a line.
    this.#isTorn = this.#size > 0 && !endsLine(file);
    return file;
  }

  #openNew(): Deno.FsFile {
    for (let number = 1; number < MAX_NAMES; number++) {
      const path = `${this.#name}${number === 1 ? "" : `-${number}`}.jsonl`;
      try {
        const file = this.#openAt(path, true);
        this.#path = path;
        return file;
      } catch (error) {
        if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
      }
    }
    throw new Deno.errors.AlreadyExists(`${this.#name}: ${MAX_NAMES} files of this name`);
  }

  #openAt(path: string, createNew: boolean): Deno.FsFile {
    return Deno.openSync(path, {
      read: true,
      append: true,
      create: !createNew,
      createNew,
      mode: 0o600,
    });
  }
}

function endsLine(file: Deno.FsFile): boolean {
  const last = new Uint8Array(1);
  file.seekSync(-1, Deno.SeekMode.End);
  file.readSync(last);
  return last[0] === "\n".charCodeAt(0);
}
