import type { OptionValue } from "@nix-nos/topology";
import type { GobgpConfig } from "./gobgp/config.js";

/** Where names of each kind are defined: lists by their key, and the key of the name in an item. */
const definitions: Readonly<Record<string, string>> = {
  "policy-definitions": "name",
  "prefix-sets": "prefix-set-name",
  "neighbor-sets": "neighbor-set-name",
  "community-sets": "community-set-name",
  "ext-community-sets": "ext-community-set-name",
  "large-community-sets": "large-community-set-name",
  "as-path-sets": "as-path-set-name",
  "peer-groups": "peer-group-name",
};

/** What says a name, and in which list it has to be. */
const references: Readonly<Record<string, string>> = {
  "import-policy-list": "policy-definitions",
  "export-policy-list": "policy-definitions",
  "prefix-set": "prefix-sets",
  "neighbor-set": "neighbor-sets",
  "community-set": "community-sets",
  "ext-community-set": "ext-community-sets",
  "large-community-set": "large-community-sets",
  "as-path-set": "as-path-sets",
  "peer-group": "peer-groups",
};

/**
 * What would open GoBGP's gate in a configuration: names that nothing has, names that two have, sets without members,
 * and defaults that are not to reject.
 */
export function openingsOf(config: GobgpConfig): readonly string[] {
  const found: string[] = [];
  const known = new Map<string, Set<string>>();
  const define = (list: string, name: string) => {
    const names = known.get(list) ?? new Set<string>();
    if (names.has(name)) found.push(`two of ${list} are called ${name}`);
    known.set(list, names.add(name));
  };
  walk(config, (key, value) => {
    const nameKey = definitions[key];
    if (nameKey !== undefined)
      for (const item of listOf(value)) {
        const own = item as { readonly [key: string]: OptionValue };
        define(key, String(own[nameKey] ?? (own["config"] as typeof own)?.[nameKey]));
      }
    if (key === "statements")
      for (const item of listOf(value)) define("statements", String((item as GobgpConfig)["name"]));
    if (/-(?:list|range)$/.test(key) && Array.isArray(value) && value.length === 0 && !key.endsWith("policy-list"))
      found.push(`${key} is empty`);
    if (/^default-(?:import|export)-policy$/.test(key) && value !== "reject-route") found.push(`${key} is ${value}`);
  });
  walk(config, (key, value) => {
    const list = references[key];
    if (list === undefined) return;
    for (const name of Array.isArray(value) ? value : [value])
      if (!known.get(list)?.has(String(name))) found.push(`${key} says ${name}, which is none of ${list}`);
  });
  return found;
}

function listOf(value: OptionValue): readonly OptionValue[] {
  return Array.isArray(value) ? value : [];
}

function walk(value: OptionValue, visit: (key: string, value: OptionValue) => void): void {
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) visit(key, inner);
    walk(inner, visit);
  }
}
