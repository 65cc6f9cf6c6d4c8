/**
 * Settings that the design names and no part reads yet. A file that serves later parts too can hold them already: they are checked for
 * their names and for secrets, and the run says once that it does not use them. Where ignoring a key would make a backtest untrue, only
 * the value that is built is accepted.
 *
 * @module
 */

/** A key that no part reads yet. */
export interface LaterKey {
  /** Names from the root; `*` stands for any name, `[]` for each item of a list. */
  readonly path: string;
  /** What its value must look like, because a secret could be written there by mistake. */
  readonly holds: "anything" | "name of a variable" | "env:NAME" | "env:NAME or plain URL";
  /** For keys that decide the numbers of a backtest: the values that change nothing, so that they can be accepted. */
  readonly harmless?: readonly unknown[];
}

/** Names of keys by section. */
const NAMES: Readonly<Record<string, string>> = {
  "live": "confirm_account",
  "symbols": "sectors",
  "time": "zone sessions max_clock_skew_ms",
  "engine": "decision_log_level history_path broker_error_limit broker_error_window_seconds",
  "orders": "retention_hours",
  "reconciliation": "history_limit",
  "persistence": "retention_days",
  "strategies[].grants": "feeds extended_hours",
  "feeds.*": "url header_env interval_seconds max_bytes",
  "sandbox": "unprivileged_user max_log_bytes_per_minute",
  "spread_gate": "max_spread_bps quote_age_max_ms feed_alive_max_ms",
  "brokers.alpaca":
    "api_key_env api_secret_env base_url stream_url data_feed allow_notional order_rate_limit " +
    "data_rate_limit request_timeout_ms reconnect_initial_ms reconnect_max_ms",
  "brokers.ibkr":
    "host port client_id timeout_seconds max_requests_per_second heartbeat_interval_seconds " +
    "heartbeat_deadline_ms market_data_type primary_exchange reconnect_initial_ms reconnect_max_ms",
  "data": "default_lookback adv_sessions min_adv_sessions queue_size",
  "data.alpaca": "feed format data_url stream_url",
  "data.polygon": "api_key_env rate_limit_per_minute rest_url stream_url",
  "backtest": "workers",
  "observability": "enabled",
  "observability.metrics": "prefix export_interval_seconds max_label_sets",
  "observability.prometheus": "enabled host port",
  "observability.statsd": "host port",
  "observability.otlp": "endpoint",
  "observability.json_lines": "path",
  "logging": "format",
  "alerting": "min_severity console routes rate_limit_seconds history_size outbox_max " +
    "escalate_after_seconds heartbeat_seconds daily_summary_time quiet_hours",
  "alerting.webhook": "url timeout_ms",
  "alerting.webhook.headers": "*",
  "alerting.discord": "webhook_url",
  "alerting.slack": "webhook_url",
  "alerting.email": "host port from to user_env password_env",
  "alerting.telegram": "token_env chat_id",
  "alerting.retry": "max_attempts initial_ms max_ms",
  "watch": "url secret_env interval_seconds miss_limit armed",
  "native": "enabled path",
};

const RISK = "max_weekly_loss_pct max_sector_exposure max_adv_fraction warn_levels_pct " +
  "max_slippage_ratio latency_warn_ms account_view_max_age_seconds";

/** Keys that decide the numbers of a backtest, with what is built. A limit of risk that was not enforced would be a false result. */
const DECISIVE: readonly (readonly [path: string, harmless: readonly unknown[]])[] = [
  ["backtest.missing_data", ["fail"]],
  ...RISK.split(" ").map((name) => [`risk.${name}`, [null]] as const),
];

/** The table. */
export const LATER_KEYS: readonly LaterKey[] = [
  ...Object.entries(NAMES).flatMap(([section, names]) =>
    names.split(" ").map((name): LaterKey => {
      const path = `${section}.${name}`;
      return { path, holds: holdsOf(path) };
    })
  ),
  ...DECISIVE.map(([path, harmless]): LaterKey => ({ path, holds: "anything", harmless })),
];

function holdsOf(path: string): LaterKey["holds"] {
  if (path.endsWith("_env")) return "name of a variable";
  if (path === "alerting.webhook.url") return "env:NAME or plain URL";
  return path.endsWith(".webhook_url") || path === "alerting.webhook.headers.*"
    ? "env:NAME"
    : "anything";
}
