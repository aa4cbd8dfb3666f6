import type { Extension } from "@nix-nos/topology";
import { plasmacloudCluster } from "@plasmacloud/cluster";
import { plasmacloudNetwork } from "@plasmacloud/network";

/** The higher layers that this command line comes with, in the order in which they extend the network. */
export const extensions: readonly Extension[] = [plasmacloudNetwork, plasmacloudCluster] as readonly Extension[];
