// One translation, two printers: a node's unit files and its NixOS module say the same of its network.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { networkdUnits, printUnit, unitFault } from "@nix-nos/networkd-render";
import { renderNixos } from "@nix-nos/nix-render";
import { loadTopology, type Network, resolveTopology, unwrap } from "@nix-nos/topology";
import { expect, it } from "vitest";
import { nixEval, nixNos, root, temporaryFolder } from "./support/cli.js";

const support = join(root, "tests/support");
const everyInterface = readFileSync(join(support, "every-interface.yaml"), "utf8");

interface Sections {
  [section: string]: Record<string, string[]>[];
  Network?: Record<string, string[]>[];
}
type Value = string | number | boolean;
type Options = Record<string, unknown>;

/** A unit file by systemd.syntax(7): its sections by name, of each key all values in order. */
function readIni(text: string): Sections {
  const sections: Sections = {};
  let own: Record<string, string[]> = {};
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      own = {};
      sections[header] = [...(sections[header] ?? []), own];
      continue;
    }
    const [key = ""] = line.split("=", 1);
    own[key] = [...(own[key] ?? []), line.slice(key.length + 1)];
  }
  return sections;
}

/** Which section NixOS writes an option of a unit to (nixos/lib/systemd-network-units.nix). */
const sectionOf: Readonly<Record<string, string>> = {
  matchConfig: "Match",
  linkConfig: "Link",
  netdevConfig: "NetDev",
  vlanConfig: "VLAN",
  bondConfig: "Bond",
  vxlanConfig: "VXLAN",
  vrfConfig: "VRF",
  wireguardConfig: "WireGuard",
  wireguardPeers: "WireGuardPeer",
  networkConfig: "Network",
  bridgeConfig: "Bridge",
  dhcpV4Config: "DHCPv4",
  dhcpV6Config: "DHCPv6",
  ipv6AcceptRAConfig: "IPv6AcceptRA",
  ipv6SendRAConfig: "IPv6SendRA",
  ipv6Prefixes: "IPv6Prefix",
  ipv6RoutePrefixes: "IPv6RoutePrefix",
  routes: "Route",
  routingPolicyRules: "RoutingPolicyRule",
  bridgeVLANs: "BridgeVLAN",
  bridgeFDBs: "BridgeFDB",
};

/** The keys of [Network] that are options of their own. */
const networkKeyOf: Readonly<Record<string, string>> = {
  address: "Address",
  gateway: "Gateway",
  dns: "DNS",
  domains: "Domains",
  ntp: "NTP",
  vlan: "VLAN",
  vxlan: "VXLAN",
  vrf: "VRF",
  bond: "Bond",
  bridge: "Bridge",
};

/** What NixOS writes of a unit's options. */
function readOptions(options: Options): Sections {
  const sections: Sections = {};
  const spell = (value: Value) => (typeof value === "boolean" ? (value ? "yes" : "no") : String(value));
  const keys = (own: Record<string, Value | Value[]>) =>
    Object.fromEntries(Object.entries(own).map(([key, value]) => [key, [value].flat().map(spell)]));
  for (const [option, value] of Object.entries(options)) {
    const section = sectionOf[option];
    const key = networkKeyOf[option];
    const { Network: [network = {}] = [] } = sections;
    if (key !== undefined && (value as string[]).length > 0) {
      sections.Network = [{ ...network, [key]: (value as string[]).map(spell) }];
    } else if (section === "Network") {
      sections.Network = [{ ...network, ...keys(value as Record<string, Value>) }];
    } else if (section !== undefined && Object.keys(value as object).length > 0) {
      sections[section] = [value as Record<string, Value>].flat().map(keys);
    }
  }
  return Object.fromEntries(
    Object.entries(sections).filter(([, own]) => own.some((one) => Object.keys(one).length > 0)),
  );
}

function evaluated(module: string): { [kind in "links" | "netdevs" | "networks"]: Record<string, Options> } {
  const value = nixEval(`
    let system = import ${support}/modules.nix; in
    system.evalModules {
      pkgs = { bird2 = "bird2"; bird3 = "bird3"; };
      modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${module} ];
    }
  `) as { systemd: { network: ReturnType<typeof evaluated> } };
  return value.systemd.network;
}

/** Both printers' units by file name. */
function bothOf(out: string, node: string): readonly [Record<string, Sections>, Record<string, Sections>] {
  const folder = join(out, "nodes", node, "networkd");
  const files = readdirSync(folder)
    .filter((file) => !file.endsWith(".conf"))
    .map((file) => [file, readIni(readFileSync(join(folder, file), "utf8"))]);
  const { links, netdevs, networks } = evaluated(`${out}/nodes/${node}/nixos/default.nix`);
  const options = Object.entries({ link: links, netdev: netdevs, network: networks }).flatMap(([type, units]) =>
    Object.entries(units).map(([name, own]) => [`${name}.${type}`, readOptions(own)]),
  );
  return [Object.fromEntries(files), Object.fromEntries(options)];
}

