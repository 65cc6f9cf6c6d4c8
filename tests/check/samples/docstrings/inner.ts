/** Said. */
export interface Said {
  /** Said too. */
  run(): void;
  stop(): void; // found
}
export type Bare = string; // found
/** The first signature says it for both. */
export function overloaded(value: number): number;
export function overloaded(value: string): string;
export function overloaded(value: unknown): unknown {
  return value;
}
export const bare = 1; // found
export class Half { // found
  /** Said. */
  run(): void {
    this.hidden();
  }
  stop(): void {} // found
  private hidden(): void {}
}
