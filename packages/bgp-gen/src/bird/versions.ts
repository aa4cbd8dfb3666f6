import type { BirdVersion } from "@nix-nos/topology";

/** Oldest first. */
const versions: readonly BirdVersion[] = ["2.0.12", "2.14", "2.18", "3"];

/** Whether a version is this one or a later one. */
export function atLeast(version: BirdVersion, oldest: BirdVersion): boolean {
  return versions.indexOf(version) >= versions.indexOf(oldest);
}
