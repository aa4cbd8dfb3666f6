import { plasmacloudNetwork, type ServiceDocument, serviceSchema } from "@plasmacloud/network";
import type { z } from "zod";
import { catalogue } from "./catalogue/services.js";

/** What the topology says of the catalogue's services; one that it does not mention is absent. */
export type ClusterServices = { readonly [service: string]: ServiceDocument | undefined };

/** The schema of every service's part; that of a service of the network is its own package's. */
export const servicesSchema: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  [...catalogue.values()].map((service) => [
    service.name,
    plasmacloudNetwork.schema[service.name] ?? serviceSchema(service, {}),
  ]),
);
