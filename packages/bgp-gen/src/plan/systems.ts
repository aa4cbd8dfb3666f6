import type { AutonomousSystem, Network } from "@nix-nos/topology";
import type { Confederation } from "./types.js";

/** The AS number by which everybody outside knows an AS: its confederation's, when it is a part of one (RFC 5065). */
export function outerAs({ number, confederation }: AutonomousSystem): number {
  return confederation ?? number;
}

/** Two parts of one confederation know each other by their own numbers. */
export function isConfederate(own: AutonomousSystem, other: AutonomousSystem): boolean {
  return own.confederation !== null && own.confederation === other.confederation && own.number !== other.number;
}

/** The AS number by which `other` knows `own`. */
export function asSeenFrom(other: AutonomousSystem, own: AutonomousSystem): number {
  return isConfederate(own, other) ? own.number : outerAs(own);
}

/** Each confederation by its identifier. */
export function confederations({ bgp }: Network): ReadonlyMap<number, Confederation> {
  const found = new Map<number, Confederation & { readonly members: number[] }>();
  for (const { number, confederation } of bgp.autonomousSystems) {
    if (confederation === null) continue;
    const known = found.get(confederation);
    if (known) known.members.push(number);
    else found.set(confederation, { identifier: confederation, members: [number] });
  }
  return found;
}
