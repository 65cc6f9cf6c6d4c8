/**
 * The view of a running account on the standard output: drawn in place when that is a terminal, one line for each thing that happened when
 * it is not, nothing when it should be quiet.
 *
 * A drawing is one write, and none when nothing has changed, so that nothing flickers. It never reaches beyond the window: lines are cut to
 * its width and left out below its height. Between two drawings the terminal is as it was: nothing is to be undone at the end.
 *
 * @module
 */

import type { AccountView } from "../../lib/live/control/mod.ts";
import type { SandbarEvent } from "../../lib/observe/mod.ts";
import { eventLine, type Paint, renderStatus, type Tone } from "./status_lines.ts";

/** Where a view goes. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  /** The window as it is now; it may be resized at any time. */
  size(): { readonly columns: number; readonly rows: number };
  write(text: string): void;
}

/** A view of a running account. */
export interface LiveView {
  /** Shows how the account is now. Call it about once a second. */
  show(view: AccountView): void;
  /** Tells what happened. */
  tell(events: readonly SandbarEvent[]): void;
}

/** The standard output of this process. `NO_COLOR` turns colours off. */
export const STDOUT: Screen = {
  isTerminal: Deno.stdout.isTerminal(),
  hasColor: !Deno.noColor,
  size: () => {
    const { columns, rows } = Deno.consoleSize();
    // Some terminals do not know their size.
    return { columns: columns || 80, rows: rows || 24 };
  },
  write: writeOut,
};

/** Returns the view that fits a screen. */
export function openLiveView(screen: Screen, isQuiet: boolean): LiveView {
  if (isQuiet) return QUIET;
  return screen.isTerminal ? new DrawnView(screen) : new LineView(screen);
}

const QUIET: LiveView = {
  show: () => undefined,
  tell: () => undefined,
};

/** One line an event. */
class LineView implements LiveView {
  readonly #screen: Screen;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(): void {
    // What is worth a line is told as an event.
  }

  tell(events: readonly SandbarEvent[]): void {
    const told = events.filter(({ severity }) => severity !== "debug");
    if (told.length > 0) this.#screen.write(`${told.map(eventLine).join("\n")}\n`);
  }
}

const HOLD_WRAP = "\x1b[?7l", WRAP = "\x1b[?7h", HIDE_CURSOR = "\x1b[?25l", CURSOR = "\x1b[?25h";
const END_OF_LINE = "\x1b[K", END_OF_SCREEN = "\x1b[J", WHOLE_SCREEN = "\x1b[H\x1b[2J";

const COLORS: Readonly<Record<Tone, string>> = {
  plain: "",
  heading: "\x1b[1m",
  faint: "\x1b[2m",
  alarm: "\x1b[33m",
};

const IN_COLOR: Paint = (line, tone) =>
  COLORS[tone] === "" || line === "" ? line : `${COLORS[tone]}${line}\x1b[0m`;

/** Drawn over itself. */
class DrawnView implements LiveView {
  readonly #screen: Screen;
  #drawn: readonly string[] = [];
  #columns = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show(view: AccountView): void {
    const { columns, rows } = this.#screen.size();
    const all = this.#screen.hasColor
      ? renderStatus(view, columns, IN_COLOR)
      : renderStatus(view, columns);
    // The cursor stands below the last line.
    const lines = all.slice(0, Math.max(rows - 1, 0)), before = this.#drawn;
    const isResized = columns !== this.#columns && before.length > 0;
    if (!isResized && isSame(lines, before)) return;
    const start = isResized || before.length > rows - 1
      // What the terminal made of the old lines in the new window cannot be known.
      ? WHOLE_SCREEN
      : before.length === 0
      ? ""
      : `\x1b[${before.length}A\r`;
    const text = lines.map((line) => `${line}${END_OF_LINE}\n`).join("");
    this.#screen.write(
      `${HIDE_CURSOR}${HOLD_WRAP}${start}${text}${END_OF_SCREEN}${WRAP}${CURSOR}`,
    );
    this.#drawn = lines;
    this.#columns = columns;
  }

  tell(): void {
    // The drawing shows the last events.
  }
}

function isSame(lines: readonly string[], others: readonly string[]): boolean {
  return lines.length === others.length && lines.every((line, index) => line === others[index]);
}

/** True once the reader of the output has gone. */
let isGone = false;

/** Writes to the standard output. Who watches may leave at any time; the account trades on. */
function writeOut(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length && !isGone;) {
      at += Deno.stdout.writeSync(bytes.subarray(at));
    }
  } catch {
    isGone = true;
  }
}