it("every kind of interface is the same in the files and in NixOS's options", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.yaml"), everyInterface);
  const { status, stderr } = nixNos(["render", join(folder, "t.yaml"), "--out", join(folder, "out")]);
  expect([status, stderr.match(/error\[.*/)]).toEqual([0, null]);
  const [files, options] = bothOf(join(folder, "out"), "n1");
  expect(Object.keys(files).length).toBeGreaterThan(40);
  expect(options).toEqual(files);
});

it("every key that NixOS checks is one that a unit has", () => {
  const folder = temporaryFolder();
  // A key of systemd 256, where the file is also read by an older one.
  writeFileSync(join(folder, "t.yaml"), everyInterface.replace("arpTargets:", "arpMissedMax: 3, arpTargets:"));
  expect(nixNos(["render", join(folder, "t.yaml"), "--out", join(folder, "out")]).status).toBe(0);
  const seen: Record<string, Record<string, Set<string>>> = {};
  for (const [file, sections] of Object.entries(bothOf(join(folder, "out"), "n1")[0])) {
    const type = file.slice(file.lastIndexOf(".") + 1);
    seen[type] ??= {};
    for (const [name, own] of Object.entries(sections)) {
      const keys = own.flatMap((one) => Object.keys(one));
      seen[type][name] = new Set([...(seen[type][name] ?? []), ...keys]);
    }
  }
  const lists = Object.values(networkKeyOf);
  const keys = Object.entries(seen).map(([type, sections]) => [
    type,
    Object.fromEntries(
      Object.entries(sections).map(([name, own]) => [
        name,
        [...own].filter((key) => name !== "Network" || !lists.includes(key)).sort(),
      ]),
    ),
  ]);
  const { daemon: _, ...checked } = nixEval(`
    builtins.mapAttrs (_: builtins.mapAttrs (_: section: section.keys))
      (import ${support}/networkd-sections.nix (import ${support}/modules.nix).lib)
  `) as Record<string, object>;
  expect(Object.fromEntries(keys)).toEqual(checked);
});

const hostile = [
  `''\${abort "x"}`,
  `\${builtins.abort "x"}`,
  'a"; evil = true; #',
  "back\\slash'",
  "%n %% $HOME `reboot`",
  "; # no comment",
  "[Match]",
  "=",
  "é \u{1F98A}",
  "a\nName=evil",
  "a\\",
  " a",
  "",
];

it.each(hostile)("%j is the same in both, or refused by both", (text) => {
  const network = withText(
    unwrap(resolveTopology(unwrap(loadTopology({ file: "t.yaml", format: "yaml", text: everyInterface })).document)),
    text,
  );
  const [node] = network.nodes;
  if (node === undefined) throw new Error("no node");
  const units = networkdUnits(node);
  const { value, diagnostics } = renderNixos(network, {
    bgp: { speakers: [], speakerByNode: new Map() },
    firewall: { nodes: [], firewallByNode: new Map() },
    workloads: { nodes: [], workloadsByNode: new Map() },
  });
  if (units.some((unit) => unitFault(unit) !== null)) {
    expect([value, diagnostics.length > 0]).toEqual([null, true]);
    return;
  }
  const module = value?.find(({ path }) => path.endsWith("nixos/default.nix"))?.text ?? "";
  const folder = temporaryFolder();
  writeFileSync(join(folder, "module.nix"), module.replace("import ../../../nix/hosts.nix", "{ }"));
  const { links, netdevs, networks } = evaluated(join(folder, "module.nix"));
  for (const unit of units) {
    const kinds = { link: links, netdev: netdevs, network: networks };
    const own = kinds[unit.type][unit.name.slice(0, -(unit.type.length + 1))] ?? {};
    expect(readOptions(own)).toEqual(readIni(printUnit(unit)));
  }
});

/** The network with a text in the place of every one that no grammar of addresses bounds. */
function withText(network: Network, text: string): Network {
  return {
    ...network,
    nodes: network.nodes.map((node) => ({
      ...node,
      interfaces: node.interfaces.map((own) => {
        const settings = own.settings && { ...own.settings, domains: [text], ntp: [text] };
        return own.kind === "wireguard" ? { ...own, settings, privateKeyFile: text } : { ...own, settings };
      }),
    })),
  };
}
