/**
 * A real browser for tests: starts Chromium without a window and drives one page over the DevTools protocol.
 *
 * Permissions: --allow-run=chromium --allow-net=127.0.0.1 and read and write of the folder for temporary files.
 *
 * @module
 */

/** A page in the browser. */
export interface Page {
  /** Goes to the address and waits for the load event. */
  open(url: string): Promise<void>;
  /** Evaluates an expression in the page and returns its JSON value; a promise is awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** Sets the size of the window in CSS pixels and the colour scheme that the page is told. */
  look(size: { width: number; height: number }, scheme: "light" | "dark"): Promise<void>;
  /** Moves the mouse to a point of the window, or presses or releases its left button there. */
  mouse(kind: "mouseMoved" | "mousePressed" | "mouseReleased", x: number, y: number): Promise<void>;
  /** Returns a picture of the whole page, PNG. */
  screenshot(): Promise<Uint8Array>;
  /** Lines that the console and the browser's log showed so far. */
  readonly console: readonly string[];
  /** Addresses asked for so far. */
  readonly requests: readonly string[];
}

/** Returns whether the browser is installed, or why it cannot be used: a text for a skipped test. */
export function browserMissing(): string | undefined {
  try {
    const { success } = new Deno.Command("chromium", {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success ? undefined : "chromium does not start";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "chromium is not installed";
    if (error instanceof Deno.errors.NotCapable) return "no permission to run chromium";
    throw error;
  }
}

/** Runs `use` with a fresh page of a fresh profile, and ends the browser afterwards. */
export async function withPage<T>(use: (page: Page) => Promise<T>): Promise<T> {
  const profile = await Deno.makeTempDir({ prefix: "sandbar_browser_" });
  const browser = new Deno.Command("chromium", {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--hide-scrollbars",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { endpoint, ended } = watch(browser.stderr);
  try {
    return await drive(await pageTarget(await endpoint), use);
  } finally {
    browser.kill("SIGTERM");
    await browser.status;
    // Its helper processes hold the same pipe: when it closes, they have ended too.
    await ended;
    await removeProfile(profile);
  }
}

// Chromium prints where it listens; the rest is read and dropped, so that its pipe never fills.
function watch(
  stderr: ReadableStream<Uint8Array>,
): { readonly endpoint: Promise<string>; readonly ended: Promise<void> } {
  const endpoint = Promise.withResolvers<string>();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let seen = "";
    for await (const chunk of stderr) {
      seen = (seen + decoder.decode(chunk, { stream: true })).slice(-2000);
      const match = /DevTools listening on ws:\/\/([^/\s]+)\//.exec(seen);
      if (match !== null) endpoint.resolve(match[1]!);
    }
    endpoint.reject(new Error("chromium ended before it listened: " + seen));
  };
  return { endpoint: endpoint.promise, ended: read() };
}

async function pageTarget(endpoint: string): Promise<string> {
  const answer = await fetch(`http://${endpoint}/json/list`);
  const targets = await answer.json() as readonly {
    readonly type: string;
    readonly webSocketDebuggerUrl: string;
  }[];
  const page = targets.find((target) => target.type === "page");
  if (page === undefined) throw new Error("chromium has no page");
  return page.webSocketDebuggerUrl;
}

// The browser's helper processes may still write while they die.
async function removeProfile(profile: string): Promise<void> {
  for (let attempt = 0;; attempt++) {
    try {
      return await Deno.remove(profile, { recursive: true });
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

async function drive<T>(address: string, use: (page: Page) => Promise<T>): Promise<T> {
  const socket = new WebSocket(address), waiting = new Map<number, (message: Message) => void>();
  const lines: string[] = [], requests: string[] = [];
  let id = 0, loaded: () => void = () => undefined;
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data as string) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else if (message.method === "Page.loadEventFired") loaded();
    else note(message, lines, requests);
  };
  const call = async (
    method: string,
    params: object = {},
  ): Promise<Readonly<Record<string, unknown>>> => {
    const own = ++id, answer = new Promise<Message>((resolve) => waiting.set(own, resolve));
    socket.send(JSON.stringify({ id: own, method, params }));
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await call(domain + ".enable");
  const page: Page = {
    console: lines,
    requests,
    async open(url): Promise<void> {
      const done = new Promise<void>((resolve) => loaded = resolve);
      await call("Page.navigate", { url });
      await done;
    },
    async evaluate<V>(expression: string): Promise<V> {
      const answer = await call("Runtime.evaluate", {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (answer["exceptionDetails"] !== undefined) {
        throw new Error("in the page: " + JSON.stringify(answer["exceptionDetails"]));
      }
      return (answer["result"] as { readonly value: V }).value;
    },
    async look({ width, height }, scheme): Promise<void> {
      await call("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      });
      await call("Emulation.setEmulatedMedia", {
        features: [{ name: "prefers-color-scheme", value: scheme }],
      });
    },
    async mouse(type, x, y): Promise<void> {
      const buttons = type === "mouseReleased" ? 0 : 1, pressed = type !== "mouseMoved";
      await call("Input.dispatchMouseEvent", {
        type,
        x,
        y,
        ...pressed ? { button: "left", buttons, clickCount: 1 } : {},
      });
    },
    async screenshot(): Promise<Uint8Array> {
      const shot = await call("Page.captureScreenshot", { captureBeyondViewport: true });
      return Uint8Array.from(atob(shot["data"] as string), (c) => c.charCodeAt(0));
    },
  };
  try {
    return await use(page);
  } finally {
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.close();
    await closed;
  }
}

function note({ method, params = {} }: Message, lines: string[], requests: string[]): void {
  if (method === "Network.requestWillBeSent") {
    requests.push((params["request"] as { readonly url: string }).url);
  } else if (method === "Log.entryAdded") {
    const entry = params["entry"] as { readonly level: string; readonly text: string };
    lines.push(`${entry.level}: ${entry.text}`);
  } else if (method === "Runtime.exceptionThrown") {
    lines.push("exception: " + JSON.stringify(params["exceptionDetails"]));
  } else if (method === "Runtime.consoleAPICalled") {
    lines.push(`console.${params["type"]}: ${JSON.stringify(params["args"])}`);
  }
}
