import type { BgpSpeaker } from "@nix-nos/bgp-gen";
import type { Diagnostic } from "@nix-nos/topology";
import type { SpeakerPolicies } from "../bgp/policies.js";
import { mostPathLists } from "../policy/lists.js";

/** What filters ask for and IOS's route-maps cannot say, once a term (NN6104). */
export function checkPolicies(
  { node, path }: BgpSpeaker,
  { unsayable, lists }: SpeakerPolicies,
): readonly Diagnostic[] {
  const say = (what: string, where: Diagnostic["path"], hint: string): Diagnostic => ({
    code: "NN6104",
    severity: "error",
    message: `${node} speaks BGP by IOS, which ${what}.`,
    path: where,
    hint: `${hint}, or let a node with BIRD have the session.`,
  });
  return [
    ...unsayable.map(({ term, what, hint }) => say(what, term.path, hint)),
    ...(lists.pathCount() > mostPathLists
      ? [
          say(
            `has ${mostPathLists} lists of expressions of paths, and these are ${lists.pathCount()}`,
            path,
            "Ask for fewer paths",
          ),
        ]
      : []),
  ];
}
