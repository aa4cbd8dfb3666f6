import { plasmacloudNetwork, type ServiceDocument, serviceSchema } from "@plasmacloud/network";
import { z } from "zod";
import { catalogue } from "./catalogue/services.js";

const tls = z
  .strictObject({
    enable: z
      .boolean()
      .describe(
        "Services show each other certificates, made by `nix-nos certs`, and speak to nobody without one; default: yes. It is for all, and stays for as long as a cluster does.",
      )
      .meta({ examples: [false] }),
  })
  .describe("Mutual TLS between all services of all nodes, and in first boot.");

/** What the topology says of the catalogue's services; one that it does not mention is absent. */
export type ClusterServices = { readonly [service: string]: ServiceDocument | undefined } & {
  readonly tls?: z.output<typeof tls> | undefined;
};

/** The schema of every service's part, that of a service of the network being its own package's; and of `tls`. */
export const servicesSchema: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(
    [...catalogue.values()].map((service) => [
      service.name,
      plasmacloudNetwork.schema[service.name] ?? serviceSchema(service, {}),
    ]),
  ),
  tls,
};

/** Safe unless the topology says otherwise: without certificates, whoever reaches ChainFire's ports is its master. */
export function hasTls({ tls }: ClusterServices): boolean {
  return tls?.enable ?? true;
}
