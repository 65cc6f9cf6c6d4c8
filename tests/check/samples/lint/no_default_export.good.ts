export function run(): void {}
export { run as start };
export default defineStrategy({ name: "a strategy, wherever it lies" });
