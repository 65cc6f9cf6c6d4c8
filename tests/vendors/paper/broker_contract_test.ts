import { type BrokerUnderTest, testBroker } from "../../contract/broker_contract.ts";
import { openExchange } from "./exchange_bench.ts";

testBroker("paper", async (): Promise<BrokerUnderTest> => {
  // Simulated time runs ahead of real sockets: a heartbeat would find them late. It has tests of its own.
  const patient = { heartbeatMs: 1e9, heartbeatDeadlineMs: 1e9 };
  const bench = openExchange({ broker: patient }), { exchange, server, broker, clock } = bench;
  // An instant has passed: the market has prices.
  exchange.advance();
  await broker.connect();
  return {
    broker,
    clock,
    symbol: "ACME",
    farBelow: "50",
    trade: () => Promise.resolve(void exchange.advance()),
    fault: (on, kind) => server.command({ arm: { on, kind } }),
    faultReport: (kind) => server.command({ arm: { on: "report", kind } }),
    setLinkUp: (isUp) => server.command({ down: !isUp }),
    bust: (executionId) => server.command({ restate: { executionId, quantity: "0", price: "1" } }),
    submitsSeen: (clientId) => exchange.ledger().submitsSeen[clientId] ?? 0,
    requestsArrived: () => server.orderRequests,
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
});
