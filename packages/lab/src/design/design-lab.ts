import type { BgpPlan } from "@nix-nos/bgp-gen";
import { frrConfig, frrPorts } from "@nix-nos/cisco-render";
import type { Artifact, Network } from "@nix-nos/topology";
import { type Player, planPlayers } from "./players.js";
import { loopbackOf, type Port, portsOf } from "./ports.js";
import { planSwitch, switchName } from "./segments.js";
import type { LabCable, LabDesign, LabHost } from "./types.js";

/** The files that the lab starts daemons with, of all that rendering made. */
export type RenderedFile = Pick<Artifact, "path" | "text" | "node" | "kind">;

/**
 * What a topology's lab is made of: a namespace for every node and outside neighbour, a veth pair for every link, a
 * bridge for every shared network, and the rendered files of the daemons.
 *
 * @param network - the network with every extension's part in it
 * @param plan - from `planBgp`
 * @param files - what was rendered; those of kind `bird`, `gobgp` and `cisco` are taken
 * @param id - names the lab among others on the machine: lower-case letters, digits and inner `-`, at most 32
 *
 * @example
 * ```ts
 * import { planBgp } from "@nix-nos/bgp-gen";
 * import { designLab } from "@nix-nos/lab";
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters: { lab: { nodes: { a: { role: worker }, b: { role: worker } } } }
 *   network: { links: [{ between: ["a:eth1", "b:eth1"], addresses: [10.0.0.0/31, 10.0.0.1/31] }] }
 * `;
 * const { document } = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * const network = unwrap(resolveTopology(document));
 * const design = designLab(network, unwrap(planBgp(network)), [], "demo");
 * design.hosts.map((host) => host.namespace); // => ["nnlab-demo.a", "nnlab-demo.b"]
 * design.cables[0]?.ends; // => [{ "host": "a", "device": "eth1" }, { "host": "b", "device": "eth1" }]
 * ```
 */
export function designLab(network: Network, plan: BgpPlan, files: Iterable<RenderedFile>, id: string): LabDesign {
  const texts = new Map<string, string>();
  for (const { node, kind, text } of files) {
    if (node !== null && (kind === "bird" || kind === "gobgp" || kind === "cisco")) texts.set(`${kind} ${node}`, text);
  }
  const namespace = (host: string) => `${namespacePrefix(id)}${host}`;
  const players = planPlayers(network, plan);
  const ports = network.nodes.flatMap((node) => portsOf(node, network));
  for (const { nodeAddress } of players) if (nodeAddress !== null) addAddress(ports, nodeAddress);

  const cables: LabCable[] = network.links.map(({ ends: [a, b] }) => ({
    ends: [
      { host: a.node, device: a.interface },
      { host: b.node, device: b.interface },
    ],
  }));
  const cabled = new Set(cables.flatMap(({ ends }) => ends.map(({ host, device }) => `${host}:${device}`)));
  const shared = [...ports, ...players.flatMap((player) => player.ports)];
  const hub = planSwitch(
    shared.filter(({ host, device }) => !cabled.has(`${host}:${device}`)),
    namespace(switchName),
  );

  const devicesOf = (host: string) =>
    shared
      .filter((port) => port.host === host)
      .map(({ device, addresses }) => ({ name: device, kind: "veth" as const, addresses, bridge: null }));
  const nodes = network.nodes.map((node): LabHost => {
    const speaker = plan.speakerByNode.get(node.name);
    const vips = speaker?.vips ?? [];
    const cisco = texts.get(`cisco ${node.name}`);
    const carried = vips.filter(({ announce }) => announce === "static").map(({ prefix }) => prefix);
    return {
      name: node.name,
      kind: "node",
      namespace: namespace(node.name),
      devices: devicesOf(node.name),
      loopback: loopbackOf(node, carried),
      gateways: [...new Set(hub.routes.get(node.name) ?? [])],
      bird: texts.get(`bird ${node.name}`) ?? null,
      gobgp: texts.get(`gobgp ${node.name}`) ?? null,
      // One that speaks no BGP routes as its kernel does.
      frr: cisco === undefined || speaker?.daemon !== "ios" ? null : frrConfig(cisco, frrPorts(node)),
    };
  });
  const peers = players.map(({ name, bird }): LabHost => {
    const devices = devicesOf(name);
    return {
      name,
      kind: "peer",
      namespace: namespace(name),
      devices,
      loopback: [],
      gateways: [],
      bird,
      gobgp: null,
      frr: null,
    };
  });
  return {
    id,
    hosts: [...nodes, ...peers, ...(hub.host ? [hub.host] : [])],
    cables: [...cables, ...hub.cables],
    secrets: secretsOf(plan),
  };
}

/** Puts an address on a host's interface, which is made where it was not there. */
function addAddress(ports: Port[], { host, device, address }: NonNullable<Player["nodeAddress"]>): void {
  const index = ports.findIndex((port) => port.host === host && port.device === device);
  const port = ports[index] ?? { host, device, addresses: [], gateways: [] };
  const changed = { ...port, addresses: [...port.addresses, address] };
  if (index < 0) ports.push(changed);
  else ports[index] = changed;
}

/** What every namespace of a lab begins with. */
export function namespacePrefix(id: string): string {
  return `nnlab-${id}.`;
}

function secretsOf(plan: BgpPlan): readonly string[] {
  const files = plan.speakers.flatMap(({ sessions }) => sessions.map(({ transport }) => transport.passwordFile));
  return [...new Set(files.filter((file) => file !== null))].sort();
}
