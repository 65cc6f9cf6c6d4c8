export const a = Math.exp(1); // found
export const b = Math.log(2) + 1; // found
export const c = Math.pow(2, 0.5); // found
export const d = Math.sin(1); // found
export const e = 2 ** 0.5; // found
export let f = 2;
f **= 3; // found
const { log } = Math; // found
export const g = Math["exp"](1); // found
const m = Math; // found
export const h = Math.PI; // found
export { log, m };
