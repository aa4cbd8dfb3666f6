import type { AutonomousSystem } from "@nix-nos/topology";

/** Two members that have a session; the first reflects to the second, or neither does. */
export interface IbgpPair {
  readonly nodes: readonly [string, string];
  readonly reflects: boolean;
}

/**
 * Who has a session with whom inside an AS; each pair once. Reflectors of one level and group are meshed, those of a
 * group are clients of the level above (RFC 4456 §7), and everybody else is a client of its own group's.
 */
export function* ibgpPairs({ members, ibgp }: AutonomousSystem): Iterable<IbgpPair> {
  if (ibgp.strategy === "none") return;
  if (ibgp.strategy === "full-mesh") {
    yield* mesh(members);
    return;
  }
  yield* mesh(ibgp.reflectors);
  const grouped = new Set(ibgp.groups.flatMap((group) => [...group.reflectors, ...group.members]));
  const top = new Set(ibgp.reflectors);
  yield* between(
    ibgp.reflectors,
    members.filter((member) => !top.has(member) && !grouped.has(member)),
  );
  const reflectorsOf = new Map(ibgp.groups.map((group) => [group.name, group.reflectors]));
  for (const { reflectors, members: clients, parent } of ibgp.groups) {
    yield* between(parent === null ? ibgp.reflectors : (reflectorsOf.get(parent) ?? []), reflectors);
    yield* mesh(reflectors);
    yield* between(reflectors, clients);
  }
}

function* mesh(nodes: readonly string[]): Iterable<IbgpPair> {
  for (const [index, node] of nodes.entries()) {
    for (const other of nodes.slice(index + 1)) yield { nodes: [node, other], reflects: false };
  }
}

function* between(reflectors: readonly string[], clients: readonly string[]): Iterable<IbgpPair> {
  for (const reflector of reflectors) {
    for (const client of clients) yield { nodes: [reflector, client], reflects: true };
  }
}
