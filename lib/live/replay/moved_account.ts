/**
 * An account that was begun elsewhere: where its data and its strategies lie now. What the account is, the journal says; this says only
 * where the same things are found.
 *
 * @module
 */

import type { LiveConfig } from "../../config/mod.ts";
import { isThere } from "../../data/mod.ts";
import type { SessionSettings } from "../account/session_identity.ts";

/** Where data and strategies lie now; what is left out is where it was. */
export interface MovedAccount {
  /** Catalog or file that alone is read; absolute. */
  readonly data?: string | undefined;
  /** The catalog, taken when the one of the account is not there. */
  readonly catalogDir?: LiveConfig["data"]["catalogDir"] | undefined;
  /** Taken by their ids. */
  readonly strategies?: LiveConfig["strategies"] | undefined;
}

/** Returns an account's settings with the places of now. */
export function withPlaces(settings: SessionSettings, moved: MovedAccount): SessionSettings {
  const { data, strategies } = settings, catalog = moved.catalogDir;
  const isCatalogGone = catalog !== undefined && !isThere(data.catalogDir.real);
  return {
    ...settings,
    data: {
      ...data,
      catalogDir: isCatalogGone ? catalog : data.catalogDir,
      recordedPath: moved.data === undefined
        ? data.recordedPath
        : { real: moved.data, shown: moved.data },
    },
    strategies: strategies.map((strategy) => {
      const found = moved.strategies?.find(({ id }) => id === strategy.id);
      if (found === undefined) return strategy;
      const { path, shown, folder } = found;
      return { ...strategy, path, shown, folder };
    }),
  };
}
