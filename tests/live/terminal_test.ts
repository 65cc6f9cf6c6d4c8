import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AccountView } from "../../lib/live/control/mod.ts";
import { EventBus } from "../../lib/observe/mod.ts";
import { renderStatus } from "../../scripts/live/status_lines.ts";
import { openLiveView, type Screen } from "../../scripts/live/terminal.ts";
import { NOON_US, STATUS, VIEW } from "./control/running_account.ts";

/** A window that keeps what is written and shows what a terminal would, by the few codes that the view uses. */
class Window implements Screen {
  readonly isTerminal: boolean;
  readonly hasColor: boolean;
  readonly writes: string[] = [];
  columns = 100;
  rows = 40;
  #lines: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(isTerminal: boolean, hasColor = false) {
    this.isTerminal = isTerminal;
    this.hasColor = hasColor;
  }

  size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.columns, rows: this.rows };
  }

  write(text: string): void {
    this.writes.push(text);
    const [first = "", ...coded] = text.split(ESCAPE);
    this.#type(first);
    for (const piece of coded) {
      const [whole = "", count, code] = /^([?\d]*)([A-Za-z])/.exec(piece) ?? [];
      this.#obey(code!, count!);
      this.#type(piece.slice(whole.length));
    }
  }

  /** What stands in the window above the cursor. */
  get shown(): readonly string[] {
    return this.#lines.slice(0, this.#row);
  }

  /** Lines below the cursor, which should be none. */
  get left(): number {
    return this.#lines.length - 1 - this.#row;
  }

  #obey(code: string, count: string): void {
    // Colours, the cursor's looks and wrapping do not change which letters stand where.
    if (code === "A") this.#row -= Number(count);
    else if (code === "H") this.#row = this.#column = 0;
    else if (code === "K") this.#lines[this.#row] = this.#line.slice(0, this.#column);
    else if (code === "J" && count === "2") this.#lines = [""];
    else if (code === "J") this.#lines.length = this.#row + 1;
  }

  #type(letters: string): void {
    for (const letter of letters) {
      if (letter === "\r") this.#column = 0;
      else if (letter === "\n") {
        this.#column = 0;
        this.#lines[++this.#row] ??= "";
      } else {
        const line = this.#line;
        this.#lines[this.#row] = line.slice(0, this.#column) + letter +
          line.slice(++this.#column);
      }
    }
  }

  get #line(): string {
    return this.#lines[this.#row]!;
  }
}

/** What begins the codes that a terminal obeys. */
const ESCAPE = "\x1b[";

function colorsIn(text: string): string[] {
  return text.split(ESCAPE).slice(1).flatMap((piece) => /^\d+m/.exec(piece)?.[0] ?? []);
}

function stateIs(why: string): AccountView {
  const engine = { ...STATUS.engine, state: "paused" as const, why };
  return { ...VIEW, status: { ...STATUS, engine } };
}

Deno.test("live view: in a terminal each drawing is one write over the last, and none when nothing has changed", () => {
  const window = new Window(true), view = openLiveView(window, false);
  view.show(VIEW);
  assertEquals(window.shown, renderStatus(VIEW, 100));
  view.show(VIEW);
  assertEquals(window.writes.length, 1);
  view.show(stateIs("lunch"));
  assertEquals(window.writes.length, 2);
  assertEquals(window.shown, renderStatus(stateIs("lunch"), 100));
  // Fewer lines than before: nothing of the longer drawing stays.
  view.show(VIEW);
  assertEquals(window.shown, renderStatus(VIEW, 100));
  assertEquals(window.left, 0);
  assertEquals(window.writes.slice(1).some((text) => text.includes("\x1b[2J")), false);
});

Deno.test("live view: a window of another width is drawn anew, a low one holds the first lines", () => {
  const window = new Window(true), view = openLiveView(window, false);
  view.show(VIEW);
  window.columns = 50;
  view.show(VIEW);
  assertStringIncludes(window.writes[1]!, "\x1b[H\x1b[2J");
  assertEquals(window.shown, renderStatus(VIEW, 50));
  window.rows = 6;
  view.show(VIEW);
  assertEquals(window.shown, renderStatus(VIEW, 50).slice(0, 5));
  assertStringIncludes(window.writes[2]!, "\x1b[H\x1b[2J");
  view.show(stateIs("lunch"));
  assertEquals(window.shown, renderStatus(stateIs("lunch"), 50).slice(0, 5));
});

Deno.test("live view: what it changes in a terminal it changes back in the same write", () => {
  const window = new Window(true), view = openLiveView(window, false);
  view.show(VIEW);
  const [text] = window.writes;
  assertEquals(text!.startsWith("\x1b[?25l\x1b[?7l"), true);
  assertEquals(text!.endsWith("\x1b[?7h\x1b[?25h"), true);
});

Deno.test("live view: colours only where they are wanted, and each ends on its line", () => {
  const plain = new Window(true), colored = new Window(true, true);
  openLiveView(plain, false).show(stateIs("lunch"));
  openLiveView(colored, false).show(stateIs("lunch"));
  assertEquals(colorsIn(plain.writes[0]!), []);
  assertStringIncludes(colored.writes[0]!, "\x1b[33mpaused: lunch\x1b[0m");
  for (const line of colored.writes[0]!.split("\n")) {
    const colors = colorsIn(line);
    assertEquals(colors.length === 0 || (colors.length === 2 && colors[1] === "0m"), true, line);
  }
  assertEquals(colored.shown, plain.shown);
});

Deno.test("live view: without a terminal, one line for what happened and nothing for how it is; with --quiet nothing", () => {
  const window = new Window(false), quiet = new Window(true), bus = new EventBus();
  const origin = { timeUs: NOON_US, source: "test" };
  bus.publish("CYCLE_START", { tick: 1 }, origin);
  bus.publish("ENGINE_PAUSE", { who: "ana", why: "lunch\u001b[2J" }, origin);
  bus.publish("ERROR", { code: "x", message: "broken" }, origin);
  for (const view of [openLiveView(window, false), openLiveView(quiet, true)]) {
    view.show(VIEW);
    view.tell(bus.recent());
    view.tell(bus.recent({ types: ["CYCLE_START"] }));
  }
  assertEquals(
    window.writes.join(""),
    [
      "2024-01-05 15:30:00  info      ENGINE_PAUSE  paused by ana: lunch?[2J\n",
      "2024-01-05 15:30:00  error     ERROR  broken\n",
    ].join(""),
  );
  assertEquals(quiet.writes, []);
});

function start(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--frozen",
      "--allow-env=INIT_CWD",
      "--allow-read",
      "tests/live/show_events.ts",
      ...args,
    ],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("live view: a piped process prints whole lines, and trades on when its reader has gone", async () => {
  const child = start(), reader = child.stdout.getReader(), input = child.stdin.getWriter();
  const line = "2024-01-05 15:30:00  warning   WARNING  tick 0\n";
  assertEquals(new TextDecoder().decode((await reader.read()).value), line);
  await reader.cancel();
  for (let more = 0; more < 3; more++) await input.write(new TextEncoder().encode("more\n"));
  await input.close();
  const [{ code }, errors] = await Promise.all([
    child.status,
    new Response(child.stderr).text(),
  ]);
  assertEquals([code, errors], [0, ""]);
});

Deno.test("live view: a piped process with --quiet prints nothing", async () => {
  const child = start("--quiet");
  await child.stdin.close();
  const { code, stdout, stderr } = await child.output();
  assertEquals([code, stdout.length, new TextDecoder().decode(stderr)], [0, 0, ""]);
});
