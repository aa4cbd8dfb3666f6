import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { Extension } from "@nix-nos/topology";
import { extendNetwork, renderFiberlb } from "./fiberlb.js";
import { type NetworkServices, servicesSchema } from "./services.js";

export { networkCodes } from "./codes.js";
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
  extend: extendNetwork,
  render: (network, plans, services) => renderFiberlb(network, plans.bgp, services),
};
