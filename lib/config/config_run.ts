/**
 * From the values of a configuration file to the options of a run: which flags they stand for, and what contradicts itself.
 *
 * @module
 */

import { DEFAULT_ACCOUNT } from "../trading/mod.ts";
import type { AccountOptions } from "./account_options.ts";
import { riskOptionsOf } from "./risk_options.ts";
import type { RunOptions } from "./run_spec.ts";
import type { Place, Settings } from "./settings.ts";
import { type SlippageTable, WANTED_TABLE } from "./slippage_table.ts";

/** What a configuration file asks for. */
export interface RunConfig {
  /** Options that the file sets; flags win over them. */
  readonly run: RunOptions;
  /** Limits of the sandbox that the file sets. */
  readonly limits: {
    readonly loadMs?: number;
    readonly stallMs?: number;
    readonly heapMb?: number;
    readonly requireOsLimits?: boolean;
    readonly networkNamespace?: "auto" | "off";
  };
  /** Catalog that is looked into before the bundled data, absolute. */
  readonly dataDir: string | undefined;
  /** Folder of results, absolute and as the user would type it. */
  readonly reportDir: Place | undefined;
  /** What the user should be told once. */
  readonly notes: readonly string[];
}

/** What is told of a contradiction: the offset of a key in the file (undefined for a flag) and the message. */
type Fault = (at: number | undefined, message: string) => void;

/** The amount that each commission model reads. */
const AMOUNTS = {
  notional: "venue.commission_bps",
  per_share: "venue.commission_per_share",
  per_order: "venue.commission_per_order",
} as const;

/** Returns the options that the settings stand for; what is not written is left out. What contradicts itself is told. */
export function runOptionsOf(settings: Settings, fault: Fault): RunOptions {
  const get = getter(settings);
  const from = settings.get("backtest.default_start"), to = settings.get("backtest.default_end");
  if (typeof from?.value === "string" && typeof to?.value === "string" && from.value > to.value) {
    fault(to.at, `${to.path}: ${to.value} is before ${from.path} ${from.value}`);
  }
  return defined<RunOptions>({
    symbols: settings.symbols(),
    from: get<string>("backtest.default_start"),
    to: get<string>("backtest.default_end"),
    period: get<string>("data.default_period"),
    adjust: get<"split" | "none">("data.adjustment"),
    cash: get<number>("venue.initial_cash"),
    venue: get<string>("venue.preset"),
    fillModel: get<"next_open" | "quote">("venue.fill_model"),
    ...slippageOf(settings, get, fault),
    participationPct: get<number>("venue.participation_pct"),
    pathPeriod: get<string>("venue.path_period"),
    latencyMs: get<number>("venue.latency_ms"),
    latencyJitterMs: get<number>("venue.latency_jitter_ms"),
    rejectionPct: get<number>("venue.rejection_pct"),
    limitFill: get<"through" | "touch">("venue.limit_fill"),
    regulatoryFees: get<boolean>("venue.regulatory_fees"),
    commission: commissionOf(settings, get, fault),
    ...accountOf(settings, get, fault),
    risk: riskOptionsOf(settings),
    benchmark: get<string>("backtest.benchmark"),
    seed: get<number>("seed"),
    riskFreeRatePct: get<number>("backtest.risk_free_rate_pct"),
  });
}

/** Returns the limits of the sandbox that are written. */
export function sandboxLimitsOf(settings: Settings): RunConfig["limits"] {
  const get = getter(settings);
  return defined<RunConfig["limits"]>({
    loadMs: get<number>("sandbox.load_deadline_ms"),
    stallMs: get<number>("sandbox.stall_ms"),
    heapMb: get<number>("sandbox.heap_mb"),
    requireOsLimits: get<boolean>("sandbox.require_os_limits"),
    networkNamespace: get<"auto" | "off">("sandbox.network_namespace"),
  });
}

/** Returns a note of the margins that a cash account does not read: a file may serve a margin account elsewhere. */
export function unusedMargins(settings: Settings): string[] {
  if (settings.get("venue.account_type")?.value === "margin") return [];
  const paths = [...settings.keys()].filter((path) => path.startsWith("margin."));
  return paths.length === 0 ? [] : [`not used in a cash account: ${paths.join(", ")}`];
}

/** The part of the options that is the account. */
type MaybeAccount = {
  readonly [Name in keyof AccountOptions | "shortable"]-?: RunOptions[Name] | undefined;
};

const MAINTENANCE: readonly (readonly [path: string, fallback: number])[] = [
  ["margin.maintenance_long_pct", DEFAULT_ACCOUNT.maintenanceLongPct],
  ["margin.maintenance_short_pct", DEFAULT_ACCOUNT.maintenanceShortPct],
];

type Get = <T>(path: string) => T | undefined;

/** What is written, without null: that is as if it were not. */
function getter(settings: Settings): Get {
  return <T>(path: string) => {
    const value = settings.get(path)?.value;
    return value === null || value === undefined ? undefined : value as T;
  };
}

