/**
 * The three kinds of error, never mixed: a bug stops the program (`invariant`), an expected outcome is a returned value, and
 * whatever the environment does wrong (network, disk, vendor, a bad file) is a `SandbarError` made at the door.
 *
 * @module
 */

/** The closed list of codes. The message is for people; only the code is for programs. */
export type ErrorCode =
  | "usage"
  | "config_invalid"
  | "symbol_config"
  | "strategy_load"
  | "strategy_fault"
  | "strategy_limit"
  | "number_range"
  | "invalid_time"
  | "data_missing"
  | "data_invalid"
  | "data_load"
  | "bad_period"
  | "synthetic_refused"
  | "strategy_changed"
  | "reconciliation_failed"
  | "account_in_use"
  | "lease_lost"
  | "persistence_io"
  | "journal_corrupt"
  | "snapshot_corrupt"
  | "schema_newer"
  | "broker_connection"
  | "broker_auth"
  | "broker_protocol"
  | "account_mismatch"
  | "interrupted";

/** What an error may carry beside its message. */
export interface SandbarErrorOptions {
  /** True when the same call may succeed later without a change by the user. Default false. */
  readonly retryable?: boolean;
  /** The measured facts behind the message: file, line, found value. */
  readonly context?: Readonly<Record<string, string | number | boolean>>;
  /** The error of the runtime or of a library that led here. */
  readonly cause?: unknown;
}

/** A failure of the environment or of the input, told in one sentence: what could not be done, what was found, what to do. */
export class SandbarError extends Error {
  override readonly name = "SandbarError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly context: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: SandbarErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.context = options.context ?? {};
  }
}

const BugError = Error;

/**
 * Stops the program when something that must hold does not: a defect in Sandbar, never a fault of the input.
 *
 * @param condition What must hold.
 * @param message What is broken, as a statement of fact.
 * @throws {Error} When the condition is false.
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BugError("Sandbar defect: " + message);
}

/** Ends an exhaustive `switch`: reached only if a case was forgotten. */
export function unreachable(value: never): never {
  throw new BugError("Sandbar defect: unexpected value " + String(value));
}
