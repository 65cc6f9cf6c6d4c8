import { readFileSync } from "node:fs"; // found: pure room market imports node:fs
import { parse } from "npm:valibot@1"; // found: pure room market imports npm:valibot@1
export interface Bars {
  readonly rows: number;
}
export const parts = [readFileSync, parse];
