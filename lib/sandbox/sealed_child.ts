/**
 * One strategy in its sealed child process, from start to end: sends commands, awaits answers under a deadline, kills.
 *
 * Only numbers and texts come back. Whatever is not awaited, too long, too late or malformed makes the child dead: it is killed, and
 * nothing it has sent since is used.
 *
 * @module
 */

import { invariant } from "../core/mod.ts";
import { INTENT_WIDTH } from "../protocols/mod.ts";
import { PLOT_WIDTH } from "../engine/mod.ts";
import { failureOf, placeOf, type Stage, StrategyFailure } from "./failure.ts";
import { decodeJson, encodeFrame, type Frame, FrameError, FrameReader, KIND } from "./frames.ts";
import { AnswerBudget } from "./answer_budget.ts";
import type { ChildLimits } from "./child_limits.ts";
import { readChildState, type SavedChild } from "./child_state.ts";
import { ErrorStream } from "./error_stream.ts";
import { BOOTSTRAP, launch } from "./launcher.ts";
import { endOf } from "./process_end.ts";
import { bytesOf, floatsOf, joined, noteText } from "./row_bytes.ts";
import type { SliceReport } from "./slice_report.ts";
import type { StrategySources } from "./sources.ts";

const encoder = new TextEncoder();
/** What a pipe holds, and what is copied to go out with its frame. */
const PIPE_BYTES = 65536, SMALL_BYTES = 4096;

/** A running child. Dispose of it in every case: `await using child = SealedChild.start(...)`. */
export class SealedChild implements AsyncDisposable {
  /** False where the operating system's limits could not be set. */
  readonly osLimits: boolean;
  readonly pid: number;
  readonly #limits: ChildLimits;
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reader: FrameReader;
  readonly #errors: ErrorStream;
  readonly #status: Promise<Deno.CommandStatus>;
  #networkIsolated = false;
  #intraday = false;
  #stepsSent = 0;
  readonly #budget = new AnswerBudget();
  #sent = 0;
  #answered = -1;
  #dead: StrategyFailure | null = null;
  #gone = false;
  #sources: StrategySources | null = null;
  #lateText: () => string = () => "";

