/**
 * A resolved configuration that notes which of its values are read: what no run reads is a setting without an effect.
 *
 * @module
 */

/** A configuration under watch. */
export interface Watched<T> {
  /** The same values; reading one is noted. */
  readonly config: T;
  /** Returns the paths of the values that were never read, for example `persistence.leaseTtlSeconds` or `strategies[].id`, in order. */
  readonly unread: () => string[];
}

/**
 * Returns a configuration whose reads are noted. Sections and lists of sections are looked into; everything else is one value.
 *
 * @param config Not frozen.
 */
export function watchReads<T extends object>(config: T): Watched<T> {
  const read = new Set<string>();
  const watch = <Section extends object>(section: Section, above: string): Section =>
    new Proxy(section, {
      get(target, name, receiver): unknown {
        // To write a configuration down is no use of its values.
        if (name === "toJSON") return () => target;
        const value: unknown = Reflect.get(target, name, receiver);
        // What a list has beside its items is not of the configuration.
        if (typeof name === "symbol" || !Object.hasOwn(target, name) || isLength(target, name)) {
          return value;
        }
        const path = pathBelow(target, above, name);
        if (hasSections(value)) return watch(value, path);
        read.add(path);
        return value;
      },
    });
  return {
    config: watch(config, ""),
    unread: () => [...new Set(valuePaths(config, ""))].filter((path) => !read.has(path)),
  };
}

function valuePaths(section: object, above: string): string[] {
  return Object.entries(section).flatMap(([name, value]) => {
    const path = pathBelow(section, above, name);
    return hasSections(value) ? valuePaths(value, path) : [path];
  });
}

/** `strategies[].id`: the items of a list have one path. */
function pathBelow(section: object, above: string, name: string): string {
  return Array.isArray(section) ? `${above}[]` : above === "" ? name : `${above}.${name}`;
}

function hasSections(value: unknown): value is object {
  if (!Array.isArray(value)) return typeof value === "object" && value !== null;
  return hasSections(value[0]);
}

function isLength(target: object, name: string): boolean {
  return Array.isArray(target) && name === "length";
}
