import type { LabDesign } from "../design/types.js";
import type { ExpectedPrefix } from "./expected-routes.js";
import { check, type LabCheck } from "./report.js";
import type { Table, Tables } from "./tables.js";

/** Whether each prefix is known where it shall be, and nowhere else. */
export function checkPrefixes(
  design: LabDesign,
  tables: Tables,
  kind: LabCheck["kind"],
  expected: readonly ExpectedPrefix[],
): readonly LabCheck[] {
  // Of a table that could not be read is said so once, and nothing of what is in it.
  const nodes = design.hosts.flatMap(({ kind, name }) => {
    const table = kind === "node" ? tables.get(name) : undefined;
    return table?.fault === null ? [{ name, table }] : [];
  });
  return expected.flatMap(({ prefix, origins, nodes: wanted }) =>
    nodes.flatMap(({ name, table }) => {
      const reason = wanted.has(name) ? missing(table, prefix, origins.includes(name)) : surplus(table, prefix);
      return wanted.has(name) || reason !== null ? [check(kind, `${prefix} on ${name}`, reason)] : [];
    }),
  );
}

/** Whether none of the prefixes is known anywhere. */
export function checkAbsent(
  tables: Tables,
  kind: LabCheck["kind"],
  prefixes: readonly string[],
  why: string,
): readonly LabCheck[] {
  return prefixes.map((prefix) => {
    const where = [...tables].filter(([, table]) => hasFromBgp(table, prefix)).map(([name]) => name);
    return check(kind, `${prefix} ${why}`, where.length === 0 ? null : `${where.join(", ")} still have it`);
  });
}

/** An origin's own route leads nowhere: it exists to be told. */
function missing(table: Table, prefix: string, isOrigin: boolean): string | null {
  if (!table.prefixes.has(prefix)) return "there is no route to it";
  return table.unreachable.has(prefix) && !isOrigin ? "its next hop cannot be reached" : null;
}

function surplus(table: Table, prefix: string): string | null {
  return hasFromBgp(table, prefix) ? "a route came here that the plan does not foresee" : null;
}

/** A VIP that stands on the host itself is no route of BGP. */
function hasFromBgp(table: Table, prefix: string): boolean {
  return table.routes.some((route) => route.prefix === prefix && route.source === "BGP");
}
