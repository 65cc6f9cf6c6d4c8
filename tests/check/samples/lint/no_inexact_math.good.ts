const floor = Math.floor;

/** Math.exp in a comment is fine. */
export function root(value: number): number {
  return Math.sqrt(value) + floor(value) - Math.abs(value) * Math.max(1, value) / Math.imul(2, 3);
}

export const table = { Math: 1 }.Math;
