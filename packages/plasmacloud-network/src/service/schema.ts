import { z } from "zod";
import type { Service } from "./service.js";

/** What can be said of a service everywhere, on one cluster, and on one node. */
export interface ServiceScope {
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly ports?: Readonly<Record<string, number | undefined>> | undefined;
  readonly openFirewall?: boolean | undefined;
}

/** What a topology says of a service. */
export interface ServiceDocument extends ServiceScope {
  readonly clusters?: Readonly<Record<string, ServiceScope>> | undefined;
  readonly nodes?: Readonly<Record<string, ServiceScope>> | undefined;
}

/**
 * The schema of `services.NAME` in a topology: settings, ports and the firewall everywhere, on one cluster (`clusters`)
 * and on one node (`nodes`), of which the nearest wins.
 *
 * @param service - from the catalogue
 * @param extra - further keys of this service alone
 *
 * @example
 * ```ts
 * import { fiberlb, serviceSchema } from "@plasmacloud/network";
 *
 * const schema = serviceSchema(fiberlb, {});
 * schema.safeParse({ nodes: { node01: { ports: { api: 7000 }, settings: { anything: true } } } }).success; // => true
 * schema.safeParse({ ports: { apy: 7000 } }).success; // => false
 * ```
 */
export function serviceSchema<Extra extends z.core.$ZodLooseShape>(service: Service, extra: Extra) {
  const keys = scopeKeys(service);
  const scope = z.strictObject(keys).describe(`${service.title} on one part of the topology.`);
  return z
    .strictObject({
      ...keys,
      clusters: z.record(z.string(), scope).optional().describe("What is different on a cluster, by cluster name."),
      nodes: z.record(z.string(), scope).optional().describe("What is different on a node, by node name."),
      ...extra,
    })
    .describe(`${service.title}, ${service.summary}.`);
}

function scopeKeys({ title, settings, ports }: Service) {
  const known = Object.entries(settings).map(([name, schema]) => [name, schema.optional()] as const);
  const numbers = Object.entries(ports).map(
    ([name, { number, protocols, purpose }]) =>
      [
        name,
        z
          .int()
          .min(1)
          .max(65535)
          .optional()
          .describe(
            `Port for ${purpose}, ${protocols.map((each) => each.toUpperCase()).join(" and ")}; default: ${number}.`,
          )
          .meta({ examples: [number] }),
      ] as const,
  );
  return {
    settings: z
      .object(Object.fromEntries(known))
      .catchall(z.json())
      .optional()
      .describe(
        "Settings by name; one that is not known is passed on as it is. Never secrets: everybody on the node reads them.",
      ),
    ports: z.strictObject(Object.fromEntries(numbers)).optional().describe(`Where ${title} listens.`),
    openFirewall: z
      .boolean()
      .optional()
      .describe("Let others reach its ports; default: yes, for the nodes of a cluster must reach each other.")
      .meta({ examples: [false] }),
  };
}
