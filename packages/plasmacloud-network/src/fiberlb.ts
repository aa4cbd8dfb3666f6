import {
  type BgpPlan,
  type BgpSpeaker,
  type GobgpConfig,
  gobgpSidecarConfig,
  gobgpSpeakerConfig,
  printGobgp,
} from "@nix-nos/bgp-gen";
import {
  type Contribution,
  indexNetwork,
  type Network,
  nodeFolder,
  type OptionValue,
  type Outcome,
  type VipAdvertisement,
} from "@nix-nos/topology";
import { checkHealthChecks, fiberlbEntry } from "./fiberlb-vips.js";
import type { NetworkServices } from "./services.js";

/** Makes FiberLB's VIPs depend on health, and GoBGP its nodes' speaker where it shall attach to the peers itself. */
export function extendFiberlb(network: Network, services: NetworkServices): Outcome<Network> {
  const bgp = services.fiberlb?.bgp;
  if (!bgp?.enable) return { value: network, diagnostics: [] };
  const entry = entryOf(network);
  if (entry === undefined) return { value: null, diagnostics: [noEntry()] };
  const diagnostics = checkHealthChecks(entry.vips, bgp.healthChecks);
  if (diagnostics.length > 0) return { value: null, diagnostics };
  const announcers = new Set(bgp.attach === "peers" ? entry.nodes : []);
  const extended = indexNetwork({
    ...network,
    nodes: network.nodes.map((node) => (announcers.has(node.name) ? { ...node, bgpDaemon: "gobgp" } : node)),
    bgp: {
      ...network.bgp,
      vipAdvertisements: network.bgp.vipAdvertisements.map((each) =>
        each === entry ? { ...each, announce: "health" } : each,
      ),
    },
  });
  return { value: extended, diagnostics: [] };
}

/** `gobgpd.yaml` and the same as NixOS options, for each node that announces FiberLB's VIPs. */
export function renderFiberlb(network: Network, bgp: BgpPlan, services: NetworkServices): Contribution {
  const entry = services.fiberlb?.bgp?.enable ? entryOf(network) : undefined;
  if (entry === undefined) return { artifacts: [] };
  const configs = entry.nodes.flatMap((node) => {
    const speaker = bgp.speakerByNode.get(node);
    const config = speaker && configOf(speaker);
    return config ? [{ node, config, isSidecar: speaker.daemon === "bird" }] : [];
  });
  const artifacts = configs.map(({ node, config }) => ({
    path: `${nodeFolder(node)}/gobgp/gobgpd.yaml`,
    text: printGobgp(config),
    node,
    layer: 2 as const,
    kind: "gobgp",
  }));
  const nixosOptions = new Map(configs.map(({ node, config, isSidecar }) => [node, optionsOf(config, isSidecar)]));
  return { artifacts, nixosOptions };
}

function optionsOf(config: GobgpConfig, isSidecar: boolean): { readonly [option: string]: OptionValue } {
  const service = { services: { gobgpd: { enable: true, settings: config } } };
  if (!isSidecar) return service;
  // GoBGP's API has no password and listens on every address: whoever reaches it announces what he likes. A sidecar
  // talks to nobody but this machine (systemd.resource-control(5)).
  const loopbackOnly = { IPAddressDeny: "any", IPAddressAllow: "localhost" };
  return { ...service, systemd: { services: { gobgpd: { serviceConfig: loopbackOnly } } } };
}

function configOf(speaker: BgpSpeaker): GobgpConfig | null {
  if (speaker.daemon === "gobgp") return gobgpSpeakerConfig(speaker);
  return speaker.sidecar && gobgpSidecarConfig(speaker.sidecar);
}

function entryOf(network: Network): VipAdvertisement | undefined {
  return network.bgp.vipAdvertisements.find((entry) => entry.name === fiberlbEntry);
}

function noEntry() {
  return {
    code: "PC2001",
    severity: "error",
    message: "`services.fiberlb.bgp` is enabled, but there is no VIP for FiberLB to announce.",
    path: ["services", "fiberlb", "bgp", "enable"],
    hint: "Add `nix-nos.network.bgp.vipAdvertisements.fiberlb` with its `vips`.",
  } as const;
}