function slippageOf(
  values: Settings,
  get: Get,
  fault: Fault,
): {
  readonly slippageBps: number | undefined;
  readonly slippageModel: RunOptions["slippageModel"];
  readonly slippageTable: SlippageTable | undefined;
} {
  const slippageBps = get<number>("venue.slippage_bps");
  const slippageTable = get<SlippageTable>("venue.slippage_table");
  const model = get<NonNullable<RunOptions["slippageModel"]>>("venue.slippage_model");
  const reads = model === undefined || model === "fixed" || model === "volume_based";
  if (!reads && slippageBps !== undefined && slippageBps !== 0) {
    fault(
      values.get("venue.slippage_bps")!.at,
      `venue.slippage_bps: ${slippageBps} has no effect beside venue.slippage_model ${model}; take one of them out`,
    );
  }
  if (slippageTable === undefined && model === "table") {
    fault(
      values.get("venue.slippage_model")!.at,
      `venue.slippage_model: table needs venue.slippage_table, ${WANTED_TABLE}`,
    );
  } else if (slippageTable !== undefined && (model ?? "table") !== "table") {
    fault(
      values.get("venue.slippage_table")!.at,
      `venue.slippage_table has no effect beside venue.slippage_model ${model}; take one of them out`,
    );
  } else if (slippageTable !== undefined && model === undefined && slippageBps !== undefined) {
    fault(
      values.get("venue.slippage_bps")!.at,
      "venue.slippage_bps has no effect beside venue.slippage_table; take one of them out",
    );
  }
  // A flag that gives basis points wins over the model none and the table of the file.
  if (model === "none") return { slippageBps: 0, slippageModel: undefined, slippageTable };
  if (model === "table") return { slippageBps: undefined, slippageModel: undefined, slippageTable };
  return {
    slippageBps,
    slippageModel: model === "fixed" && slippageBps !== undefined ? undefined : model,
    slippageTable,
  };
}

/** The account, and what in it contradicts itself. */
function accountOf(values: Settings, get: Get, fault: Fault): MaybeAccount {
  const type = get<"cash" | "margin">("venue.account_type");
  const settlement = values.get("venue.settlement");
  if (type === "margin" && settlement?.value === "standard") {
    fault(settlement.at, "venue.settlement: standard is for venue.account_type cash; give instant");
  }
  const initial = get<number>("margin.initial_pct") ?? DEFAULT_ACCOUNT.initialPct;
  for (const [path, least] of MAINTENANCE) {
    const pct = get<number>(path) ?? least;
    if (type !== "margin" || pct <= initial) continue;
    const at = values.get(path)?.at ?? values.get("margin.initial_pct")!.at;
    fault(at, `${path}: ${pct} is above margin.initial_pct ${initial}`);
  }
  return {
    accountType: type,
    settlement: get<"instant" | "standard">("venue.settlement"),
    shortable: get<readonly string[]>("venue.shortable"),
    borrowRatePct: get<number>("venue.borrow_rate_pct"),
    debitRatePct: get<number>("venue.debit_rate_pct"),
    creditRatePct: get<number>("venue.credit_rate_pct"),
    marginInitialPct: get<number>("margin.initial_pct"),
    maintenanceLongPct: get<number>("margin.maintenance_long_pct"),
    maintenanceShortPct: get<number>("margin.maintenance_short_pct"),
  };
}

/** The commission as the text that the flag has too; undefined when the file says nothing of it. */
function commissionOf(
  values: Settings,
  get: Get,
  fault: Fault,
): string | undefined {
  const written = [...values.keys()].filter((path) => path.startsWith("venue.commission"));
  if (written.length === 0) return undefined;
  const model = get<keyof typeof AMOUNTS | "none" | "tiered">("venue.commission_model") ??
    "notional";
  const useful = model === "none" || model === "tiered" ? [] : [
    AMOUNTS[model],
    "venue.commission_max_pct",
    ...(model === "per_order" ? [] : ["venue.commission_min"]),
  ];
  for (const path of written) {
    if (path === "venue.commission_model" || useful.includes(path)) continue;
    fault(
      values.get(path)!.at,
      `${path} has no effect with venue.commission_model ${model}${
        useful[0] === undefined ? "" : `, which reads ${useful.join(", ")}`
      }`,
    );
  }
  const least = get<number>("venue.commission_min") ?? 0,
    most = get<number>("venue.commission_max_pct") ?? 100;
  const bounds = (least > 0 ? ` min ${plain(least)}` : "") +
    (most < 100 ? ` max ${plain(most)}%` : "");
  switch (model) {
    case "none":
      return "none";
    case "tiered":
      return "ibkr_tiered";
    case "notional":
      return `${plain((get<number>(AMOUNTS.notional) ?? 1) / 100)}%${bounds}`;
    case "per_share":
      return `${plain(get<number>(AMOUNTS.per_share) ?? 0.005)}/share${bounds}`;
    case "per_order":
      return `${plain(get<number>(AMOUNTS.per_order) ?? 1)}/order${bounds.replace(/ min \S+/, "")}`;
  }
}

/** At most six decimals and no exponent. */
function plain(value: number): string {
  return value.toFixed(6).replace(/\.?0+$/, "");
}

function defined<T extends object>(
  options: { readonly [Name in keyof T]: T[Name] | undefined },
): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
