import type { Interface, Node } from "@nix-nos/topology";
import { isClassic } from "./classic.js";

/** The sections' names in `/etc/config/network`, by the interface they are for. */
export interface SectionNames {
  /** The interface's own section. */
  readonly own: ReadonlyMap<string, string>;
  /** A name that nothing else has, made of two parts: `wan` and `6` give `wan_6`. */
  readonly further: (base: string, suffix: string) => string;
}

/**
 * Gives each interface a name that UCI takes. One that it takes already stays, so that adding an interface never renames
 * another whose name is plain.
 */
export function sectionNames(node: Node): SectionNames {
  const taken = new Set(["loopback", "globals"]);
  const own = new Map<string, string>([["lo", "loopback"]]);
  const claim = (wanted: string) => {
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  };
  const named = node.interfaces.filter(({ kind }) => kind !== "loopback");
  if (isClassic(node.openwrt?.version)) {
    for (const { name } of named.filter(isClassicBridge)) own.set(name, claim(name.slice(3)));
  }
  const rest = named.filter(({ name }) => !own.has(name));
  for (const { name } of rest.filter(isPlain)) own.set(name, claim(name));
  for (const { name } of rest.filter((entry) => !isPlain(entry))) own.set(name, claim(name.replace(/\W/g, "_")));
  return { own, further: (base, suffix) => claim(`${base}_${suffix}`) };
}

/** Before 21.02, netifd makes `br-lan` of a bridge's section `lan`. */
function isClassicBridge({ name, kind }: Interface): boolean {
  return kind === "bridge" && /^br-\w+$/.test(name);
}

function isPlain({ name }: Pick<Interface, "name">): boolean {
  return /^\w+$/.test(name);
}