  private constructor(limits: ChildLimits, entry: string) {
    const { process, osLimits } = launch(limits, entry);
    this.#limits = limits;
    this.#process = process;
    this.osLimits = osLimits;
    this.pid = process.pid;
    this.#writer = process.stdin.getWriter();
    this.#reader = new FrameReader(process.stdout);
    this.#errors = new ErrorStream(process.stderr, {
      onTooMuch: (why) => this.#kill(new StrategyFailure("quota", why)),
      mayBreak: () => this.#dead !== null || this.#gone,
    });
    this.#status = process.status.then((status) => {
      this.#gone = true;
      return status;
    });
  }

  /**
   * Starts a child; it comes up while the host reads its data.
   *
   * @param entry Our bootstrap; tests put a hostile program in its place.
   */
  static start(limits: ChildLimits, entry: string = BOOTSTRAP): SealedChild {
    return new SealedChild(limits, entry);
  }

  /** True when the child has a network namespace of its own, in which there is nothing. Known once it is open. */
  get networkIsolated(): boolean {
    return this.#networkIsolated;
  }

  /** Makes the realm, loads the engine into it and allocates the run's columns. `spec` is JSON (see `SealedRunSpec`). */
  async open(
    options: { spec: string; seriesCount: number; seed: number; freeze: boolean },
  ): Promise<void> {
    const hello = await this.#answer("start");
    this.#networkIsolated = hello["isolated"] === true;
    this.#intraday = /"period":"\d+(m|h)/.test(options.spec);
    await this.#command("start", { do: "open", ...options });
  }

  /** Sends the session tables: for each, its opens and closes, microseconds UTC. */
  async sendSessions(
    tables: readonly { readonly openUs: Float64Array; readonly closeUs: Float64Array }[],
  ): Promise<void> {
    const lengths = new Uint32Array(tables.map((table) => table.openUs.length));
    this.#send(KIND.sessions, bytesOf(lengths));
    for (const table of tables) {
      this.#write(bytesOf(table.openUs));
      this.#write(bytesOf(table.closeUs));
    }
    await this.#answer("start");
  }

  /** Loads the strategy's modules and returns what it says of itself: untrusted. */
  async load(sources: StrategySources): Promise<Record<string, unknown>> {
    this.#sources = sources;
    const answer = await this.#command("load", {
      do: "strategy",
      modules: sources.modules,
      entry: sources.entry,
      loadMs: this.#limits.loadMs,
    });
    if (typeof answer["description"] !== "string") {
      throw this.#kill(new StrategyFailure("load", "the child's answer is malformed"));
    }
    return this.#guarded(() => decodeJson(encoder.encode(answer["description"] as string)));
  }

  /**
   * Runs the strategy's setup. Returns its plots, JSON lines, and whether it saves its state.
   *
   * @param starts False leaves it before its start: {@linkcode sendStart} or {@linkcode sendState} follows.
   */
  async setup(
    params: string,
    rights: string,
    starts = true,
  ): Promise<{ readonly plots: string; readonly saves: boolean }> {
    const { plots, saves } = await this.#command("setup", {
      do: "setup",
      values: params,
      rights,
      starts,
    });
    return { plots: typeof plots === "string" ? plots : "", saves: saves === true };
  }

  /** Starts the strategy; its report comes from {@linkcode report}. */
  sendStart(): void {
    this.#ask({ do: "start" });
  }

  /** Sends what the strategy goes on from, see {@linkcode encodeChildState}; its report comes from {@linkcode report}. */
  sendState(state: Uint8Array<ArrayBuffer>): void {
    this.#send(KIND.resume, state);
  }

  /**
   * Asks the strategy for its state, at most so many bytes of JSON.
   *
   * @throws {StrategyFailure} When it fails, is late, or returns more than that or something else.
   */
  async save(maxBytes: number, deadlineMs: number): Promise<SavedChild> {
    this.#ask({ do: "save", maxBytes });
    this.#lateText = () => `save did not return within ${deadlineMs} ms and was stopped`;
    const { frame, parts } = await this.#collect(deadlineMs);
    const answer = this.#guarded(() => decodeJson(frame.bytes));
    if (answer["ok"] !== true) throw this.#kill(this.#failure(frame, "run", "in save"));
    const saved = this.#guarded(() => readChildState(answer, parts));
    if (encoder.encode(saved.state).length <= maxBytes) return saved;
    throw this.#kill(new StrategyFailure("quota", `save returned more than ${maxBytes} bytes`));
  }

  /**
   * Sends a slice: a header (instants, first plan entry, plan entries, rows of the host's book, then the bars of each series), then the bars
   * of each series column by column, its merge plan entries, and the rows of the host's book. Resolves when the child has taken the bytes;
   * its report comes from {@linkcode report}.
   *
   * @param seenBy `unseen`: book and indicators see it, and what was due before it fires; `warm`: the indicators alone, and there is no report.
   * @throws {StrategyFailure} When the child is dead.
   */
  async sendSlice(
    header: Uint32Array,
    body: Uint8Array<ArrayBuffer>,
    seenBy: "slice" | "unseen" | "warm" = "slice",
  ): Promise<void> {
    if (this.#dead !== null) throw this.#dead;
    this.#stepsSent += header[0]!;
    const kind = KIND[seenBy];
    if (body.length <= SMALL_BYTES && seenBy !== "warm") {
      // One write, for which the child wakes once: half of what a live bar costs is the pipe.
      const frame = encodeFrame(kind, ++this.#sent, bytesOf(header));
      const all = new Uint8Array(frame.length + body.length);
      all.set(frame);
      all.set(body, frame.length);
      return await this.#write(all);
    }
    this.#send(kind, bytesOf(header));
    for (let at = 0; at < body.length && this.#dead === null; at += PIPE_BYTES) {
      await this.#write(body.subarray(at, at + PIPE_BYTES));
    }
    if (seenBy === "warm") await this.#answer("run");
  }

  /** Lets the child fire what is due at or before a time without bars, microseconds UTC; its report comes from {@linkcode report}. */
  sendTick(timeUs: number): void {
    this.#send(KIND.tick, bytesOf(new Float64Array([timeUs])));
  }

  /** Tells rows of the host's book between two bars, at a time in microseconds UTC; the report comes from {@linkcode report}. */
  sendTold(timeUs: number, rows: Float64Array): void {
    const numbers = new Float64Array(1 + rows.length);
    numbers[0] = timeUs;
    numbers.set(rows, 1);
    this.#send(KIND.told, bytesOf(numbers));
  }

  /** Asks for the end of the run; its report comes from {@linkcode report}. */
  sendStop(): void {
    this.#ask({ do: "stop" });
  }

  /**
   * Awaits the report of the next slice.
   *
   * @param late What to say when none comes in time.
   * @param when Where the run is, for the message of a failure.
   * @param deadlineMs How long to wait. Default: the limit for a slice.
   */
  async report(
    late: () => string,
    when: () => string,
    deadlineMs: number = this.#limits.stallMs,
  ): Promise<SliceReport> {
    if (this.#dead !== null) throw this.#dead;
    this.#lateText = late;
    const { frame, parts } = await this.#collect(deadlineMs);
    if (frame.kind === KIND.answer) throw this.#kill(this.#failure(frame, "run", when()));
    if (frame.bytes.length !== 16) {
      throw this.#kill(new StrategyFailure("throw", "the child's report is malformed"));
    }
    const intents = floatsOf(parts, KIND.intents, INTENT_WIDTH),
      plots = floatsOf(parts, KIND.plots, PLOT_WIDTH);
    if (intents === undefined || plots === undefined) {
      throw this.#kill(new StrategyFailure("throw", "the child's rows are malformed"));
    }
    const told = new DataView(frame.bytes.buffer, frame.bytes.byteOffset);
    return {
      bookHash: told.getFloat64(0, true),
      nextEventUs: told.getFloat64(8, true),
      intents,
      intentCount: intents.length / INTENT_WIDTH,
      plots,
      notes: this.#guarded(() => noteText(joined(parts, KIND.notes))),
    };
  }

  /** Kills the child, waits until it is reaped, and closes its streams. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.abort("the run has ended");
    await this.#status;
    await Promise.allSettled([this.#writer.abort(), this.#reader.cancel(), this.#errors.ended]);
  }

  /** Kills the child at once: for an interrupted run. */
  abort(why: string): void {
    this.#kill(new StrategyFailure("throw", why));
  }

  async #command(stage: Stage, command: Record<string, unknown>): Promise<Record<string, unknown>> {
    this.#ask(command);
    return await this.#answer(stage);
  }

  async #answer(stage: Stage): Promise<Record<string, unknown>> {
    if (this.#dead !== null) throw this.#dead;
    const waitMs = this.#limits.loadMs + 1000, seconds = waitMs / 1000;
    this.#lateText = () =>
      stage === "start"
        ? `the sandbox did not come up within ${seconds} s`
        : `the strategy did not ${
          stage === "load" ? "load" : "come to the end of setup"
        } within ${seconds} s (a loop, or a top-level await without end) and was stopped`;
    const { frame } = await this.#collect(waitMs);
    if (frame.kind !== KIND.answer) {
      throw this.#kill(
        new StrategyFailure("load", "the child sent a report that nobody asked for"),
      );
    }
    const answer = this.#guarded(() => decodeJson(frame.bytes));
    if (answer["ok"] !== true) throw this.#kill(this.#failure(frame, stage, ""));
    return answer;
  }

  /** Reads frames up to the answer or report of the next command, under a deadline. */
  async #collect(milliseconds: number): Promise<{ frame: Frame; parts: Frame[] }> {
    const parts: Frame[] = [], number = this.#answered + 1;
    this.#budget.begin();
    const deadline = setTimeout(
      () => this.#kill(new StrategyFailure("timeout", this.#lateText())),
      milliseconds,
    );
    try {
      for (;;) {
        const frame = await this.#reader.next();
        if (frame === undefined) throw await this.#ended();
        if (this.#dead !== null) throw this.#dead;
        if (frame.number !== number || number > this.#sent) {
          throw new FrameError(`an answer to command ${frame.number} while ${number} was awaited`);
        }
        if (frame.kind === KIND.answer || frame.kind === KIND.report) {
          this.#answered = number;
          return { frame, parts };
        }
        this.#budget.take(frame);
        parts.push(frame);
      }
    } catch (error) {
      if (this.#dead !== null) throw this.#dead;
      if (error instanceof FrameError) {
        // A child that died in the middle of a frame tells more by how it died.
        if (this.#gone || error.message === "a frame was cut off") throw await this.#ended();
        throw this.#kill(
          new StrategyFailure(
            "throw",
            `the strategy's process broke the protocol: ${error.message}`,
          ),
        );
      }
      throw error instanceof StrategyFailure ? this.#kill(error) : error;
    } finally {
      clearTimeout(deadline);
    }
  }

  #ask(command: Readonly<Record<string, unknown>>): void {
    this.#send(KIND.command, encoder.encode(JSON.stringify(command)));
  }

  #send(kind: number, bytes: Uint8Array): void {
    this.#sent++;
    this.#write(encodeFrame(kind, this.#sent, bytes));
  }

  async #write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      await this.#writer.write(bytes);
    } catch {
      // The child is gone: the reader finds out how, and says so.
      return;
    }
  }

  #failure(frame: Frame, stage: Stage, when: string): StrategyFailure {
    const answer = this.#guarded(() => decodeJson(frame.bytes)), text = answer["error"];
    const sources = this.#sources;
    return failureOf(
      typeof text === "string" ? text : "unknown",
      stage,
      sources?.file ?? "",
      placeOf(answer["step"], answer["timeUs"], this.#stepsSent, this.#intraday) ?? when,
      sources?.modules ?? {},
    );
  }

  /** Runs a decoder; a failure of it is the child's. */
  #guarded<T>(decode: () => T): T {
    try {
      return decode();
    } catch {
      throw this.#kill(
        new StrategyFailure(
          "throw",
          "the strategy's process broke the protocol: an answer that is not readable",
        ),
      );
    }
  }

  /** Marks the child dead for the first reason given, kills it, and returns that reason. */
  #kill(reason: StrategyFailure): StrategyFailure {
    if (this.#dead === null) {
      this.#dead = reason;
      if (!this.#gone) {
        try {
          this.#process.kill("SIGKILL");
        } catch (error) {
          // It ended by itself in this very moment.
          invariant(
            error instanceof Deno.errors.NotFound || error instanceof TypeError,
            "a child could not be killed: " + String(error),
          );
        }
      }
    }
    return this.#dead;
  }

  /** Says how a child ended that was not killed by the host. */
  async #ended(): Promise<StrategyFailure> {
    if (this.#dead !== null) return this.#dead;
    const status = await this.#status;
    await this.#errors.ended;
    return this.#dead = endOf(status, this.#errors.text, this.#limits);
  }
}
