/**
 * One test a way to real time or to the outside network: the trap must find each. Not run with the other tests.
 *
 * @module
 */

const WAYS: Readonly<Record<string, () => unknown>> = {
  "Date.now": () => Date.now(),
  "new Date()": () => new Date(),
  "Date()": () => Date(),
  "new of a date's constructor": () => new (new Date(0).constructor as DateConstructor)(),
  "Temporal.Now": () => Temporal.Now.instant(),
  "performance.now": () => performance.now(),
  setTimeout: () => setTimeout(() => {}, 0),
  setInterval: () => setInterval(() => {}, 0),
  "AbortSignal.timeout": () => AbortSignal.timeout(1),
  fetch: () => fetch("http://192.0.2.1/"),
  WebSocket: () => new WebSocket("ws://192.0.2.1/"),
  "Deno.connect": () => Deno.connect({ hostname: "192.0.2.1", port: 9 }),
};

for (const [way, open] of Object.entries(WAYS)) {
  Deno.test(`hit: ${way}`, async () => {
    await open();
  });
}

Deno.test("hit: swallowed", () => {
  let time = 0;
  try {
    time = Date.now();
  } catch (error) {
    time = String(error).length;
  }
  if (time === 0) throw new Error("unreachable");
});

Deno.test("miss: dates of given times, loopback and the event loop", async () => {
  const date = new Date(5);
  if (!(date instanceof Date) || date.getTime() !== 5 || Date.UTC(1970, 0) !== 0) throw date;
  await new Promise((resolve) => setImmediate(resolve));
  const refused = await fetch("http://127.0.0.1:9/").catch((error) => String(error));
  if (typeof refused !== "string" || refused.includes("REAL TIME")) throw refused;
});
