/**
 * Control of a running account: what an operator sees and orders, the server inside the process, the client of the commands, the HALT file.
 *
 * @module
 */

export * from "./account_folder.ts";
export * from "./control_client.ts";
export * from "./control_file.ts";
export * from "./control_server.ts";
export * from "./controlled.ts";
export * from "./event_stream.ts";
export * from "./halt_file.ts";
export * from "./health.ts";
