import type { OptionValue } from "@nix-nos/topology";

/** GoBGP's names for each kind of set: of the list, of a set's name, of its items. */
const kinds = {
  prefix: ["prefix-sets", "prefix-set-name", "prefix-list"],
  neighbor: ["neighbor-sets", "neighbor-set-name", "neighbor-info-list"],
  standard: ["community-sets", "community-set-name", "community-list"],
  extended: ["ext-community-sets", "ext-community-set-name", "ext-community-list"],
  large: ["large-community-sets", "large-community-set-name", "large-community-list"],
  asPath: ["as-path-sets", "as-path-set-name", "as-path-list"],
} as const;

type SetKind = keyof typeof kinds;

/**
 * The sets that policies refer to. Whoever wants a name has to say what is in it, so no policy can mention a set that is
 * not there: GoBGP would accept every route then.
 */
export interface DefinedSets {
  /**
   * @param hint - the name, if nothing else has it
   * @param items - not empty: GoBGP takes an empty set for everything
   * @returns the name of the set of these items
   */
  define(kind: SetKind, hint: string, items: readonly OptionValue[]): string;
  /** `defined-sets` */
  config(): OptionValue;
}

export function createDefinedSets(): DefinedSets {
  const names = new Map<string, string>();
  const taken = {
    prefix: new Set<string>(),
    neighbor: new Set<string>(),
    standard: new Set<string>(),
    extended: new Set<string>(),
    large: new Set<string>(),
    asPath: new Set<string>(),
  };
  const sets = new Map<SetKind, { [key: string]: OptionValue }[]>();
  const listOf = (kind: SetKind) => sets.get(kind) ?? [];
  return {
    define(kind, hint, items) {
      if (items.length === 0) throw new TypeError(`The set ${hint} would be empty, which GoBGP takes for everything.`);
      const key = `${kind} ${JSON.stringify(items)}`;
      const known = names.get(key);
      if (known !== undefined) return known;
      const name = unusedName(hint, taken[kind]);
      names.set(key, name);
      const [, nameKey, itemsKey] = kinds[kind];
      sets.set(kind, [...listOf(kind), { [nameKey]: name, [itemsKey]: items }]);
      return name;
    },
    config() {
      const all = (wanted: readonly SetKind[]) =>
        Object.fromEntries(
          wanted.filter((kind) => listOf(kind).length > 0).map((kind) => [kinds[kind][0], listOf(kind)]),
        );
      const ofBgp = all(["standard", "extended", "large", "asPath"]);
      return {
        ...all(["prefix", "neighbor"]),
        ...(Object.keys(ofBgp).length > 0 && { "bgp-defined-sets": ofBgp }),
      };
    },
  };
}

/** The name that is asked for, with a number behind it where it is taken; it is taken then. */
export function unusedName(hint: string, taken: Set<string>): string {
  let name = hint;
  for (let number = 2; taken.has(name); number++) name = `${hint} ${number}`;
  taken.add(name);
  return name;
}
