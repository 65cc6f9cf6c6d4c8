/**
 * What a strategy saves, as JSON: checked value by value while it is written, so that what comes back after a restart is what was given.
 * `JSON.stringify` leaves functions out, makes `null` of NaN and calls what it finds.
 *
 * @module
 */

const quote = JSON.stringify,
  isArray = Array.isArray,
  ownKeys = Object.keys,
  protoOf = Object.getPrototypeOf,
  ObjectPrototype = Object.prototype,
  TypeErrorOf = TypeError;

/** How deep a state may be nested. */
const MAX_DEPTH = 100;

/** The objects around a value. */
interface Outer {
  readonly value: object;
  readonly outer: Outer | null;
  readonly depth: number;
}

/**
 * Returns a value as JSON; `-0` stays what it is.
 *
 * @throws {TypeError} On what JSON cannot hold: functions, cycles, NaN, instances of a class; the message names the place.
 */
export function jsonText(value: unknown): string {
  return textOf(value, "save()", null);
}

function textOf(value: unknown, place: string, outer: Outer | null): string {
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false";
    case "string":
      return quote(value);
    case "number":
      if (value - value !== 0) throw refused(place, "" + value);
      return value === 0 && 1 / value < 0 ? "-0" : quote(value);
    case "object":
      return value === null ? "null" : objectText(value, place, outer);
    case "undefined":
      throw refused(place, "undefined");
    default:
      throw refused(place, "a " + typeof value);
  }
}

function objectText(value: object, place: string, outer: Outer | null): string {
  for (let each = outer; each !== null; each = each.outer) {
    if (each.value === value) throw refused(place, "an object that holds itself");
  }
  const depth = outer === null ? 1 : outer.depth + 1;
  if (depth > MAX_DEPTH) throw refused(place, "more than " + MAX_DEPTH + " levels");
  const inside: Outer = { value, outer, depth };
  let text = "";
  if (isArray(value)) {
    const { length } = value;
    for (let k = 0; k < length; k++) {
      text += (k === 0 ? "" : ",") + textOf(value[k], place + "[" + k + "]", inside);
    }
    return "[" + text + "]";
  }
  const proto: unknown = protoOf(value);
  if (proto !== ObjectPrototype && proto !== null) {
    throw refused(place, "an instance of a class (a Map, a Date, a typed array, a view?)");
  }
  const names = ownKeys(value);
  for (let k = 0; k < names.length; k++) {
    const name = names[k]!;
    text += (k === 0 ? "" : ",") + quote(name) + ":" +
      textOf((value as Record<string, unknown>)[name], place + "." + name, inside);
  }
  return "{" + text + "}";
}

function refused(place: string, found: string): TypeError {
  return new TypeErrorOf(
    "save must return JSON data (null, truths, finite numbers, texts, lists and plain objects of them): " +
      place + " is " + found,
  );
}
