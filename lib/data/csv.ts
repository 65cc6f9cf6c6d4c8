/**
 * Reads a CSV file of bars into columns: blocks of 256 KiB, whole lines, one tight loop a number. Memory is the columns and one block.
 *
 * It finds what cannot be read. What can be read but cannot be true (order, high below low) is found by the checks in `lib/market`.
 *
 * @module
 */

import type { Hash } from "node:crypto";
import { SandbarError } from "../core/mod.ts";
import { type CsvLayout, layoutOf } from "./csv_layout.ts";
import { CLOSE, CsvRows, HIGH, LOW, OPEN, textOf, TIME, VOLUME } from "./csv_rows.ts";
import type { FileBars } from "./file_bars.ts";
import { newSha256 } from "./sha256.ts";
import { messageOf, openRegular, refuseBinary } from "./text_file.ts";

const BLOCK = 256 * 1024;
const LF = 10;

/**
 * Reads a whole file.
 *
 * @param path The file.
 * @param shown How messages call it. Default: the path.
 * @throws {SandbarError} As {@linkcode CsvReader}.
 */
export function readCsv(path: string, shown: string = path): FileBars {
  using reader = new CsvReader(path, shown);
  while (reader.step());
  return reader.finish();
}

/**
 * Reads a file block by block, so that a long import can show progress and stop between blocks.
 *
 * @throws {SandbarError} `data_missing` when there is no such file; `data_invalid` when it is not CSV text with bars (binary, no
 * columns, a line above 256 KiB, several symbols); `data_load` when the system cannot read it.
 */
export class CsvReader {
  readonly #shown: string;
  readonly #file: Deno.FsFile;
  readonly #hash: Hash = newSha256();
  readonly #buffer = new Uint8Array(BLOCK + 1);
  /** Size of the file in bytes. */
  readonly size: number;
  /** Bytes read so far. */
  bytesRead = 0;
  #have = 0;
  // Line of the head until the layout is known, of row 0 from then on.
  #line = 1;
  #layout: CsvLayout | undefined;
  #rows: CsvRows | undefined;

  constructor(path: string, shown: string) {
    this.#shown = shown;
    const opened = openRegular(path, shown);
    this.#file = opened.file;
    this.size = opened.size;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** Reads the next block. Returns false at the end of the file. */
  step(): boolean {
    const buffer = this.#buffer;
    const got = this.#read(buffer.subarray(this.#have, BLOCK));
    if (got === 0) {
      if (this.#have > 0) {
        buffer[this.#have] = LF;
        this.#lines(0, this.#have + 1);
        this.#have = 0;
      }
      return false;
    }
    const from = this.#have;
    this.#hash.update(buffer.subarray(from, from + got));
    this.bytesRead += got;
    this.#have += got;
    if (this.bytesRead === got) refuseBinary(buffer.subarray(0, got), this.#shown);
    const last = buffer.lastIndexOf(LF, this.#have - 1);
    if (last < 0) {
      if (this.#have < BLOCK) return true;
      throw this.#invalid(
        this.#line + (this.#rows?.length ?? 0),
        "longer than 262,144 bytes; bars are expected one a line",
      );
    }
    this.#lines(0, last + 1);
    buffer.copyWithin(0, last + 1, this.#have);
    this.#have -= last + 1;
    return true;
  }

  /** Returns the columns. */
  finish(): FileBars {
    const layout = this.#layout, rows = this.#rows;
    if (layout === undefined || rows?.timeForm === undefined) {
      const what = layout === undefined ? "the file is empty" : "there is a header and no row";
      throw new SandbarError("data_invalid", `Cannot read bars: ${this.#shown}: ${what}`);
    }
    const exactly = (code: number): Float64Array => rows.columns[code]!.subarray(0, rows.length);
    return {
      hasVolume: layout.hasVolume,
      timeForm: rows.timeForm,
      time: exactly(TIME),
      open: exactly(OPEN),
      high: exactly(HIGH),
      low: exactly(LOW),
      close: exactly(CLOSE),
      volume: exactly(VOLUME),
      length: rows.length,
      firstLine: this.#line,
      symbol: rows.symbol,
      unreadable: rows.faults,
      sha256: this.#hash.digest("hex"),
    };
  }

  #read(into: Uint8Array): number {
    try {
      return this.#file.readSync(into) ?? 0;
    } catch (cause) {
      throw new SandbarError("data_load", `Cannot read ${this.#shown}: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  #lines(from: number, end: number): void {
    let at = from;
    if (this.#layout === undefined) {
      at = this.#head(at, end);
      if (at < 0) return;
    }
    if (at < end) this.#rows?.add(this.#buffer, at, end);
  }

  /** Finds the layout. Returns where the rows begin, or -1 when no line with text has come yet. */
  #head(from: number, end: number): number {
    const bytes = this.#buffer;
    let at = from;
    if (this.#line === 1 && bytes[at] === 0xef && bytes[at + 1] === 0xbb) at += 3;
    for (;;) {
      if (at >= end) return -1;
      const stop = bytes.indexOf(LF, at), first = textOf(bytes, at, stop);
      if (first !== "" && !first.startsWith("#") && !/^sep=.$/i.test(first)) {
        if (first.includes("\r")) {
          throw this.#invalid(this.#line, "lines end with CR alone; save the file with LF or CRLF");
        }
        const next = bytes.indexOf(LF, stop + 1);
        const second = next > 0 && next < end ? textOf(bytes, stop + 1, next) : "";
        const layout = layoutOf(first, second, this.#shown);
        this.#layout = layout;
        if (layout.hasHeader) this.#line++;
        this.#rows = new CsvRows(layout, {
          shown: this.#shown,
          firstLine: this.#line,
          // A guess from the size of the file and of this line; it grows when it was too small.
          capacity: Math.max(64, Math.ceil(this.size / Math.max(16, stop - at) * 1.05)),
        });
        return layout.hasHeader ? stop + 1 : at;
      }
      this.#line++;
      at = stop + 1;
    }
  }

  #invalid(line: number, message: string): SandbarError {
    return new SandbarError(
      "data_invalid",
      `Cannot read bars: ${this.#shown} line ${line}: ${message}`,
      { context: { file: this.#shown, line } },
    );
  }
}
