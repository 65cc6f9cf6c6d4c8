/**
 * How a strategy can fail, told so that its author can act on it.
 *
 * @module
 */

/** What went wrong with a strategy. */
export type FailureKind = "load" | "import" | "throw" | "timeout" | "memory" | "quota";

/** A strategy that was refused, failed or was stopped. The child is gone when this is thrown. */
export class StrategyFailure extends Error {
  override readonly name = "StrategyFailure";
  readonly kind: FailureKind;

  constructor(kind: FailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Where a strategy was when it failed. */
export type Stage = "load" | "setup" | "run";

/**
 * Returns the failure that a child's error text tells of. The text is the strategy's own and only shown, never acted upon.
 *
 * @param text Message and the strategy's own frames, as `path:line:column` from its folder.
 * @param file The strategy's entry as the user gave it.
 * @param when For the message, for example `in bar 500 (2006-08-14)`; empty while loading.
 */
export function failureOf(
  text: string,
  stage: Stage,
  file: string,
  when: string,
  sources: Readonly<Record<string, string>>,
): StrategyFailure {
  const folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/") + 1) : "";
  const lines = printable(text).split("\n"), what = lines[0] ?? "";
  const refused = /may not import ("(?:[^"\\]|\\.)*")/.exec(what);
  if (refused !== null) {
    const specifier = String(JSON.parse(refused[1]!));
    const hint = specifier.startsWith(".")
      ? "there is no such file in the strategy's folder"
      : 'only "sandbar/strategy" and files of its own folder can be imported';
    return new StrategyFailure(
      "import",
      `the strategy tried to import ${specifier} at ${
        importPlace(specifier, sources, folder)
      }: ${hint}`,
    );
  }
  const frames = lines.slice(1).flatMap((line) => {
    const match = /\(([^():]+:\d+):\d+\)\s*$/.exec(line);
    return match === null ? [] : [folder + match[1]!];
  });
  const at = frames.length === 0 ? "" : ` at ${frames[0]}`;
  const message = what.replace(/^Error: /, "");
  const kind: FailureKind = /quota: /.test(what) ? "quota" : stage === "load" ? "load" : "throw";
  const verb = stage === "load"
    ? "could not be loaded"
    : stage === "setup"
    ? "failed in setup"
    : `failed ${when}`;
  return new StrategyFailure(kind, `the strategy ${verb}${at}: ${message}`);
}

function importPlace(
  specifier: string,
  sources: Readonly<Record<string, string>>,
  folder: string,
): string {
  for (const [name, code] of Object.entries(sources)) {
    const lines = code.split("\n");
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (line.includes(`"${specifier}"`) || line.includes(`'${specifier}'`)) {
        return `${folder}${name}:${i + 1}`;
      }
    }
  }
  return `${folder}${Object.keys(sources)[0] ?? ""}`;
}

/** Drops control characters, so that a strategy's text cannot move a terminal's cursor. */
export function printable(text: string): string {
  // deno-lint-ignore no-control-regex -- control characters are what this is about
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, " ")
    .slice(0, 4000);
}
