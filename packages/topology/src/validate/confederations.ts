import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { parseAsNumber } from "../document/as-number.js";
import { entriesOf, type LooseTopology } from "./loose.js";

type LooseBgp = NonNullable<NonNullable<NonNullable<LooseTopology["nix-nos"]>["network"]>["bgp"]>;

/** A confederation's identifier is the number of no AS here: a neighbour could not tell the two apart (RFC 5065 §3). */
export function checkConfederations(bgp: LooseBgp, bgpPath: Path): Diagnostic[] {
  const systems = new Map<number | null, Path>();
  for (const [key] of entriesOf(bgp.autonomousSystems)) {
    systems.set(parseAsNumber(key).number, [...bgpPath, "autonomousSystems", key]);
  }
  return entriesOf(bgp.autonomousSystems).flatMap(([key, { confederation }]): Diagnostic[] => {
    const first = confederation === undefined ? undefined : systems.get(confederation);
    if (first === undefined) return [];
    return [
      {
        code: "NN1241",
        severity: "error",
        message: `AS ${confederation} is an AS of this topology, so it cannot be a confederation's identifier.`,
        path: [...bgpPath, "autonomousSystems", key, "confederation"],
        hint: "Name the number that neighbours outside know, and give the parts private ones (RFC 6996).",
        related: [{ message: "the AS stands here", path: first }],
      },
    ];
  });
}
