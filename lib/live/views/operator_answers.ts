/**
 * What an operator is told of a command: why it is refused, or what it did.
 *
 * @module
 */

import { assignmentOf } from "../account/assignment.ts";
import type { OperatorCommand } from "../control/controlled.ts";
import type { TradingCore } from "../account/trading_core.ts";

/** Returns why an account refuses a command, null when it does not. */
export function refusalOf(command: OperatorCommand, core: TradingCore): string | null {
  const killed = core.books.some(({ engine }) => engine.risk.kill.isKilled);
  switch (command.kind) {
    case "assign": {
      const moved = assignmentOf(command, core);
      return typeof moved === "string" ? moved : null;
    }
    case "resume":
      return killed && command.rearm !== true
        ? "the kill switch has tripped: resume --rearm lifts it, with a reason"
        : null;
    default:
      return null;
  }
}

/** Returns what a command that was carried out did. */
export function doneText(command: OperatorCommand): string {
  switch (command.kind) {
    case "pause":
      return "paused: nothing that adds risk leaves until resume";
    case "halt":
      return "halted: orders that could add risk are cancelled, only what reduces leaves until resume";
    case "resume":
      return command.rearm === true ? "resumed, and the kill switch is armed again" : "resumed";
    case "flatten":
      return "all orders are cancelled, all positions are closed at the next open";
    case "assign":
      return `${command.quantity} of ${command.symbol} are in the book of ${command.strategy} now, at their average price`;
    case "stop":
      return "stopping";
    default:
      return "done";
  }
}
