import { planBgp } from "@nix-nos/bgp-gen";
import { loadTopology, type Network, planFirewall, resolveTopology, unwrap } from "@nix-nos/topology";
import { type OpenwrtPlans, renderOpenwrt } from "./render.js";
import { parseUci } from "./uci/parse.js";

/** A router with every kind of interface, radios, zones and hosts. */
export const router = `
nix-nos:
  name: home
  domain: acme.example
  network:
    pools:
      lan: { prefixes: [10.1.0.0/24], gateway: 10.1.0.1, exclude: ["10.1.0.100-10.1.0.199"] }
    vlans: { guest: { id: 20 }, iot: { id: 30, mtu: 1400 } }
    zones:
      lan: { input: accept, forward: accept }
      guest: { input: reject, forward: reject, allow: [dns] }
      wan: { masquerade: true, allow: [{ ports: [ssh], from: [198.51.100.0/24, "2001:db8:9::/48"] }] }
    forwardings:
      - { from: lan, to: wan }
      - { from: guest, to: wan, allow: [https, 53/udp] }
  clusters:
    home:
      nodes:
        r1:
          role: edge
          platform: openwrt
          loopback: 10.255.0.9
          interfaces:
            wan: { dhcp: { useDns: false, routeMetric: 10 }, zone: wan, macAddress: "02:00:00:00:00:01", dns: [192.0.2.53] }
            br-lan: { kind: bridge, members: [lan1, lan2, lan3, vx10], vlanFiltering: true, addresses: [10.1.0.1/24, "fd00:1::1/64"], zone: lan, sendRa: { otherConfig: true, dns: ["fd00:1::1"] }, ports: { lan3: { vlans: [guest, 40-42], pvid: none, isolated: true } } }
            guest: { kind: vlan, parent: br-lan, vlan: guest, addresses: [10.1.20.1/24], zone: guest }
            bond0: { kind: bond, members: [eth2, eth3], mode: 802.3ad, lacpRate: slow }
            bond0.30: { kind: vlan, parent: bond0, vlan: iot, addresses: [10.1.30.1/24], routes: [{ to: 10.7.0.0/16, via: 10.1.30.9, metric: 5 }, { to: 10.8.0.0/16, type: blackhole }], routingRules: [{ from: 10.1.30.0/24, table: 100, priority: 1000 }], ntp: [10.1.30.5], domains: [iot.acme.example] }
            vx10: { kind: vxlan, vni: 10, local: loopback, remotes: [10.255.0.10, 10.255.0.11] }
            wg0: { kind: wireguard, addresses: [10.99.0.1/24, "fd99::1/64"], port: 51820, privateKeyFile: /etc/nix-nos/wg0, zone: lan, mtu: 1420, peers: [{ publicKey: "dGhpcyBpcyBub3QgYSByZWFsIGtleSBhdCBhbGwhIQA=", allowedIps: [10.99.0.2/32], endpoint: "[2001:db8::7]:51820", presharedKeyFile: /etc/nix-nos/psk, persistentKeepalive: 25 }] }
            wlan-own: { addresses: [10.1.50.1/24], zone: guest }
          openwrt:
            timezone: "CET-1CEST,M3.5.0,M10.5.0/3"
            zonename: Europe/Zurich
            radios:
              radio0: { path: platform/soc/18000000.wifi, band: 2g, channel: 6, htmode: HE20, country: CH }
              radio1: { path: platform/soc/18000000.wifi+1, band: 5g, txPower: 20 }
            wifi:
              home: { radio: radio1, interface: br-lan, ssid: "it's \\"home\\" \\\\ #1", encryption: sae-mixed, keyFile: "/etc/nix-nos/home.key" }
              guests: { radio: radio0, interface: guest, ssid: gäste, encryption: owe, isolate: true }
              own: { radio: radio0, interface: wlan-own, ssid: x, encryption: none, hidden: true }
            dhcp:
              br-lan: { range: 10.1.0.100-10.1.0.199, leaseTime: 3600 }
              guest: { }
        h1: { role: worker, ip: { pool: lan, interface: eth0 }, interfaces: { eth0: { match: { macAddress: "52:54:00:00:00:01" }, addresses: ["fd00:1::1:5/64"] } } }
        h2: { role: worker, ip: { pool: lan, interface: eth0 } }
`;

export function networkOf(text: string): Network {
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "t.yaml", format: "yaml", text })).document));
}

export function plansOf(network: Network): OpenwrtPlans {
  const bgp = unwrap(planBgp(network));
  return { bgp, firewall: planFirewall(network, bgp).value ?? { nodes: [], firewallByNode: new Map() } };
}

/** The files of a network's devices, by their path below the node's folder. */
export function filesOf(network: Network): Readonly<Record<string, string>> {
  const files = [...unwrap(renderOpenwrt(network, plansOf(network)))];
  return Object.fromEntries(files.map(({ path, text }) => [path.split("/openwrt/")[1] ?? path, text]));
}

/** The files that an imported topology renders to. */
export function rendered(document: object): Readonly<Record<string, string>> {
  const text = JSON.stringify(document);
  const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "t.json", format: "json", text })).document));
  const bgp = { speakers: [], speakerByNode: new Map() };
  const firewall = planFirewall(network, bgp).value ?? { nodes: [], firewallByNode: new Map() };
  const all = [...unwrap(renderOpenwrt(network, { bgp, firewall }))];
  return Object.fromEntries(
    all.flatMap(({ path, text: own }) => (path.includes("/config/") ? [[path.split("/").at(-1) ?? "", own]] : [])),
  );
}

/** Sections as sentences, for comparing without their order; a rule's name is a comment. */
export function sentences(text: string): readonly string[] {
  return parseUci(text)
    .map(
      ({ type, name, options }) =>
        `${type} ${name ?? "-"} ${JSON.stringify([...options].filter(([key]) => type !== "rule" || key !== "name").sort())}`,
    )
    .sort();
}
