/**
 * Stand-in for `jsr:@std/path` on machines that do not reach JSR: the functions that Sandbar uses, over `node:path`.
 *
 * @module
 */

export {
  basename,
  dirname,
  extname,
  isAbsolute,
  join,
  normalize,
  relative,
  resolve,
} from "node:path";
export { fileURLToPath as fromFileUrl, pathToFileURL as toFileUrl } from "node:url";
