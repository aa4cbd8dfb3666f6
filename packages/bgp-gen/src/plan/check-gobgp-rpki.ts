import type { Diagnostic, Network } from "@nix-nos/topology";
import type { BgpSpeaker } from "./types.js";

/** What GoBGP does otherwise with what RPKI caches say; once, however many speakers do. */
export function checkGobgpRpki({ bgp }: Network, speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  const [first, ...others] = speakers.filter(({ daemon, rpkiCaches }) => daemon === "gobgp" && rpkiCaches.length > 0);
  if (first === undefined) return [];
  const whose = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const say = (what: string, key: readonly string[], hint: string): Diagnostic => ({
    code: "NN3007",
    severity: "warning",
    message: `${first.node}${whose} speaks BGP by GoBGP, which ${what}.`,
    path: ["nix-nos", "network", "bgp", "rpki", "caches", ...key],
    hint: `${hint}, or let BIRD speak for it.`,
  });
  return [
    say(
      "asks the RPKI of a route when it comes, and not again when the cache has something new",
      [],
      "Run `gobgp neighbor all softresetin` after the caches have answered, and from time to time",
    ),
    ...bgp.rpkiCaches
      .filter(({ refresh }) => refresh !== null)
      .map(({ name }) =>
        say(
          "asks a cache when that says that something is new, and at no other time",
          [name, "refresh"],
          "Remove `refresh`",
        ),
      ),
  ];
}
