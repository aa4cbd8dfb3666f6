import { familyOf } from "@nix-nos/ipam";
import type { Diagnostic, Network, Path, Peer } from "@nix-nos/topology";
import { familyNames } from "./family-names.js";
import type { BgpSpeaker } from "./types.js";

/** What GoBGP 3.10 cannot do in a session with an outside neighbour, or does otherwise than asked. */
export function checkGobgp({ bgp }: Network, speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  const peers = new Map(bgp.peers.map((peer) => [peer.name, peer]));
  return speakers
    .filter(({ daemon }) => daemon === "gobgp")
    .flatMap(({ node, sessions }) =>
      sessions.flatMap(({ peer: name }) => {
        const peer = peers.get(name ?? "");
        return peer === undefined ? [] : checkPeer(peer, node);
      }),
    );
}

function checkPeer(peer: Peer, node: string): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const say = (severity: "error" | "warning", what: string, key: Path, hint: string) =>
    found.push({
      code: severity === "error" ? "NN3031" : "NN3007",
      severity,
      message: `${node} speaks BGP by GoBGP, which ${what}.`,
      path: [...peer.path, ...key],
      hint: `${hint}, or let BIRD speak for ${node}.`,
    });
  const lacks = (what: string, key: string, hint: string) => say("error", what, [key], hint);
  const { ipv4, ipv6, action } = peer.maxPrefixes;
  if (ipv4 !== null || ipv6 !== null) {
    const place: Path = ["maxPrefixes"];
    if (action === "block" || action === "warn")
      say("error", `only ends a session that brings too many routes (\`action: ${action}\`)`, place, "Write `disable`");
    if (action === "restart") {
      const what = "does not call again after too many routes: `gobgp neighbor … enable` starts the session";
      say("warning", what, place, "Write `action: disable` to say that it is meant");
    }
  }
  if (peer.bfd)
    say(
      "warning",
      `has no BFD: the session with "${peer.name}" is watched by its hold time alone`,
      ["bfd"],
      "Remove `bfd` and set a short holdTime",
    );
  if (peer.passwordFile !== null)
    lacks(
      `takes the password of its session with "${peer.name}" from its configuration alone, where no secret stands`,
      "passwordFile",
      "Remove `passwordFile`",
    );
  if (peer.ttlSecurity && peer.multihop !== null)
    lacks("has either `multihop` or `ttlSecurity` in a session", "ttlSecurity", "Remove one of them");
  if (peer.extraConfig.bird !== null) lacks("does not read BIRD's language", "extraConfig", "Remove `bird`");
  if (peer.families.some(({ defaultOriginate }) => defaultOriginate))
    lacks("makes no default route of its own accord", "defaultOriginate", "Remove `defaultOriginate`");
  const own = familyOf(peer.address);
  for (const { family, export: exported } of peer.families) {
    // Over a link-local address IPv4 routes have IPv6 next hops (RFC 8950), and both ends agree to it.
    if (family === own || exported.length === 0 || (family === "ipv4" && peer.interface !== null)) continue;
    const what = `tells ${familyNames[family]} routes over a session of ${familyNames[own]} with a next hop of ${familyNames[own]}, for which neighbours drop them`;
    lacks(what, "families", `Name a second peer with an ${familyNames[family]} address`);
  }
  if (!peer.dynamic) return found;
  if (peer.allowLocalAs > 0)
    lacks(
      "takes no path with its own AS from neighbours of a `range`",
      "allowLocalAs",
      "Name each neighbour's `address`",
    );
  if (peer.address.startsWith("fe80")) lacks("knows no `range` of link-local addresses", "range", "Name the `address`");
  if (new Set(peer.families.map(({ addPath }) => addPath)).size > 1)
    lacks("has one `addPath` for all families of a `range`", "perFamily", "Ask for the same in both");
  return found;
}
