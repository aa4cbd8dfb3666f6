import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { Extension } from "@nix-nos/topology";
import { extendFiberlb, renderFiberlb } from "./fiberlb.js";
import { joinContributions } from "./join.js";
import { extendOverlay } from "./overlay/extend.js";
import { renderOverlay } from "./overlay/render.js";
import { type NetworkServices, servicesSchema } from "./services.js";

export { networkCodes } from "./codes.js";
export { type FiberlbHealthCheck, type FiberlbVip, fiberlbVips } from "./fiberlb-vips.js";
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
  type Endpoint,
  type Plane,
  type Privileges,
  type Service,
  type ServicePort,
  unprivileged,
} from "./service/service.js";
export { fiberlb, prismnet } from "./service/services.js";
export type { NetworkServices } from "./services.js";

/**
 * PlasmaCloud's network as an extension of Nix-NOS: of `services.fiberlb.bgp`, `gobgpd.yaml` for the nodes that
 * announce the load balancer's VIPs; of `services.prismnet.overlay`, OVN's settings for the nodes of the overlay.
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
  render(network, plans, services) {
    const value = joinContributions(renderFiberlb(network, plans.bgp, services), renderOverlay(network, services));
    return { value, diagnostics: [] };
  },
};
