/**
 * The version of Sandbar, as the project file states it.
 *
 * @module
 */

import project from "../../deno.json" with { type: "json" };

/** For example `0.1.0`. */
export const VERSION: string = project.version;
