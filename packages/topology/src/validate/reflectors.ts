import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import type { TopologyIbgp } from "../document/bgp-schema.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type Loose } from "./loose.js";

/** Reflectors are members of their AS, every member has one place, and no group stands over itself. */
export function checkReflectors(
  path: Path,
  members: readonly (string | undefined)[] | undefined,
  ibgp: Loose<TopologyIbgp> | undefined,
  sites: ReadonlySet<string>,
  facts: Facts,
  diagnostics: Diagnostic[],
): void {
  if (ibgp === undefined) return;
  const { strategy = "full-mesh", reflectors = undefined } = typeof ibgp === "string" ? { strategy: ibgp } : ibgp;
  if (strategy === "route-reflector" && !(reflectors && reflectors.length > 0)) {
    const message = "The strategy route-reflector needs at least one reflector.";
    const hint = 'Name members in `reflectors`, as reflectors: ["node01"].';
    diagnostics.push({ code: "NN1210", severity: "error", message, path, hint });
  }
  if (strategy !== "route-reflector" && reflectors !== undefined) {
    const message = `\`reflectors\` has no meaning with the strategy ${strategy}.`;
    const hint = "Set strategy: route-reflector, or remove the list.";
    diagnostics.push({ code: "NN1210", severity: "error", message, path: [...path, "reflectors"], hint });
    return;
  }
  if (typeof ibgp !== "string" && ibgp.groups !== undefined) {
    if (strategy === "route-reflector") checkGroups(path, members, ibgp, sites, facts, diagnostics);
    else {
      const message = `\`groups\` have no meaning with the strategy ${strategy}.`;
      const hint = "Set strategy: route-reflector, or remove them.";
      diagnostics.push({ code: "NN1210", severity: "error", message, path: [...path, "groups"], hint });
    }
  }
  if (members === undefined) return;
  const known = new Set(members);
  const seen = new Set<string>();
  for (const [index, reflector] of itemsOf(reflectors)) {
    if (known.has(reflector) && !seen.has(reflector)) {
      seen.add(reflector);
      continue;
    }
    const message = seen.has(reflector)
      ? `The reflector ${quote(reflector)} is listed twice.`
      : `The reflector ${quote(reflector)} is no member of AS ${path[4]}.`;
    const hint = seen.has(reflector) ? "Remove one." : `Members: ${members.filter((member) => member).join(", ")}.`;
    diagnostics.push({ code: "NN1203", severity: "error", message, path: [...path, "reflectors", index], hint });
  }
}

/** What stands where: a node reflects for one group, and is a client in one. */
function checkGroups(
  path: Path,
  members: readonly (string | undefined)[] | undefined,
  ibgp: Exclude<Loose<TopologyIbgp>, string>,
  sites: ReadonlySet<string>,
  facts: Facts,
  diagnostics: Diagnostic[],
): void {
  const known = members && new Set(members);
  const groups = new Map(entriesOf(ibgp.groups));
  const top = new Set(ibgp.reflectors ?? []);
  const placed = new Map<string, Path>();
  const error = (code: string, message: string, place: Path, hint: string, first?: Path) => {
    const related = first && [{ message: "it stands here already", path: first }];
    diagnostics.push({ code, severity: "error", message, path: place, hint, ...(related && { related }) });
  };
  const place = (node: string, at: Path) => {
    const first = placed.get(node);
    if (known && !known.has(node)) {
      const hint = `Members: ${[...known].filter((member) => member).join(", ")}.`;
      error("NN1203", `${quote(node)} is no member of AS ${path[4]}.`, at, hint);
    } else if (top.has(node)) {
      error("NN1233", `${quote(node)} reflects for the whole AS, so it is in no group.`, at, "Name another node.");
    } else if (first) {
      error("NN1233", `${quote(node)} is in two groups.`, at, "A member has one place: remove it from one.", first);
    } else placed.set(node, at);
  };
  for (const [name, group] of groups) {
    const base: Path = [...path, "groups", name];
    for (const [index, node] of itemsOf(group.reflectors)) place(node, [...base, "reflectors", index]);
    for (const [index, node] of itemsOf(group.members)) place(node, [...base, "members", index]);
    const { site, parent } = group;
    if (site !== undefined && group.members !== undefined) {
      error("NN1233", "A group has `members` or a `site`, not both.", [...base, "site"], "Remove one.");
    } else if (site !== undefined && !sites.has(site)) {
      const hint = didYouMean(site, sites) ?? "Sites stand under `sites`.";
      error("NN1214", `Unknown site ${quote(site)}.`, [...base, "site"], hint);
    }
    if (parent !== undefined && !groups.has(parent)) {
      const hint = didYouMean(parent, groups.keys()) ?? "Groups stand under `ibgp.groups`.";
      error("NN1214", `Unknown group ${quote(parent)}.`, [...base, "parent"], hint);
    }
    checkAbove(name, groups, base, error);
  }
  // Members by site are placed last: who is written somewhere has its place there.
  for (const [name, { site, reflectors, members: written }] of groups) {
    if (site === undefined || written !== undefined) continue;
    for (const node of known ?? []) {
      if (node === undefined || reflectors?.includes(node) || top.has(node)) continue;
      const own = facts.siteOf(node);
      const first = placed.get(node);
      if (own !== site) continue;
      const base: Path = [...path, "groups", name, "site"];
      if (first) error("NN1233", `${quote(node)} is in two groups.`, base, "It is at this site, too.", first);
      else placed.set(node, base);
    }
  }
}

/** Following a group's parents must come to an end; each circle is told once, at its first name. */
function checkAbove(
  name: string,
  groups: ReadonlyMap<string, { readonly parent?: string | undefined }>,
  path: Path,
  error: (code: string, message: string, place: Path, hint: string) => void,
): void {
  const trail = [name];
  for (let above = groups.get(name)?.parent; above !== undefined; above = groups.get(above)?.parent) {
    if (above === name) {
      if (trail.some((other) => other < name)) return;
      const circle = [...trail, name].join(" → ");
      error(
        "NN1233",
        `The group ${quote(name)} stands over itself: ${circle}.`,
        [...path, "parent"],
        "Remove one parent.",
      );
      return;
    }
    if (trail.includes(above)) return;
    trail.push(above);
  }
}
