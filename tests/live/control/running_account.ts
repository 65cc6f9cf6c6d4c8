/**
 * A small account behind the control server: its engine has a state, a position and a journal number, and does what it is ordered. What an
 * operator meets without the trading.
 *
 * @module
 */

import type {
  AccountView,
  CommandAnswer,
  Controlled,
  OperatorCommand,
  OrderView,
  PositionView,
  StatusView,
} from "../../../lib/live/control/mod.ts";
import { HaltFile } from "../../../lib/live/control/mod.ts";

/** 2024-01-05 15:30:00 UTC. */
export const NOON_US = 1_704_468_600_000_000;

export const POSITION: PositionView = {
  symbol: "AAPL",
  strategy: "sma",
  quantity: "100",
  averagePrice: "181.25",
  mark: "182.5",
  value: "18250.00",
  unrealisedProfit: "125.00",
  realisedProfit: "-12.5",
  weightPct: 18.21,
  openedUs: NOON_US - 3_600_000_000,
};

export const ORDER: OrderView = {
  clientId: "sbmain-k3x9q2-sma-17",
  brokerId: "b-17",
  strategy: "sma",
  symbol: "AAPL",
  side: "sell",
  quantity: "100",
  filledQuantity: "40",
  averagePrice: "183",
  type: "limit",
  limitPrice: "183",
  stopPrice: null,
  timeInForce: "day",
  state: "partially_filled",
  isOpen: true,
  reason: "",
  createdUs: NOON_US - 60_000_000,
  updatedUs: NOON_US - 1_000_000,
};

export const STATUS: StatusView = {
  account: "paper",
  mode: "paper",
  broker: "paper",
  feed: "recorded",
  isSynthetic: false,
  version: "0.1.0",
  pid: 4711,
  engine: {
    state: "ready",
    why: "",
    startedUs: NOON_US - 7_380_000_000,
    timeUs: NOON_US,
    madeUs: NOON_US + 250_000,
  },
  money: { equity: "100212.50", cash: "81962.50", dayProfit: "-87.50", dayProfitPct: -0.0872 },
  risk: {
    killCauses: [],
    dayLossPct: 0.0872,
    maxDailyLossPct: 2,
    drawdownPct: 0.5,
    maxDrawdownPct: 10,
    grossPct: 18.21,
    maxGrossPct: 100,
  },
  positionCount: 1,
  openOrderCount: 1,
  strategies: [{
    id: "sma",
    name: "sma-crossover",
    state: "running",
    why: "",
    sourceHash: "9f2c".repeat(16),
    bookHash: "0011223344556677",
    restarts: 1,
    equity: "100212.50",
    lastDecision: {
      timeUs: NOON_US - 60_000_000,
      symbol: "AAPL",
      intent: "sell 100 limit 183",
      outcome: "sent",
    },
  }],
  links: {
    feed: { name: "recorded", state: "connected", lastUs: NOON_US, delayUs: 250_000 },
    broker: { name: "paper", state: "connected", lastUs: NOON_US - 1_000_000, delayUs: 1200 },
    journal: { state: "writing", lastSequence: 812, durableSequence: 810, commitUs: 2100 },
  },
  lastEvents: [{
    sequence: 41,
    type: "TRADE_FILLED",
    severity: "info",
    timeUs: NOON_US - 1_000_000,
    source: "engine",
    correlationId: ORDER.clientId,
    data: {
      strategy: "sma",
      symbol: "AAPL",
      side: "sell",
      quantity: "40",
      price: "183",
      commission: "0.73",
      fee: null,
      remaining: "60",
      clientId: ORDER.clientId,
      executionId: "x-9",
    },
  }],
};

export const VIEW: AccountView = { status: STATUS, orders: [ORDER], positions: [POSITION] };

/** The account: every command gets a number, and moves the state as an operator expects. */
export class RunningAccount implements Controlled {
  readonly commands: OperatorCommand[] = [];
  isKilled = false;
  readonly #halt: HaltFile;
  /** Resolves when `stop` was ordered. */
  readonly stopped: Promise<void>;
  #stop: () => void = () => {};
  #state: StatusView["engine"]["state"] = "ready";
  #sequence = 812;

  constructor(folder: string) {
    this.#halt = new HaltFile(folder);
    this.stopped = new Promise((resolve) => this.#stop = resolve);
  }

  status(): StatusView {
    return {
      ...STATUS,
      pid: Deno.pid,
      engine: { ...STATUS.engine, state: this.#state, why: this.commands.at(-1)?.why ?? "" },
    };
  }

  orders(): readonly OrderView[] {
    return [ORDER];
  }

  positions(): readonly PositionView[] {
    return [POSITION];
  }

  command(command: OperatorCommand): Promise<CommandAnswer> {
    this.commands.push(command);
    return Promise.resolve(this.#do(command));
  }

  #do(command: OperatorCommand): CommandAnswer {
    switch (command.kind) {
      case "resume":
        if (this.isKilled && command.rearm !== true) {
          return this.#refused("halted", "the kill switch is tripped; resume --rearm lifts it");
        }
        this.isKilled = false;
        this.#state = "ready";
        this.#halt.remove();
        return this.#done("resumed");
      case "pause":
        this.#state = "paused";
        return this.#done("paused: no new risk");
      case "halt":
        this.#state = "halted";
        this.#halt.write({ reason: command.why, who: command.who, timeUs: NOON_US });
        return this.#done("halted: only what reduces positions leaves");
      case "assign":
        return command.strategy === "sma"
          ? this.#done(`${command.quantity} ${command.symbol} are in the book of sma`)
          : this.#refused("invalid", `no strategy ${command.strategy}; there is sma`);
      case "reconcile":
        return this.#refused("unavailable", "the broker does not answer; try again");
      case "flatten":
        return this.#done("1 position is being closed");
      case "stop":
        this.#stop();
        return this.#done("stopping");
    }
  }

  #done(message: string): CommandAnswer {
    return { outcome: "done", message, sequence: ++this.#sequence, state: this.#state };
  }

  #refused(refusal: "invalid" | "halted" | "unavailable", message: string): CommandAnswer {
    const state = this.#state;
    return { outcome: "refused", refusal, message, sequence: ++this.#sequence, state };
  }
}
