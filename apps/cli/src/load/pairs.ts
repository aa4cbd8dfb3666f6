/** A map as two lists of one length. */
export interface Pairs<V> {
  readonly names: readonly string[];
  readonly values: readonly V[];
}

/** The map that two lists mean; `__proto__` is a key like any other. */
export function fromPairs<V, W>({ names, values }: Pairs<V>, convert: (value: V) => W): { [key: string]: W } {
  const entries = values.map((value, index) => [names[index] ?? "", convert(value)] as const);
  return Object.fromEntries(entries);
}
