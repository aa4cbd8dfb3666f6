import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { Extension } from "@nix-nos/topology";
import { extendFiberlb, renderFiberlb } from "./fiberlb.js";
import { extendOverlay } from "./overlay/extend.js";
import { type NetworkServices, servicesSchema } from "./services.js";

export { networkCodes } from "./codes.js";
export {
  type CentralMember,
  type Listener,
  type OverlayCluster,
  type OverlayNode,
  type OverlayPlan,
  planOverlay,
} from "./overlay/plan.js";
export { type ServiceDocument, type ServiceScope, serviceSchema } from "./service/schema.js";
export {
  type HealthCheck,
  type Plane,
  type Privileges,
  type Service,
  type ServicePort,
  unprivileged,
} from "./service/service.js";
export { fiberlb, prismnet } from "./service/services.js";
export type { NetworkServices } from "./services.js";

/**
 * PlasmaCloud's network as an extension of Nix-NOS: `services.fiberlb.bgp` of the topology, `gobgpd.yaml` for the
 * nodes that announce the load balancer's VIPs.
 *
 * @example
 * ```ts
 * import { plasmacloudNetwork } from "@plasmacloud/network";
 *
 * Object.keys(plasmacloudNetwork.schema); // => ["fiberlb", "prismnet"]
 * ```
 */
export const plasmacloudNetwork: Extension<NetworkServices, { readonly bgp: BgpPlan }> = {
  name: "plasmacloud-network",
  layer: 2,
  schema: servicesSchema,
  extend(network, services) {
    const balanced = extendFiberlb(network, services);
    return balanced.value === null ? balanced : extendOverlay(balanced.value, services);
  },
  render: (network, plans, services) => renderFiberlb(network, plans.bgp, services),
};
