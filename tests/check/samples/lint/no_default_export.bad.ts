export default function run(): void {} // found
const value = 1;
export { value as default }; // found
