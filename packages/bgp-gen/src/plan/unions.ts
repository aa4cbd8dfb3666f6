/** Sets that grow together: who can reach whom, when every join is known (union by size, path halving). */
export interface Unions {
  join(a: string, b: string): void;
  /** A name of the set that something is in; the same for all in it. */
  find(name: string): string;
}

export function createUnions(): Unions {
  const parents = new Map<string, string>();
  const sizes = new Map<string, number>();
  const find = (name: string): string => {
    let root = name;
    for (let above = parents.get(root); above !== undefined; above = parents.get(root)) {
      const next = parents.get(above);
      if (next !== undefined) parents.set(root, next);
      root = next ?? above;
    }
    return root;
  };
  return {
    find,
    join(a, b) {
      const [first, second] = [find(a), find(b)];
      if (first === second) return;
      const [own, other] = [sizes.get(first) ?? 1, sizes.get(second) ?? 1];
      const [root, child] = own >= other ? [first, second] : [second, first];
      parents.set(child, root);
      sizes.set(root, own + other);
    },
  };
}
