export const micros = 1e6;
