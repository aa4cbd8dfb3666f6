import type { Diagnostic, Network } from "@nix-nos/topology";
import type { BgpSpeaker } from "./types.js";

/**
 * Default routes that BIRD would keep back while the best one that it has may not go there: no filter can change that,
 * because these rules of BGP come before it.
 */
export function checkDefaultRoute({ bgp }: Network, speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  const peers = new Map(bgp.peers.map((peer) => [peer.name, peer]));
  return speakers
    .filter(({ daemon }) => daemon === "bird")
    .flatMap(({ sessions }) =>
      sessions.flatMap(({ peer: name, kind, role, channels }): readonly Diagnostic[] => {
        const peer = peers.get(name ?? "");
        if (peer === undefined || !channels.some(({ defaultOriginate }) => defaultOriginate)) return [];
        const isUpwards = role === "customer" || role === "peer" || role === "rs-client";
        if (!isUpwards && kind === "ebgp") return [];
        const [what, hint] = isUpwards
          ? [
              `whose role is to hear of no route from a provider or peer (\`role: ${role}\`)`,
              "Remove `defaultOriginate`, or write `role: provider` where the neighbour is a customer",
            ]
          : ["of the own AS, which hears of no route that came over iBGP", "Remove `defaultOriginate`"];
        return [
          {
            code: "NN3039",
            severity: "error",
            message: `"${peer.name}" is to be sent a default route, and is a neighbour ${what}.`,
            path: [...peer.path, "defaultOriginate"],
            hint: `${hint}.`,
          },
        ];
      }),
    );
}
