export const a = String(1234.5);
export const b = "a" < "b" ? -1 : 1;
export const c = "I".toLowerCase();
export const d = { Intl: "toLocaleString" };
