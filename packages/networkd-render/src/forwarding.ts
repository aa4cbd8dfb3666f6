import { type Artifact, type Node, nodeFolder } from "@nix-nos/topology";
import { printFile } from "./ini.js";
import type { UnitSection } from "./unit.js";

/**
 * The daemon's own settings for a node that forwards. IPv6 needs them: the kernel passes IPv6 packets on when all of it
 * forwards (ip-sysctl, conf/all/forwarding), and a `.network` says it of one interface.
 */
export function forwardingFile(node: Node): Artifact {
  const path = `${nodeFolder(node.name)}/networkd/10-forwarding.conf`;
  const text = printFile([settings], "For /etc/systemd/networkd.conf.d, not beside the units.");
  return { path, text, node: node.name, layer: 1, kind: "networkd" };
}

const settings: UnitSection = {
  name: "Network",
  entries: [
    ["IPv4Forwarding", true],
    ["IPv6Forwarding", true],
  ],
};
