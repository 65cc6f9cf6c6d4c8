/**
 * The strategies of a session, each opened in its sandbox as a session would, and asked for nothing.
 *
 * @module
 */

import { SandbarError } from "../../core/mod.ts";
import type { Rights } from "../../engine/mod.ts";
import { readStrategy, StrategyFailure } from "../../sandbox/mod.ts";
import { ORDER_TYPE_NAMES, TIME_IN_FORCE_NAMES } from "../../trading/mod.ts";
import { sessionData } from "../session/session_data.ts";
import type { SessionIdentity, SessionSettings } from "../account/session_identity.ts";
import { type PlannedStrategy, planOf } from "../session/session_plan.ts";
import type { Checkup, Problem, RightsText, StrategyCheck } from "./checkup.ts";

/** What it is examined beside. */
export interface StrategyContext {
  readonly begunUs: number;
  readonly identity: SessionIdentity | null;
  readonly problems: Problem[];
}

/** Opens every strategy; what goes wrong is added to the problems. */
export async function examineStrategies(
  settings: SessionSettings,
  { begunUs, identity, problems }: StrategyContext,
): Promise<Pick<Checkup, "strategies" | "sandbox">> {
  const data = attempted("data", problems, () => sessionData(settings, begunUs));
  if (data !== null && identity !== null && identity.data !== data.sha256) {
    const text = "the recorded bars are not those with which the account was begun";
    problems.push({ part: "data", text });
  }
  const strategies: StrategyCheck[] = [];
  let sandbox: Checkup["sandbox"] = null;
  for (const strategy of settings.strategies) {
    const { id, path, shown, allocationPct } = strategy;
    const sha256 = attempted("strategies", problems, () => readStrategy(path, shown).sha256);
    const begunSha256 = identity?.strategies.find((each) => each.id === id)?.sha256 ?? null;
    if (begunSha256 !== null && sha256 !== null && begunSha256 !== sha256) {
      const text = `${id}: ${shown} has changed since the account was begun`;
      problems.push({ part: "strategies", text });
    }
    const alone = { ...settings, strategies: [strategy] };
    const planned = data === null || sha256 === null
      ? null
      : attempted("strategies", problems, () => planOf(alone, data, begunUs).strategies[0]!);
    const found = planned === null ? null : await opened(planned, problems);
    const common = { id, file: shown, sha256, begunSha256, allocationPct };
    strategies.push({ ...common, opened: found?.told ?? null });
    sandbox ??= found?.sandbox ?? null;
  }
  if (sandbox !== null && !sandbox.osLimits) {
    problems.push({
      part: "sandbox",
      text: "prlimit is missing: memory and processes of a strategy are bounded by Deno alone",
    });
  }
  if (sandbox?.networkIsolated === false && settings.sandbox.networkNamespace === "auto") {
    problems.push({
      part: "sandbox",
      text:
        "this system gives no network namespace: Deno's permissions alone keep strategies from the network",
    });
  }
  return { strategies, sandbox };
}

async function opened(planned: PlannedStrategy, problems: Problem[]): Promise<
  {
    readonly told: NonNullable<StrategyCheck["opened"]>;
    readonly sandbox: NonNullable<Checkup["sandbox"]>;
  } | null
> {
  try {
    await using seat = await planned.open();
    const { terms, params } = seat.opened;
    return {
      told: { name: terms.name, params, rights: rightsText(terms.rights) },
      sandbox: { osLimits: seat.osLimits, networkIsolated: seat.networkIsolated },
    };
  } catch (error) {
    if (!(error instanceof SandbarError) && !(error instanceof StrategyFailure)) throw error;
    problems.push({ part: "strategies", text: `${planned.id}: ${error.message}` });
    return null;
  }
}

function attempted<T>(part: Problem["part"], problems: Problem[], work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SandbarError) && !(error instanceof StrategyFailure)) throw error;
    problems.push({ part, text: error.message });
    return null;
  }
}

function rightsText({ short, orderTypes, timesInForce }: Rights): RightsText {
  const words = (mask: number, names: readonly string[]): string[] =>
    names.filter((_, bit) => (mask & (1 << bit)) !== 0);
  return {
    short,
    orderTypes: words(orderTypes, ORDER_TYPE_NAMES),
    timesInForce: words(timesInForce, TIME_IN_FORCE_NAMES),
  };
}
