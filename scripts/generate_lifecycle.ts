/**
 * Draws the life of an order into ARCHITECTURE.md, between its markers: a state diagram and the two tables of every pair, read from the code.
 * With `--check` it writes nothing and fails when the drawing is stale.
 *
 * @module
 */

import { join } from "@std/path";
import {
  afterCommand,
  afterReport,
  CELL,
  isWorking,
  ORDER_COMMAND_NAMES,
  ORDER_REPORT_NAMES,
  ORDER_STATE,
  ORDER_STATE_NAMES,
} from "../lib/trading/mod.ts";
import { replaceDrawing, table } from "./check/floors_drawing.ts";

const ROOT = join(import.meta.dirname!, "..");
const FILE = "ARCHITECTURE.md";
const START = "<!-- lifecycle:start -->", END = "<!-- lifecycle:end -->";

/** Returns the diagram and the tables as Markdown, padded as `deno fmt` pads tables. */
function drawLifecycle(): string {
  return [
    "```mermaid",
    ...diagram(),
    "```",
    "",
    "Commands are ours. `-` is refused and changes nothing, `=` is allowed and leaves the state.",
    "",
    pairs("command", ORDER_COMMAND_NAMES, afterCommand),
    "",
    "Reports are the venue's and never fail. `-` is unexpected: booked, counted, asked about; `=` is recorded; `.` is a repeat; `back` leads to",
    "the working state before. A fill is never lost, in whatever state it comes.",
    "",
    pairs("report", ORDER_REPORT_NAMES, afterReport),
  ].join("\n");
}

/**
 * One arrow for each pair of states, with all events that take it. What every order does that was sent and has not ended is drawn once. An
 * ended order moves by a late fill or by turning up after all: only the table has these.
 */
function diagram(): string[] {
  const sent = ORDER_STATE_NAMES.map((_, state) => state).filter((state) =>
    isWorking(state) && state !== ORDER_STATE.pending
  );
  const arrows = new Map<string, string[]>();
  const note = (from: string, event: string, next: number): void => {
    const arrow = `${from} --> ${ORDER_STATE_NAMES[next]!}`;
    arrows.set(arrow, [...arrows.get(arrow) ?? [], event]);
  };
  const draw = (name: string, after: (state: number) => number): void => {
    const first = after(sent[0]!);
    const isShared = first >= 0 && sent.every((state) => after(state) === first);
    if (isShared) note("sent", name, first);
    for (const state of isShared ? [ORDER_STATE.pending] : [ORDER_STATE.pending, ...sent]) {
      const next = after(state);
      if (next >= 0 && next !== state) note(ORDER_STATE_NAMES[state]!, name, next);
    }
  };
  ORDER_COMMAND_NAMES.forEach((name, k) => draw(`${name}!`, (state) => afterCommand(state, k)));
  ORDER_REPORT_NAMES.forEach((name, k) => draw(name, (state) => afterReport(state, k)));
  return [
    "stateDiagram-v2",
    "  [*] --> pending",
    "  state sent {",
    ...sent.map((state) => `    ${ORDER_STATE_NAMES[state]!}`),
    "  }",
    ...[...arrows].map(([arrow, events]) => `  ${arrow}: ${events.join(", ")}`),
    ...ORDER_STATE_NAMES.filter((_, state) => !isWorking(state)).map((name) => `  ${name} --> [*]`),
  ];
}

/** Events down, states across would be too wide: states down, with a line for each. */
function pairs(
  kind: string,
  events: readonly string[],
  after: (state: number, event: number) => number,
): string {
  const header = [`state \\ ${kind}`, ...events.map((name) => name.replaceAll("_", " "))];
  const rows = ORDER_STATE_NAMES.map((name, state) => [
    name.replaceAll("_", " "),
    ...events.map((_, k) => cellText(after(state, k))),
  ]);
  return table([header, ...rows]);
}

function cellText(cell: number): string {
  switch (cell) {
    case CELL.refused:
      return "-";
    case CELL.same:
      return "=";
    case CELL.repeat:
      return ".";
    case CELL.back:
      return "back";
    default:
      return ORDER_STATE_NAMES[cell]!.replaceAll("_", " ");
  }
}

if (import.meta.main) {
  const path = join(ROOT, FILE),
    text = Deno.readTextFileSync(path),
    updated = replaceDrawing(text, drawLifecycle(), START, END);
  if (updated === undefined) {
    console.error(`${FILE} has no markers ${START} and ${END} for the lifecycle of orders`);
    Deno.exitCode = 1;
  } else if (updated !== text) {
    if (Deno.args.includes("--check")) {
      console.error(
        `${FILE}: the lifecycle of orders is not that of the code: run deno task generate`,
      );
      Deno.exitCode = 1;
    } else Deno.writeTextFileSync(path, updated);
  }
}
