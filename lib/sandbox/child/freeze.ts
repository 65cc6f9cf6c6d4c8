/**
 * Freezes the built-ins of the sealed realm and all that a strategy can reach: after the engine is loaded, before the strategy is.
 *
 * Ordinary code must not notice: names that it often assigns on its own objects stay assignable, and what V8 watches for its fast
 * paths stays as it is.
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- this file walks every object of a realm, whose shapes no type describes

const G: any = globalThis;
const O = Object,
  define = O.defineProperty,
  descriptorOf = O.getOwnPropertyDescriptor,
  protoOf = O.getPrototypeOf,
  freeze = O.freeze,
  hasOwn = O.hasOwn,
  ownKeys = Reflect.ownKeys,
  apply = Reflect.apply;
const TypeErrorOf = TypeError,
  WeakSetOf = WeakSet,
  hasIn = WeakSet.prototype.has,
  addTo = WeakSet.prototype.add;

// Names that ordinary code assigns on its own objects although a prototype has them. A frozen data property would make such an assignment
// throw (the "override mistake"), so on prototypes they become accessors whose setter defines an own property.
const OFTEN_ASSIGNED = [
  "toString",
  "toLocaleString",
  "valueOf",
  "toJSON",
  "name",
  "message",
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "length",
  "push",
  "concat",
  "join",
  "map",
  "bind",
  "call",
  "apply",
  "get",
  "set",
  "has",
  "add",
  "delete",
  "clear",
  "size",
  "next",
  "return",
  "then",
  "catch",
  "finally",
  "stack",
  "cause",
];
// V8 watches these for its fast paths; as accessors they would switch the fast paths off for the whole isolate.
const WATCHED: Record<string, string[]> = {
  Array: ["constructor"],
  Promise: ["constructor", "then"],
  RegExp: ["constructor", "exec"],
  String: ["constructor"],
};

const seen = new WeakSetOf();
let frozen = false;

/** Freezes everything that is reachable from the given objects and was not frozen before. */
function harden(roots: readonly unknown[]): void {
  const stack: any[] = [],
    TypedArray = protoOf(Int8Array),
    skip = new Map<unknown, readonly string[]>();
  const push = (value: unknown): void => {
    const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
    if (isObject && !apply(hasIn, seen, [value])) {
      apply(addTo, seen, [value]);
      stack[stack.length] = value;
    }
  };
  for (let i = 0; i < roots.length; i++) push(roots[i]);
  for (const name of O.keys(WATCHED)) skip.set(G[name].prototype, WATCHED[name]!);
  skip.set(TypedArray.prototype, ["constructor"]);
  for (const key of ownKeys(G)) {
    const value = typeof key === "string" ? descriptorOf(G, key)?.value : undefined;
    if (typeof value === "function" && protoOf(value) === TypedArray) {
      skip.set(value.prototype, ["constructor"]);
    }
  }
  for (const iterator of iterators()) skip.set(protoOf(iterator), ["next", "return"]);
  while (stack.length > 0) {
    const object = stack.pop(),
      watched = skip.get(object),
      isPrototype = hasOwn(object, "constructor") || watched !== undefined;
    push(protoOf(object));
    for (const key of ownKeys(object)) {
      const found = descriptorOf(object, key)!;
      push(found.value);
      push(found.get);
      push(found.set);
      const overridable = isPrototype && found.configurable && found.writable &&
        typeof key === "string" &&
        OFTEN_ASSIGNED.includes(key) && !watched?.includes(key);
      if (overridable) makeOverridable(object, key, found.value, found.enumerable!);
    }
    freeze(object);
  }
}

function makeOverridable(
  object: object,
  key: PropertyKey,
  value: unknown,
  enumerable: boolean,
): void {
  // Methods of a literal: a `function` would bring an object of its own along, its `prototype`.
  const { get, set } = {
    get: (): unknown => value,
    set(this: object, given: unknown): void {
      if (this === object) throw new TypeErrorOf("built-ins are frozen");
      define(this, key, { value: given, writable: true, enumerable: true, configurable: true });
    },
  };
  freeze(get);
  freeze(set);
  define(object, key, { get, set, enumerable, configurable: false });
}

function iterators(): unknown[] {
  return [
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ""[Symbol.iterator](),
  ];
}

/** Intrinsics that no global name leads to. */
function hidden(): unknown[] {
  const generator = function* (): Generator {},
    asyncGenerator = async function* (): AsyncGenerator {};
  const list = [
    protoOf(generator),
    protoOf(generator.prototype),
    protoOf(asyncGenerator),
    protoOf(asyncGenerator.prototype),
    protoOf(async () => {}),
    protoOf("".matchAll(/x/g)),
    protoOf([].values().map((value) => value)),
    protoOf((Iterator as any).from({ next: (): undefined => undefined })),
    protoOf(Int8Array),
    descriptorOf(
      (function (): IArguments {
        "use strict";
        return arguments;
      })(),
      "callee",
    )!.get,
  ];
  for (const iterator of iterators()) list[list.length] = protoOf(iterator);
  return list;
}

/** Freezes the realm's built-ins. After the engine is loaded, before the strategy is. */
export function freezeRealm(): void {
  frozen = true;
  harden([G, ...hidden()]);
}

/** Freezes an object that a strategy will hold, and all that it leads to; nothing when the realm is not frozen. */
export function hardenObject(object: unknown): void {
  if (frozen) harden([object]);
}

/** Freezes what a module exports; the namespace itself is read-only from outside. */
export function hardenExports(namespace: object): void {
  for (const key of ownKeys(namespace)) {
    if (typeof key === "string") hardenObject((namespace as any)[key]);
  }
}
