/**
 * Floor 8: an account that trades: its books as a function of the journal, the strategies in their seats, the session that runs them, and
 * what an operator sees of it and orders.
 *
 * @module
 */

export * from "./control/mod.ts";
export { type LiveOptions, type LiveOutcome, runLive } from "./session/open_session.ts";
export * from "./doctor/mod.ts";
export * from "./replay/mod.ts";
export { runTogether, type TogetherOptions, type TogetherResult } from "./session/run_together.ts";
export { type Recovered, recoverSession } from "./session/recover_session.ts";
export { sessionData } from "./session/session_data.ts";
export { planOf, type SessionPlan } from "./session/session_plan.ts";
export { sessionResult } from "./session/session_result.ts";
export type { SessionView } from "./views/session_view.ts";
