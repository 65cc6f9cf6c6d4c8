/**
 * Floor 8: an account that trades: its books as a function of the journal, the strategies in their seats, the session that runs them, and
 * what an operator sees of it and orders.
 *
 * @module
 */

export * from "./control/mod.ts";
export { type LiveOptions, type LiveOutcome, runLive } from "./open_session.ts";
export * from "./doctor/mod.ts";
export * from "./doctor/move_account.ts";
export * from "./replay/mod.ts";
export { runTogether, type TogetherOptions, type TogetherResult } from "./run_together.ts";
export { type Recovered, recoverSession } from "./recover_session.ts";
export { sessionData } from "./session_data.ts";
export { planOf, type SessionPlan } from "./session_plan.ts";
export { sessionResult } from "./session_result.ts";
export type { SessionView } from "./session_view.ts";
