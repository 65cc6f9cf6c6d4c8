/**
 * The permissions of the process that runs a live run: worked out from its configuration, so that it gets these and nothing else.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { SandbarError } from "../core/mod.ts";
import type { LiveConfig } from "./live_config.ts";

/** Our own code, with the bundled data and what the sealed child starts from. */
const OWN_CODE: string = join(import.meta.dirname!, "..");

/**
 * Returns the exact `--allow-*` flags that a live run needs:
 *
 * - read: our own code, the configuration file and that of symbols, the folders of the strategies, the data, and whatever is written;
 * - write: state, logs and reports, and a database outside of the state;
 * - run: the launcher of the sandbox;
 * - net: the port of the control server on loopback (port 0 allows to listen on a free one, and to reach none), a KV service, and a paper exchange;
 * - env: the user's own folder, and the token of a KV service.
 *
 * @throws {SandbarError} `usage` when a path has a comma, which such a flag cannot name.
 */
export function hostPermissions(config: LiveConfig): string[] {
  const { persistence, control, data, brokers } = config;
  const { kvPath, kvIsService } = persistence;
  const write = outermost([
    config.stateDir.real,
    config.logging.logDir.real,
    config.reportDir.real,
    ...kvIsService ? [] : [kvPath.real],
  ]);
  const read = outermost([
    OWN_CODE,
    ...[config.file, config.symbolsFile].flatMap((file) => file?.real ?? []),
    // The sources are read by their real path, and the way there is looked at.
    ...config.strategies.flatMap(({ path, folder }) => [dirname(path), folder]),
    ...data.provider === "recorded" ? [(data.recordedPath ?? data.catalogDir).real] : [],
    ...write,
  ]);
  const net = [
    ...control.enabled ? [`127.0.0.1:${control.port}`] : [],
    ...kvIsService ? [serviceOf(kvPath.real)] : [],
    ...brokers.paper.url === null ? [] : [serviceOf(brokers.paper.url)],
  ];
  return [
    `--allow-read=${listed(read)}`,
    `--allow-write=${listed(write)}`,
    "--allow-run=prlimit,deno",
    ...net.length === 0 ? [] : [`--allow-net=${net.join(",")}`],
    `--allow-env=INIT_CWD${kvIsService ? ",DENO_KV_ACCESS_TOKEN" : ""}`,
  ];
}

/** Returns paths without those that lie in another, each once and in order. */
function outermost(paths: readonly string[]): string[] {
  const plain = [...new Set(paths.map((path) => join(path)))].map((path) =>
    path.length > 1 ? path.replace(/\/$/, "") : path
  );
  return plain.filter((path, i) =>
    plain.indexOf(path) === i && !plain.some((other) => path.startsWith(`${other}/`))
  );
}

function listed(paths: readonly string[]): string {
  const bad = paths.find((path) => path.includes(","));
  if (bad === undefined) return paths.join(",");
  throw new SandbarError(
    "usage",
    `Cannot grant access to ${bad}: its name has a comma, which separates paths; rename it or take another folder`,
  );
}

function serviceOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : port}`;
}
