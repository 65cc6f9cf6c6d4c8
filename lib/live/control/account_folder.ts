/**
 * Where the state of an account lies: `STATE/<account>/`.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";

/**
 * Returns the folder of an account.
 *
 * @param stateDir Absolute path of the state folder.
 * @throws {SandbarError} `usage` when the name cannot be a folder's: it would lead elsewhere.
 */
export function accountFolder(stateDir: string, account: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(account)) return `${stateDir}/${account}`;
  throw new SandbarError(
    "usage",
    `--account: found ${
      JSON.stringify(account)
    }; give 1 to 32 letters, digits, - or _, a letter or digit first`,
  );
}
