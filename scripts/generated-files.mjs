// Every file that is made from the code and committed, as text by path; a test holds the committed ones against it.

import { topologyJsonSchema } from "@nix-nos/topology";
import { cliCodes } from "../apps/cli/src/codes.ts";
import { extensions } from "../apps/cli/src/extensions.ts";
import { bgpCodes } from "../packages/bgp-gen/src/codes.ts";
import { networkdCodes } from "../packages/networkd-render/src/codes.ts";
import { nixCodes } from "../packages/nix-render/src/codes.ts";
import { clusterCodes } from "../packages/plasmacloud-cluster/src/codes.ts";
import { networkCodes } from "../packages/plasmacloud-network/src/codes.ts";
import { topologyCodes } from "../packages/topology/src/codes.ts";
import { topologyPage } from "./topology-page.mjs";

/** The diagnostics by who reports them, in the order of the flow. */
const parts = [
  { heading: "The document (NN1)", codes: { ...topologyCodes, ...only(cliCodes, "NN1") } },
  { heading: "BGP (NN3)", codes: bgpCodes },
  { heading: "systemd-networkd and Nix (NN4)", codes: { ...networkdCodes, ...nixCodes } },
  { heading: "Files and tools (NN9)", codes: only(cliCodes, "NN9") },
  { heading: "PlasmaCloud's network (PC2)", codes: networkCodes },
  { heading: "PlasmaCloud's cluster (PC3)", codes: clusterCodes },
];

export async function generatedFiles() {
  const { clusterConfigJsonSchema } = await import("../packages/plasmacloud-cluster/dist/index.js");
  return {
    "docs/diagnostics.md": diagnosticsPage(),
    "docs/topology.md": topologyPage(topologyJsonSchema(extensions)),
    "packages/plasmacloud-cluster/schema/cluster-config.v1.json": `${JSON.stringify(clusterConfigJsonSchema(), null, 2)}\n`,
  };
}

function diagnosticsPage() {
  const lines = [
    "# Diagnostics",
    "",
    "Every code that Nix-NOS reports. A code never changes its meaning. Written by `npm run docs:generate` from each",
    "package's `codes.ts`.",
  ];
  for (const { heading, codes } of parts) {
    lines.push("", `## ${heading}`);
    for (const [code, { title, explanation }] of Object.entries(codes).sort()) {
      lines.push("", `### ${code}: ${title}`, "", explanation);
    }
  }
  return `${lines.join("\n")}\n`;
}

function only(codes, prefix) {
  return Object.fromEntries(Object.entries(codes).filter(([code]) => code.startsWith(prefix)));
}
