// Machines come up from what is rendered: systemd, udev, networkd and BIRD of Debian, in QEMU.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Interface, Node } from "@nix-nos/topology";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/cli.js";
import { eventually } from "../support/netns.js";
import type { Machine } from "./machine.js";
import { startTwoNodes, wireguardKeys } from "./two-nodes.js";

/** What the daemons that read units said of them, without what is only news. */
const complaints = (machine: Machine) =>
  machine.exec("journalctl --no-pager --output cat --priority warning -u systemd-networkd -u systemd-udevd");

/** A link as `ip -details -json address` shows it. */
interface Link {
  readonly ifname: string;
  /** Its MAC address. */
  readonly address: string;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly link?: string | null;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: Readonly<Record<string, unknown>> };
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number; readonly scope: string }[];
}

async function linksOf(machine: Machine): Promise<readonly Link[]> {
  return JSON.parse(await machine.exec("ip -details -json address"));
}

/** Addresses by interface, without what every machine has and the link-local ones that the kernel gives unasked. */
function addressesOf(links: readonly Link[], { interfaces }: Node) {
  const everywhere = ["127.0.0.1/8", "::1/128"];
  const planned = new Set(interfaces.flatMap(({ addresses }) => addresses));
  const addresses = links.map(({ ifname, addr_info }) => {
    const all = addr_info
      .map(({ local, prefixlen, scope }) => ({ address: `${local}/${prefixlen}`, scope }))
      .filter(({ address, scope }) => planned.has(address) || (scope !== "link" && !everywhere.includes(address)));
    return [ifname, all.map(({ address }) => address).sort()];
  });
  return Object.fromEntries(addresses);
}

/** The same of a plan. */
function plannedAddresses({ interfaces }: Node) {
  return Object.fromEntries(interfaces.map(({ name, addresses }) => [name, [...addresses].sort()]));
}

/** What a link is and what it stands on, as the plan says it. */
function plannedKind(entry: Interface, { interfaces }: Node) {
  const holder = interfaces.find((each) => "members" in each && each.members.includes(entry.name));
  return {
    kind: entry.kind === "ethernet" || entry.kind === "loopback" ? null : entry.kind,
    master: holder?.name ?? null,
    parent: "parent" in entry ? entry.parent : null,
    number:
      entry.kind === "vlan"
        ? entry.vlanId
        : entry.kind === "vxlan"
          ? entry.vni
          : entry.kind === "vrf"
            ? entry.table
            : null,
  };
}

/** The same of a real one. */
function realKind(link: Link) {
  const { info_kind, info_data } = link.linkinfo ?? {};
  return {
    kind: info_kind ?? null,
    master: link.master ?? null,
    parent: link.link ?? null,
    number:
      info_kind === "vrf" ? info_data?.table : info_kind === "vlan" || info_kind === "vxlan" ? info_data?.id : null,
  };
}

/** Addresses of the other end of what both nodes have: same name, same subnet. */
function acrossOf(own: Node, other: Node): readonly { via: string; address: string }[] {
  return other.interfaces
    .filter(({ kind }) => kind !== "dummy" && kind !== "loopback")
    .flatMap(({ name, addresses }) => addresses.map((address) => ({ via: name, address: address.split("/")[0] ?? "" })))
    .filter(({ via }) => own.interfaces.some(({ name, addresses }) => name === via && addresses.length > 0));
}

it("two nodes of every kind of interface come up as planned, see each other over each, and exchange routes", {
  timeout: 240_000,
}, async () => {
  const machines: Machine[] = [];
  onTestFinished(async () => {
    await Promise.all(machines.map((machine) => machine.stop()));
  });
  const keys = { n1: wireguardKeys(), n2: wireguardKeys() };
  const text = readFileSync(join(import.meta.dirname, "links.yaml"), "utf8")
    .replace("KEY_OF_N1", keys.n1.public)
    .replace("KEY_OF_N2", keys.n2.public);
  const secrets = { n1: { "/etc/secrets/wg0": keys.n1.secret }, n2: { "/etc/secrets/wg0": keys.n2.secret } };
  const { bgp, nodes } = startTwoNodes(temporaryFolder(), text, secrets, (machine) => machines.push(machine));

  const [n1, n2] = nodes;
  await Promise.all(machines.map((machine) => machine.booted()));
  await Promise.all(
    [
      { own: n1, other: n2 },
      { own: n2, other: n1 },
    ].map(async ({ own: { plan, machine }, other }) => {
      // networkd says when it is done with every link.
      const unfinished = () =>
        machine.exec("networkctl --no-legend list | grep -vE ' (configured|unmanaged) *$' || true");
      await eventually(`${plan.name}'s links`, 60, unfinished, (seen) => seen === "");

      const links = await linksOf(machine);
      expect(addressesOf(links, plan)).toEqual(plannedAddresses(plan));
      const byName = new Map(links.map((link) => [link.ifname, link]));
      for (const entry of plan.interfaces) {
        const link = byName.get(entry.name);
        if (link === undefined) throw new Error(`${plan.name} has no ${entry.name}`);
        expect({ [entry.name]: realKind(link) }).toEqual({ [entry.name]: plannedKind(entry, plan) });
        expect(link.flags, entry.name).toContain("UP");
        expect(link.flags, entry.name).toContain("LOWER_UP");
      }

      // Both cables carry one aggregate, whose other end is the other node.
      const bond = () => machine.exec("cat /proc/net/bonding/bond0");
      const far = (await linksOf(other.machine)).find(({ ifname }) => ifname === "bond0")?.address;
      const partner = new RegExp(`Number of ports: 2\n[\\s\\S]*Partner Mac Address: ${far}\n`);
      await eventually(`${plan.name}'s LACP`, 30, bond, (seen) => partner.test(seen));

      const across = acrossOf(plan, other.plan);
      expect(across.map(({ via }) => via)).toEqual(
        expect.arrayContaining(["storage", "tenant", "br0", "wg0", "ens6", "ens7"]),
      );
      for (const { via, address } of across) {
        const ping = () => machine.exec(`ping -c 1 -W 2 -I ${via} ${address}`);
        await eventually(`${plan.name} to ${address} over ${via}`, 20, ping, (seen) => seen.includes(" 1 received"));
      }
      const sessions = bgp.speakerByNode.get(plan.name)?.sessions ?? [];
      expect(sessions).toHaveLength(2);
      const established = (seen: string) => seen.match(/BGP .* Established/g)?.length === sessions.length;
      await eventually(`${plan.name}'s sessions`, 60, () => machine.exec("birdc show protocols"), established);
      for (const [family, loopback] of Object.entries(other.plan.loopback ?? {})) {
        const routes = () => machine.exec(`ip -${family.slice(3)} route show proto bird ${loopback}`);
        await eventually(`${other.plan.name}'s ${loopback} at ${plan.name}`, 30, routes, (seen) =>
          seen.includes(" via "),
        );
        await machine.exec(`ping -c 1 -W 5 -I ${plan.loopback?.[family as "ipv4" | "ipv6"]} ${loopback}`);
      }
      expect(await complaints(machine)).toBe("");
    }),
  );

  // What networkd does not like is seen.
  const wrong = "/etc/systemd/network/90-wrong.network";
  await n1.machine.exec(`printf '[Match]\\nName=none\\n[Network]\\nAdress=10.0.0.1/24\\n' >${wrong}`);
  await n1.machine.exec("systemctl reload systemd-networkd");
  await eventually(
    "a complaint about an unknown key",
    15,
    () => complaints(n1.machine),
    (seen) => seen.includes(`${wrong}:4: Unknown key 'Adress'`),
  );
});
