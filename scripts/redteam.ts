/**
 * `deno task redteam`: attacks the sandbox with every case of the red team and shows what came of it.
 *
 * The suite lives with the tests, outside the house, and is loaded by its address.
 *
 * @module
 */

import { didYouMean } from "../lib/core/mod.ts";

const HELP = `Usage: deno task redteam [--full] [--only CASE]...

Attacks the sandbox: imports, realm, host, processor, memory, side effects, determinism, look-ahead, and the platform's canaries.

  --full        the whole sizes of a release (10 GB on the error stream, 1,000 load and kill cycles)
  --only CASE   one case, for example RT-31, or all that begin with a text that ends in a letter or dash, for example SE-L
  --help        this text

Exit codes: 0 all passed (or were skipped), 1 a case failed, 2 usage.`;

/** What the suite exports. */
interface Suite {
  runSuite(
    options: { readonly size: "ci" | "full"; readonly only: readonly string[] },
    print: (line: string) => void,
  ): Promise<boolean>;
}

function optionsOf(args: readonly string[]): { size: "ci" | "full"; only: string[] } | string {
  const only: string[] = [];
  let size: "ci" | "full" = "ci";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--full") size = "full";
    else if (arg === "--only") {
      const value = args[++i];
      if (value === undefined) return "--only needs a case, for example --only RT-31";
      only.push(...value.split(","));
    } else if (arg === "--help") return HELP;
    else return `unknown option ${arg}${didYouMean(arg, ["--full", "--only", "--help"])}`;
  }
  return { size, only };
}

if (import.meta.main) {
  const options = optionsOf(Deno.args);
  if (options === HELP) console.log(HELP);
  else if (typeof options === "string") {
    console.error(`${options}\n(--help shows every option)`);
    Deno.exitCode = 2;
  } else {
    const address = new URL("../tests/redteam/run_suite.ts", import.meta.url).href;
    const suite = await import(address) as Suite;
    if (!await suite.runSuite(options, (line) => console.log(line))) Deno.exitCode = 1;
  }
}
