// Every file that is made from the code and committed, as text by path; a test holds the committed ones against it.
import { printTopologyModule } from "@nix-nos/nix-render";
import { topologyJsonSchema } from "@nix-nos/topology";
import { extensions } from "../apps/cli/src/extensions.ts";
import { diagnosticsPage } from "./diagnostics-page.mjs";
import { topologyPage } from "./topology-page.mjs";

export async function generatedFiles() {
  const { clusterConfigJsonSchema, nixosModules } = await import("../packages/plasmacloud-cluster/dist/index.js");
  return {
    "docs/diagnostics.md": diagnosticsPage(),
    "docs/topology.md": topologyPage(topologyJsonSchema(extensions)),
    ...Object.fromEntries(Object.entries(nixosModules()).map(([file, text]) => [`nix/modules/${file}`, text])),
    "nix/modules/nix-nos.nix": printTopologyModule(topologyJsonSchema([])),
    "packages/plasmacloud-cluster/schema/cluster-config.v1.json": `${JSON.stringify(clusterConfigJsonSchema(), null, 2)}\n`,
  };
}
