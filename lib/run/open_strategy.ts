/**
 * Puts a strategy into its sealed child: the run is described, the modules are loaded, the manifest is checked, the parameters are set.
 *
 * @module
 */

import type { ParamValue } from "../config/mod.ts";
import { SandbarError } from "../core/mod.ts";
import type { Rights, SealedRunSpec } from "../engine/mod.ts";
import type { SealedChild, StrategySources } from "../sandbox/mod.ts";
import type { PreparedMarket } from "./prepare_market.ts";
import { paramValues, readTerms, type StrategyTerms } from "./strategy_terms.ts";

/** What a strategy is opened with. */
export interface OpenOptions {
  readonly sealed: SealedRunSpec;
  readonly sessions: PreparedMarket["sessions"];
  readonly seed: number;
  readonly sources: StrategySources;
  /** Parameters that the user set. */
  readonly params: Readonly<Record<string, ParamValue>>;
  /** What is granted of what the manifest asks for. Default: all. */
  readonly grant?: (asked: Rights) => Rights;
  /** False leaves it before its start (see `SealedChild.setup`). Default: true. */
  readonly starts?: boolean;
}

/** A strategy that waits for its first bar. */
export interface OpenedStrategy {
  readonly terms: StrategyTerms;
  /** Values of all parameters. */
  readonly params: Record<string, ParamValue>;
  /** Its plots, JSON lines. */
  readonly plots: string;
  /** Whether it saves its state. */
  readonly saves: boolean;
}

/**
 * Opens a strategy in a child that was started.
 *
 * @throws {SandbarError} `usage` on wrong parameters or a period that it does not work with.
 * @throws {StrategyFailure} When the strategy is refused or fails.
 */
export async function openStrategy(
  child: SealedChild,
  options: OpenOptions,
): Promise<OpenedStrategy> {
  const { sealed } = options;
  await child.open({
    spec: JSON.stringify(sealed),
    seriesCount: sealed.series.length,
    seed: options.seed,
    freeze: true,
  });
  await child.sendSessions(options.sessions);
  const asked = readTerms(await child.load(options.sources));
  const terms = { ...asked, rights: options.grant?.(asked.rights) ?? asked.rights };
  const params = paramValues(terms, options.params);
  checkPeriods(terms, sealed.period);
  const { plots, saves } = await child.setup(
    JSON.stringify(params),
    JSON.stringify(terms.rights),
    options.starts,
  );
  return { terms, params, plots, saves };
}

function checkPeriods(terms: StrategyTerms, period: string): void {
  if (terms.periods === undefined || terms.periods.includes(period)) return;
  throw new SandbarError(
    "usage",
    `--period: strategy "${terms.name}" works with ${terms.periods.join(", ")}, not with ${period}`,
  );
}
