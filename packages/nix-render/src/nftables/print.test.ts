import { execFileSync } from "node:child_process";
import { planFirewall, unwrap } from "@nix-nos/topology";
import { expect, test } from "vitest";
import { networkOf, planOf, session } from "../plan.test-support.js";
import { printNftables } from "./print.js";

/** The real parser and the kernel's checks, in a network namespace of its own; nothing is loaded. */
function check(ruleset: string): void {
  execFileSync("unshare", ["--net", "nft", "-c", "-f", "-"], { input: ruleset, stdio: "pipe" });
}

const edge = networkOf(`
nix-nos:
  network:
    zones:
      lan: { input: accept, forward: accept }
      dmz: { input: reject, forward: reject, workloads: [web] }
      wan: { masquerade: true, allow: [ssh, dns, 60000-61000/udp, { ports: [9100/tcp], from: [10.9.0.0/24, 10.9.0.7, "fd09::/64"] }] }
    forwardings:
      - { from: lan, to: wan }
      - { from: wan, to: dmz, allow: [https] }
  clusters:
    c:
      nodes:
        edge:
          role: edge
          ip: 10.0.0.1
          interfaces:
            eth0: { addresses: [10.0.0.1/24, "fd00::1/64"], zone: lan }
            eth1: { addresses: [10.0.1.1/24], zone: lan }
            eth2: { addresses: [192.0.2.2/30], zone: wan }
            eth3.5: { addresses: [10.5.0.1/24], zone: dmz }
            eth4: { addresses: [10.254.0.0/31] }
            blue: { kind: vrf, table: 100, members: [eth3.5] }
            vx10: { kind: vxlan, vni: 10, local: ip, remotes: [10.0.0.9] }
            wg0: { kind: wireguard, port: 51820, privateKeyFile: /run/secrets/wg, peers: [] }
      workloads:
        web: { image: docker.io/library/nginx, nodes: [edge], ports: ["8080:80"] }
`);
const bgp = planOf({
  edge: [
    session({ node: "edge", remoteNode: null, peer: "transit", remoteAddress: "192.0.2.1", bfd: true }),
    session({ node: "edge", remoteNode: "leaf", remoteAddress: "fe80::1", interface: "eth4" }),
    session({ node: "edge", remoteNode: "core", remoteAddress: "fe80::2", interface: "eth0" }),
  ],
});

