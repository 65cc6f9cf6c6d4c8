/**
 * Floor 5: what a user may set: the configuration file, the run spec, and how their values are written.
 *
 * @module
 */

export type { AccountOptions } from "./account_options.ts";
export * from "./commission_text.ts";
export type { RiskOptions } from "./risk_options.ts";
export { type RunConfig } from "./config_run.ts";
export { readRunConfig } from "./run_config.ts";
export { type ConfigKey } from "./config_key.ts";
export { CONFIG_KEYS } from "./config_keys.ts";
export * from "./run_spec.ts";
export {
  type SettingRow,
  type SettingSource,
  type ShownSettings,
  showSettings,
  sourceText,
} from "./config_show.ts";
export { hostPermissions } from "./host_permissions.ts";
export { plainText, settingsTable } from "./settings_table.ts";
export { type Watched, watchReads } from "./watched_config.ts";
export {
  matchingOf,
  slippageBpsOf,
  slippageText,
  type VenueOptions,
  type VenueTerms,
} from "./venue_terms.ts";
export type * from "./live_config.ts";
export type { LiveFlags } from "./live_flags.ts";
export { type LiveRequest, resolveLive } from "./live_resolve.ts";
export type { Place } from "./settings.ts";
