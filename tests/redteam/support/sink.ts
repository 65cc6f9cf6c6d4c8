/**
 * A server on loopback that stands in for every host and counts who calls.
 *
 * @module
 */

/** A listening sink. */
export interface Sink {
  readonly url: string;
  readonly port: number;
  /** Connections so far. */
  requests(): number;
}

/** Runs something beside a sink. */
export async function withSink<T>(run: (sink: Sink) => Promise<T>): Promise<T> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }), { port } = listener.addr;
  let count = 0;
  const accepting = (async (): Promise<void> => {
    for await (const connection of listener) {
      count++;
      connection.close();
    }
  })();
  try {
    return await run({ url: `http://127.0.0.1:${port}`, port, requests: () => count });
  } finally {
    listener.close();
    await accepting;
  }
}
