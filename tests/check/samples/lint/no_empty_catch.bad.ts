export function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {} // found
  try {
    return JSON.parse(text + "}");
  } catch (_error) { // found
    // It may not be JSON.
  }
}
