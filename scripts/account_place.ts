/**
 * Where the account of a command lies: named by folder and name, or by the configuration that trades it.
 *
 * @module
 */

import type { Command } from "commander";
import { type LiveConfig, resolveLive } from "../lib/config/mod.ts";
import { USER_DIR, userPath } from "./cli.ts";

/** What the command line says of it. */
export interface PlaceFlags {
  readonly state?: string;
  readonly account?: string;
  readonly config?: string;
}

/** Where an account lies. */
export interface AccountPlace {
  /** Path of the database, or URL of a service. */
  readonly at: string;
  /** As the user would type it. */
  readonly shown: string;
  readonly isService: boolean;
  readonly account: string;
  /** What the file says, null without one. */
  readonly config: LiveConfig | null;
}

/** Adds the flags to a command. */
export function withPlace(command: Command): Command {
  return command
    .option("--state <folder>", "the state folder (default state)")
    .option("--account <name>", "the account (default paper)")
    .option("--config <file>", "take both from a YAML file; flags win over it");
}

/**
 * Returns where the account lies.
 *
 * @throws {SandbarError} `config_invalid`, `usage`.
 */
export async function accountPlace({ state, account, config }: PlaceFlags): Promise<AccountPlace> {
  if (config === undefined) {
    const folder = state ?? "state";
    return {
      at: `${userPath(folder)}/sandbar.kv`,
      shown: `${folder}/sandbar.kv`,
      isService: false,
      account: account ?? "paper",
      config: null,
    };
  }
  const resolved = await resolveLive({
    file: { real: userPath(config), shown: config },
    flags: {
      ...(state === undefined ? {} : { state }),
      ...(account === undefined ? {} : { account }),
    },
    userDir: USER_DIR,
  });
  const { kvPath, kvIsService } = resolved.persistence;
  return {
    at: kvPath.real,
    shown: kvPath.shown,
    isService: kvIsService,
    account: resolved.accountId,
    config: resolved,
  };
}
