export interface Book {
  readonly rows: number;
}
export const late = (): Promise<unknown> => import("../sandbox/mod.ts"); // found: arrows go down only
