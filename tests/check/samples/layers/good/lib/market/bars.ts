import { micros } from "../core/mod.ts";
export interface Bars {
  readonly rows: number;
}
export const scale: number = micros;
