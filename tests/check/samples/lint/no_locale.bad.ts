export const a = (1234.5).toLocaleString(); // found
export const b = new Intl.NumberFormat("en").format(1); // found
export const c = "a".localeCompare("b"); // found
export const d = "I".toLocaleLowerCase(); // found
export const e = "I"["toLocaleUpperCase"](); // found