test("zones, forwardings and masquerade as a table that nft takes", () => {
  const plan = unwrap(planFirewall(edge, bgp));
  const firewall = plan.firewallByNode.get("edge");
  const text = firewall ? printNftables(firewall) : "";
  check(text);
  expect(text).toMatchInlineSnapshot(`
    "table inet nix-nos
    delete table inet nix-nos

    table inet nix-nos {
      chain input {
        type filter hook input priority filter - 10; policy accept;
        iifname { "eth0", "eth1", "eth2" } goto zones-input
        meta sdifname "eth3.5" goto zones-input
      }

      chain zones-input {
        ct state vmap { established : accept, related : accept, invalid : drop }
        icmp type { destination-unreachable, time-exceeded, parameter-problem } accept comment "ICMP errors, path MTU discovery among them"
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept comment "ICMPv6 errors, path MTU discovery among them"
        icmp type echo-request accept comment "ping"
        icmpv6 type echo-request accept comment "ping"
        ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept comment "IPv6 neighbour discovery"
        icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept comment "IPv6 multicast listener discovery"
        ip saddr { 192.0.2.1 } tcp dport 179 accept comment "BGP: transit"
        iifname "eth0" ip6 saddr { fe80::2 } tcp dport 179 accept comment "BGP: core"
        ip saddr { 192.0.2.1 } udp dport { 3784, 3785, 4784 } accept comment "BFD: transit"
        ip saddr { 10.0.0.9 } udp dport 4789 accept comment "VXLAN vx10"
        udp dport 51820 accept comment "WireGuard wg0"
        meta sdifname "eth3.5" goto input-dmz
        iifname { "eth0", "eth1" } goto input-lan
        iifname "eth2" goto input-wan
      }

      chain input-dmz {
        tcp dport 8080 accept comment "zone dmz: workload web"
        meta l4proto tcp reject with tcp reset
        reject with icmpx type admin-prohibited
      }

      chain input-lan {
        accept
      }

      chain input-wan {
        tcp dport 22 accept comment "zone wan: ssh"
        tcp dport 53 accept comment "zone wan: dns"
        udp dport 53 accept comment "zone wan: dns"
        udp dport 60000-61000 accept comment "zone wan: 60000-61000/udp"
        ip saddr { 10.9.0.0/24, 10.9.0.7 } tcp dport 9100 accept comment "zone wan: 9100/tcp"
        ip6 saddr { fd09::/64 } tcp dport 9100 accept comment "zone wan: 9100/tcp"
        drop
      }

      chain forward {
        type filter hook forward priority filter - 10; policy accept;
        iifname { "eth0", "eth1", "eth2" } goto zones-forward
        meta sdifname "eth3.5" goto zones-forward
      }

      chain zones-forward {
        ct state { established, related } accept
        icmp type { destination-unreachable, time-exceeded, parameter-problem } accept comment "ICMP errors, path MTU discovery among them"
        icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept comment "ICMPv6 errors, path MTU discovery among them"
        meta sdifname "eth3.5" goto forward-dmz
        iifname { "eth0", "eth1" } goto forward-lan
        iifname "eth2" goto forward-wan
      }

      chain forward-dmz {
        meta l4proto tcp ct status dnat ct original proto-dst 8080 accept comment "zone dmz: workload web"
        meta l4proto tcp reject with tcp reset
        reject with icmpx type admin-prohibited
      }

      chain forward-lan {
        oifname "eth2" accept comment "lan to wan"
        oifname { "eth0", "eth1" } accept comment "within lan"
        ct status dnat accept comment "input of zone lan"
        drop
      }

      chain forward-wan {
        oifname "eth3.5" tcp dport 443 accept comment "wan to dmz: https"
        oifname "eth3.5" udp dport 443 accept comment "wan to dmz: https"
        meta l4proto tcp ct status dnat ct original proto-dst 22 accept comment "zone wan: ssh"
        meta l4proto tcp ct status dnat ct original proto-dst 53 accept comment "zone wan: dns"
        meta l4proto udp ct status dnat ct original proto-dst 53 accept comment "zone wan: dns"
        meta l4proto udp ct status dnat ct original proto-dst 60000-61000 accept comment "zone wan: 60000-61000/udp"
        ip saddr { 10.9.0.0/24, 10.9.0.7 } meta l4proto tcp ct status dnat ct original proto-dst 9100 accept comment "zone wan: 9100/tcp"
        ip6 saddr { fd09::/64 } meta l4proto tcp ct status dnat ct original proto-dst 9100 accept comment "zone wan: 9100/tcp"
        drop
      }

      chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        meta nfproto ipv4 oifname "eth2" fib saddr type != local masquerade comment "masquerade zone wan"
      }
    }
    "
  `);
});

test("what nft cannot hold is refused, and comments lose it", () => {
  const plan = unwrap(planFirewall(edge, bgp));
  const firewall = plan.firewallByNode.get("edge");
  if (!firewall) throw new Error("no firewall");
  const [first] = firewall.rules;
  if (!first) throw new Error("no rule");
  const hostile = 'x" accept\n}; flush ruleset # \\ é';
  const printed = printNftables({ ...firewall, rules: [{ ...first, why: hostile.repeat(20) }] });
  check(printed);
  expect(printed).not.toContain("\n}; flush");
  expect(() => printNftables({ ...firewall, rules: [{ ...first, family: "ipv4", sources: [hostile] }] })).toThrow(
    "is no address",
  );
  for (const name of [hostile, "eth*", "", "a b"]) {
    const zones = firewall.zones.map((zone) => ({ ...zone, interfaces: [name] }));
    expect(() => printNftables({ ...firewall, zones })).toThrow("is no interface");
    expect(() => printNftables({ ...firewall, zones: firewall.zones.map((zone) => ({ ...zone, name })) })).toThrow(
      "is no zone",
    );
  }
});
