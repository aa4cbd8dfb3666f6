import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import { type NetworkServices, planOverlay, plasmacloudNetwork } from "@plasmacloud/network";
import { expect, it } from "vitest";
import { catalogue } from "../catalogue/services.js";

it.each([...catalogue.values()].map(({ name, plane }) => [name, plane] as const))(
  "a node with %s, of the plane %s, is on an overlay that nobody lists, or not",
  (service, plane) => {
    const text = `
nix-nos: { clusters: { lab: { nodes: {
  a: { role: control-plane, ip: 10.0.0.1 }, b: { role: worker, ip: 10.0.0.2, services: [${service}] } } } } }
services: { prismnet: { overlay: { pool: { prefixes: [10.200.0.0/16] } } } }`;
    const extensions = [plasmacloudNetwork as never];
    const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }, { extensions }));
    const services = document.services as NetworkServices;
    const network = plasmacloudNetwork.extend?.(unwrap(resolveTopology(document)), services).value ?? null;
    const nodes =
      network && planOverlay(network, services)?.clusters.flatMap((own) => own.nodes.map(({ node }) => node));
    // PrismNET on a worker alone has nobody to tell it anything, which is an error.
    expect(nodes).toEqual(service === "prismnet" ? null : plane === "compute" ? ["a", "b"] : []);
  },
);
