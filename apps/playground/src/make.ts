import { sessionTable } from "@nix-nos/bgp-gen";
import { planGraph, printSvg } from "@nix-nos/graph";
import { renderTopology } from "@nix-nos/pipeline";
import { type Extension, hasErrors, loadTopology } from "@nix-nos/topology";
import { plasmacloudCluster } from "@plasmacloud/cluster";
import { plasmacloudNetwork } from "@plasmacloud/network";
import type { Result } from "./messages.js";

export const extensions = [plasmacloudNetwork, plasmacloudCluster] as readonly Extension[];

/** Everything that the page shows of a topology, by the way that the command line goes. */
export function make(text: string): Result {
  const loaded = loadTopology({ file: "topology.yaml", text, format: "yaml" }, { extensions });
  if (loaded.value === null) return { diagnostics: loaded.diagnostics, made: null };
  const rendered = renderTopology(loaded.value, { extensions });
  const diagnostics = [...loaded.diagnostics, ...rendered.diagnostics];
  if (rendered.value === null || hasErrors(diagnostics)) return { diagnostics, made: null };
  const { network, bgp, artifacts } = rendered.value;
  const picture = (view: "bgp" | "physical") => printSvg(planGraph(network, bgp, view));
  return {
    diagnostics,
    made: {
      files: [...artifacts].map(({ path, text: content }) => ({ path, text: content })),
      sessions: sessionTable(bgp),
      pictures: { bgp: picture("bgp"), physical: picture("physical") },
    },
  };
}
