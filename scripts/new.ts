/**
 * `deno task new DIR/idea`: writes a commented starting point for a strategy, and beside it, in the user's own folder, a deno.json that
 * makes an editor know `sandbar/strategy`. A run never reads that deno.json.
 *
 * @module
 */

import { basename, dirname, join, relative, resolve } from "@std/path";
import { SandbarError } from "../lib/core/mod.ts";
import { newCommand, runProgram, userPath } from "./cli.ts";

const CLONE = resolve(import.meta.dirname!, "..");
/** Names under which Deno finds a configuration. */
const CONFIG_NAMES = ["deno.json", "deno.jsonc"];

const program = newCommand("new", "Write a commented starting point for a strategy.")
  .argument("<path>", "folder and name, for example ideas/dip_buyer; folders are made")
  .addHelpText(
    "after",
    `
Examples:
  deno task new ideas/dip_buyer       writes ideas/dip_buyer.ts, and ideas/deno.json for the editor
  deno task new strategies/dip_buyer  in this repository no deno.json is needed

Nothing is overwritten. Exit codes: 0 done, 1 internal fault, 2 usage.`,
  )
  .action(create);

function create(given: string): void {
  const name = nameOf(given), shownFolder = dirname(given), folder = resolve(userPath(shownFolder));
  const file = `${name.replaceAll("-", "_")}.ts`, shown = join(shownFolder, file);
  makeFolder(folder, shownFolder);
  write(join(folder, file), shown, strategyText(name, shown));
  console.log(`${shown}  a strategy that runs as it is`);
  describeEditor(folder, shownFolder);
  console.log(`\nTry it:   deno task backtest ${shown}`);
  console.log(`Change:   deno task backtest ${shown} --symbols AAPL --set lookback=50`);
  console.log(`Types:    deno check ${shown}`);
}

/** The strategy's name in kebab-case: the last part of the path, however it is written. */
function nameOf(given: string): string {
  const stem = basename(given).replace(/\.ts$/, "");
  const name = stem.replace(/([a-z0-9])([A-Z])/g, "$1-$2").replace(/[\s_-]+/g, "-").toLowerCase();
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 64) return name;
  throw new SandbarError(
    "usage",
    `not a name for a strategy: ${JSON.stringify(stem)}; give letters, digits and underscores, a ` +
      "letter first, for example ideas/dip_buyer",
  );
}

function makeFolder(folder: string, shown: string): void {
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new SandbarError(
      "usage",
      `Cannot make the folder ${shown}: ${
        cause instanceof Deno.errors.AlreadyExists || cause instanceof Deno.errors.NotADirectory
          ? "there is a file in the way"
          : cause instanceof Error
          ? cause.message
          : String(cause)
      }`,
      { cause },
    );
  }
}

function write(path: string, shown: string, text: string): void {
  try {
    Deno.writeTextFileSync(path, text, { createNew: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) {
      throw new SandbarError(
        "usage",
        `Cannot write ${shown}: it is there already, and nothing is overwritten; give another name`,
        { cause },
      );
    }
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SandbarError("usage", `Cannot write ${shown}: ${why}`, { cause });
  }
}

/** Writes the editor's deno.json, or says what is to be added to the one that is there. */
function describeEditor(folder: string, shown: string): void {
  if (isWithin(folder, CLONE)) return;
  const door = doorFrom(folder), config = configAbove(folder);
  if (config === undefined) {
    write(join(folder, "deno.json"), join(shown, "deno.json"), editorConfig(door));
    console.log(
      `${
        join(shown, "deno.json")
      }  for your editor only: where sandbar/strategy is; a run ignores it`,
    );
    return;
  }
  const text = Deno.readTextFileSync(config);
  if (text.includes('"sandbar/strategy"')) return;
  console.log(
    `\nFor your editor, add to "imports" in ${config}:\n  "sandbar/strategy": "${
      doorFrom(dirname(config))
    }"`,
  );
}

/** The nearest configuration in a folder or above it: the one that an editor reads. */
function configAbove(folder: string): string | undefined {
  for (let at = folder;; at = dirname(at)) {
    for (const name of CONFIG_NAMES) {
      if (isThere(join(at, name))) return join(at, name);
    }
    if (dirname(at) === at) return undefined;
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    // A folder that may not be looked into has no configuration for this user.
    return false;
  }
}

/** The SDK as seen from a folder: relative, so that the two can move together and be shared. */
function doorFrom(folder: string): string {
  const path = relative(folder, join(CLONE, "lib/strategy/mod.ts")).replaceAll("\\", "/");
  return path.startsWith(".") ? path : `./${path}`;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder + "/") || path.startsWith(folder + "\\");
}

function editorConfig(door: string): string {
  return `// For your editor and \`deno check\` only. \`deno task backtest\` ignores this file: a strategy can import
// "sandbar/strategy" and files of its own folder, whatever is written here.
// After moving this folder or Sandbar, correct the path.
{
  "imports": {
    "sandbar/strategy": ${JSON.stringify(door)}
  },
  "compilerOptions": {
    "strict": true,
    "exactOptionalPropertyTypes": true,
    "noUncheckedIndexedAccess": true,
    "noImplicitOverride": true,
    "noFallthroughCasesInSwitch": true,
    "noImplicitReturns": true,
    "erasableSyntaxOnly": true
  }
}
`;
}

function strategyText(name: string, shown: string): string {
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
  return `/**
 * ${title}: say here what the idea is, why it may work, and when it fails.
 *
 * As it stands it is an example to change: in while the price is above its average, out while it is below.
 *
 *     deno task backtest ${shown}
 *     deno task backtest ${shown} --symbols AAPL,MSFT --set lookback=50
 */

import { defineStrategy, type Handlers, param, sma } from "sandbar/strategy";

export default defineStrategy({
  name: "${name}",
  description: "In while the price is above its average",
  // What can be set from outside, with bounds: --set lookback=50. Also param.number, param.boolean, param.choice.
  params: {
    lookback: param.int(100, { min: 2, max: 400, description: "bars of the average" }),
    band: param.number(0.02, { min: 0, max: 0.5, description: "distance that counts, a fraction" }),
  },
  // Runs once, before the first bar. Ask for indicators here: ema, rsi, macd, bbands, atr, donchian and many more are there.
  setup({ params, data }): Handlers {
    // It follows the symbol of the bar; plot() draws it into the report.
    const average = data.indicator(sma(params.lookback)).plot();
    // With several symbols each gets an equal part of the equity.
    const weight = 1 / data.symbols.length;

    return {
      // Runs at the close of every bar. What is asked for here fills at the next open: nobody gets a price that is already past.
      onBar(bar, trade): void {
        // Before it has seen enough bars, an indicator is not ready.
        if (!average.ready) return;
        const { symbol, close } = bar, isIn = trade.position(symbol).quantity > 0;

        if (!isIn && close > average.value * (1 + params.band)) trade.targetWeight(symbol, weight);
        if (isIn && close < average.value * (1 - params.band)) trade.close(symbol);

        // More verbs: trade.buy(symbol, shares, { limitPrice }), trade.sell, trade.target(symbol, shares), trade.cancel(id).
        // Read: trade.cash, trade.equity, trade.orders. With all symbols of an instant at once: onBars(slice, trade).
      },
    };
  },
});
`;
}

if (import.meta.main) await runProgram(program);
