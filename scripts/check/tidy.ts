/**
 * Small rules about the text of the project: nothing half done, nothing of one machine, no file too long to hold in the head.
 *
 * @module
 */

import type { Check } from "./contract.ts";
import { listFiles, readIfThere } from "./files.ts";
import { ROOMS } from "./rooms.ts";

/** Most lines of a file in `lib/`. */
const MAX_LINES = 400;

/** One rule about the lines of files. */
interface LineRule {
  /** What is wrong, and what to do. */
  readonly says: string;
  readonly pattern: RegExp;
  readonly appliesTo: (file: string) => boolean;
}

// The patterns are written so that they do not find themselves.
const LINE_RULES: readonly LineRule[] = [
  {
    says: "unfinished work: do it, or describe it in an issue",
    pattern: /\b(?:T[O]DO|F[I]XME|H[A]CK)\b/,
    appliesTo: isOurText,
  },
  {
    says: "a path of one machine: use a path relative to the project",
    pattern: /(?<![\w.~*)}\]-])\/(?:home|root|work)\//,
    // The red team asks for such files by name: that is the attack.
    appliesTo: (file) => isOurText(file) && !file.startsWith("tests/redteam/"),
  },
  {
    says:
      "the name of a registry's host: packages are named in deno.json, hosts by whoever installs",
    pattern: /(?:npmjs\.(?:org|com)|\/\/(?:\w+\.)?jsr\.io|crates\.io|pypi\.org|pythonhosted\.org)/,
    appliesTo: isOurText,
  },
  {
    says: "all permissions at once: name the ones that are needed",
    pattern: /(?<![\w-])(?:-[A]|--allow-a[l]l)(?![\w-])/,
    appliesTo: (file) => /^(?:scripts|\.ci)\/|^deno(?:\.jsr)?\.json$/.test(file),
  },
];

/** The rules above, over all files. */
export const tidy: Check = {
  name: "tidy",
  async run({ root }): Promise<readonly string[]> {
    const files = await listFiles(root), findings: string[] = [];
    for (const file of files) {
      if (!isOurText(file)) continue;
      findings.push(...findUntidyLines(file, await Deno.readTextFile(`${root}/${file}`)));
    }
    for (const room of ROOMS) {
      // That a room is there at all is the layer check's matter.
      if (!room.path.startsWith("lib/") || !files.some((file) => file.startsWith(room.path))) {
        continue;
      }
      findings.push(...findDoorFaults(room.path, await readIfThere(`${root}/${room.path}mod.ts`)));
    }
    return findings;
  },
};

/** Returns what the rules find in a file, each with its line. */
export function findUntidyLines(file: string, text: string): readonly string[] {
  const lines = text.split("\n"), rules = LINE_RULES.filter((rule) => rule.appliesTo(file));
  const findings = lines.flatMap((line, index) =>
    rules.filter(({ pattern }) => pattern.test(line)).map(({ says }) =>
      `${file}:${index + 1}: ${says}`
    )
  );
  const count = text.endsWith("\n") ? lines.length - 1 : lines.length;
  if (isBounded(file) && count > MAX_LINES) {
    findings.push(`${file}: ${count} lines, at most ${MAX_LINES}: split it by what it does`);
  }
  return findings;
}

/** Returns what is wrong with a room's `mod.ts`: that it is missing, or that it does not say what the room is. */
export function findDoorFaults(folder: string, text: string | undefined): readonly string[] {
  if (text === undefined) return [`${folder}mod.ts: missing; a room is entered through it`];
  if (/^\/\*\*[^]*?@module\s[^]*?\*\//.test(text)) return [];
  return [`${folder}mod.ts:1: no module doc (a /** … @module */ at the top)`];
}

/** True for text that we write by hand: not data, licences, lock files or generated files. */
function isOurText(file: string): boolean {
  return /\.(?:ts|js|mjs|json|md|sh|ya?ml|toml|rs|py|html|css)$|^\.ci\//.test(file) &&
    !/\.gen\.|\.lock$|(?:^|\/)vendor\/|^tests\/vectors\/.*\.json$/.test(file);
}

/** True for code of `lib/` that must stay short. */
function isBounded(file: string): boolean {
  return /^lib\/.*\.(?:ts|js|css|html)$/.test(file) && isOurText(file);
}
