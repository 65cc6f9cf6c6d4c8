/**
 * The process that trades: started by `deno task live` with exactly the permissions that its configuration needs.
 *
 * @module
 */

import { Option } from "commander";
import { SystemClock } from "../lib/clock/mod.ts";
import { type LiveConfig, resolveLive } from "../lib/config/mod.ts";
import {
  type LiveOutcome,
  runLive,
  sessionResult,
  type SessionView,
  viewOf,
} from "../lib/live/mod.ts";
import { formatIso, type TimeUs } from "../lib/core/mod.ts";
import { EventBus, JsonLinesLog } from "../lib/observe/mod.ts";
import type { Clock, TimerId } from "../lib/protocols/mod.ts";
import { EXIT, newCommand, runProgram } from "./cli.ts";
import { closingLine, readyLines } from "./live/session_lines.ts";
import { openLiveView, STDOUT } from "./live/terminal.ts";
import { type LiveOptions, liveRequest, withLiveOptions } from "./live_options.ts";

interface HostOptions extends LiveOptions {
  /** Process that started this one: when it is gone, the session stops in order. */
  readonly front?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** What is kept in the log at each level. */
const LEAST = { DEBUG: "debug", INFO: "info", WARNING: "warning", ERROR: "error" } as const;
/** How often it is looked whether the front is still there. */
const FRONT_POLL_US = 1e6;
/** How often the view is drawn. */
const DRAW_US = 5e5, REDRAW_US = 1e6;
/** Signals that come closer together are one: Ctrl-C in a terminal reaches this process and `deno task`, which passes it on. */
const ONE_SIGNAL_US = 25e4;

const program = withLiveOptions(newCommand("live", "Paper and live trading (the trading process)."))
  .option("--json", "print the result of a recorded feed as one JSON object")
  .option("--quiet", "print nothing but errors (and the JSON)")
  .addOption(new Option("--front <pid>").hideHelp().argParser(Number))
  .action(host);

async function host(
  strategies: readonly string[],
  { json, quiet, front, ...options }: HostOptions,
): Promise<void> {
  const config = await resolveLive(liveRequest(strategies, options));
  const clock = new SystemClock(), bus = new EventBus(config.observability.events);
  const stop = stopSignals(clock, front), isQuiet = quiet === true || json === true;
  const view = openLiveView(STDOUT, isQuiet);
  const told = bus.subscribe("all", (events) => view.tell(events), { name: "view" });
  await using log = new JsonLinesLog({
    bus,
    folder: config.logging.logDir.real,
    run: config.runId ?? runName(config.accountId, clock.now()),
    least: LEAST[config.logging.level],
  });
  let drawnUs = -Infinity, hasBegun = false;
  const draw = (session: SessionView): void => {
    const nowUs = clock.monotonicUs();
    if (isQuiet || nowUs - drawnUs < DRAW_US) return;
    drawnUs = nowUs;
    view.show(viewOf(session));
  };
  // While nothing happens the view goes on as well: one can see that it lives.
  let redraw: TimerId | null = null;
  const drawOn = (session: SessionView): void => {
    draw(session);
    redraw = clock.setTimer(clock.now() + REDRAW_US, () => drawOn(session));
  };
  const onReady = (session: SessionView): void => {
    hasBegun = true;
    if (isQuiet) return;
    for (const line of readyLines(config, session.status(), log.path)) console.error(line);
    drawOn(session);
  };
  try {
    const outcome = await runLive(config, {
      clock,
      signal: stop.signal,
      bus,
      onReady,
      onChange: draw,
      onWait: (text) => console.error(text),
    });
    await told.whenIdle();
    if (!isQuiet) {
      view.show(viewOf(outcome.view));
      console.error(closingLine(config, outcome.view.status(), outcome.end, hasBegun));
    }
    if (json === true) await printResult(config, outcome);
    if (outcome.core.state === "halted") Deno.exitCode = EXIT.halted;
    else if (stop.signal.aborted) Deno.exitCode = EXIT.interrupted;
    else if (outcome.core.standings.every(({ quarantined }) => quarantined !== "")) {
      Deno.exitCode = EXIT.strategy;
    }
  } finally {
    if (redraw !== null) clock.cancelTimer(redraw);
    stop.end();
  }
}

/** Name of a run's log: account and start. */
function runName(account: string, timeUs: number): string {
  return `${account}-${formatIso(timeUs as TimeUs).replace(/[-:]|\.\d+/g, "")}`;
}

async function printResult(config: LiveConfig, outcome: LiveOutcome): Promise<void> {
  if (outcome.end !== "end_of_feed") {
    console.log(JSON.stringify({ schema: 1, ended: outcome.end, status: outcome.view.status() }));
    return;
  }
  const results = [];
  for (let k = 0; k < config.strategies.length; k++) {
    results.push(await sessionResult(config, outcome, k));
  }
  console.log(JSON.stringify(results.length === 1 ? results[0] : { schema: 1, results }));
}

/**
 * The first signal stops in order, and so does the end of the front, which would leave nobody to stop this process; the second signal ends at
 * once, and the next start goes on from what is durable.
 */
function stopSignals(
  clock: Clock,
  front: number | undefined,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  let poll: TimerId | null = null, lastUs = -Infinity;
  const lookAtFront = (): void => {
    if (Deno.ppid !== front) controller.abort();
    else poll = clock.setTimer(clock.now() + FRONT_POLL_US, lookAtFront);
  };
  const onSignal = (): void => {
    const nowUs = clock.monotonicUs();
    if (nowUs - lastUs < ONE_SIGNAL_US) return;
    lastUs = nowUs;
    if (controller.signal.aborted) Deno.exit(EXIT.interrupted);
    controller.abort();
  };
  const names: readonly Deno.Signal[] = ["SIGINT", "SIGTERM"];
  for (const name of names) Deno.addSignalListener(name, onSignal);
  if (front !== undefined) lookAtFront();
  return {
    signal: controller.signal,
    end: () => {
      for (const name of names) Deno.removeSignalListener(name, onSignal);
      if (poll !== null) clock.cancelTimer(poll);
    },
  };
}

if (import.meta.main) await runProgram(program);
