// Machines come up from what is rendered: systemd, udev, networkd and BIRD of Debian, in QEMU.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/cli.js";
import { eventually } from "../support/netns.js";
import { expectLease, expectResolvers, server } from "./lease.js";
import {
  addressesOf,
  linksOf,
  plannedAddresses,
  plannedKind,
  plannedSettings,
  plannedVlans,
  realKind,
  realSettings,
  realVlans,
} from "./links.js";
import { type Machine, vmImage } from "./machine.js";
import { acrossOf, expectAdvertised, expectAnswers, expectSilence } from "./reach.js";
import { plannedRoutes, plannedRules, realRoutes, realRules } from "./routes.js";
import { type RunningNode, startTwoNodes, wireguardKeys } from "./two-nodes.js";
import { beat, expectLookedAfter, expectScheduled } from "./workloads.js";

/** Seconds for a state to come; on a busy machine an emulated one is slow, and the test's own limit ends it all. */
const patience = 150;

/** What is said of a /31, which has no broadcast address, and of an address that is still tried (RFC 4862, 5.4). */
const expected = [
  "Missing broadcast address for interface ens6",
  "ebgp_n[12]_ens7_v4v6: Socket error: bind: Cannot assign requested address",
  // Both ends called at once, and one call is dropped (RFC 4271 §6.8).
  "[a-z0-9_]*: Received: Connection collision resolution",
];

/** What the daemons said that is more than news: those that read units, and BIRD. */
const complaints = (machine: Machine) => {
  const said = "journalctl --no-pager --output cat --priority warning";
  const daemons = "-u systemd-networkd -u systemd-udevd -u bird";
  return machine.exec(`${said} ${daemons} | grep -vxE '${expected.join("|")}' || true`);
};

/** A VLAN of both nodes that the trunk's port does not carry. */
const kept = "kept";

let image: string;

beforeAll(async () => {
  image = await vmImage();
}, 300_000);

/** Links, addresses, routes and rules are what the plan says. */
async function expectPlanned({ plan, machine }: RunningNode): Promise<void> {
  // networkd says when it is done with a link. `networkctl` asks it, which costs an emulated processor seconds.
  const done = () => machine.exec("grep -l '^ADMIN_STATE=configured$' /run/systemd/netif/links/* || true");
  const count = plan.interfaces.length;
  await eventually(`${plan.name}'s ${count} links`, patience, done, (seen) => seen.split("\n").length - 1 === count);
  for (const entry of plan.interfaces) {
    if (entry.kind !== "bridge" || !entry.bridge.stp) continue;
    // A tree that changes forgets addresses sooner than it was told (IEEE 802.1D, 7.9.2).
    const state = () => machine.exec(`cd /sys/class/net/${entry.name} && cat bridge/topology_change brif/*/state`);
    const forwarding = ["0", ...entry.members.map(() => "3")].join("\n");
    await eventually(`${entry.name}'s tree`, patience, state, (seen) => seen.trim() === forwarding);
  }

  const links = await linksOf(machine);
  expect(addressesOf(links, plan)).toEqual(plannedAddresses(plan));
  for (const entry of plan.interfaces) {
    const { name } = entry;
    const link = links.get(name);
    if (link === undefined) throw new Error(`${plan.name} has no ${name}`);
    expect({ [name]: realKind(link) }).toEqual({ [name]: plannedKind(entry, plan) });
    const settings = plannedSettings(entry, plan);
    expect({ [name]: realSettings(link, settings) }).toEqual({ [name]: settings });
    expect(link.flags, name).toContain("UP");
    expect(link.flags, name).toContain("LOWER_UP");
  }
  // Found by its address, and still known by its place.
  expect(links.get("trunk0")?.altnames).toContain("ens8");

  const vlans = plannedVlans(plan);
  expect(await realVlans(machine, Object.keys(vlans))).toEqual(vlans);
  expect(await realRoutes(machine)).toEqual(plannedRoutes(plan));
  for (const family of ["ipv4", "ipv6"] as const) {
    expect(await realRules(machine, family)).toEqual(plannedRules(plan, family));
  }
}

/** Both cables carry one aggregate, whose other end is the other node. */
async function expectAggregate({ plan, machine }: RunningNode, other: RunningNode): Promise<void> {
  const bond = () => machine.exec("cat /proc/net/bonding/bond0");
  const far = (await linksOf(other.machine)).get("bond0")?.address;
  const partner = new RegExp(`Number of ports: 2\n[\\s\\S]*Partner Mac Address: ${far}\n`);
  await eventually(`${plan.name}'s LACP`, patience, bond, (seen) => partner.test(seen));
}

/** Each subnet that both have is crossed, whole packets of the planned size too; VLANs stay apart. */
async function expectCrossed({ plan, machine }: RunningNode, other: RunningNode): Promise<void> {
  const across = acrossOf(plan, other.plan).filter(({ via }) => via !== kept);
  expect(across.map(({ via }) => via)).toEqual(
    expect.arrayContaining(["storage", "tenant", "guests", "br0", "wg0", "ens6", "ens7", "bond1"]),
  );
  const pings = across.flatMap(({ via, address }) => {
    const mtu = plan.interfaces.find(({ name }) => name === via)?.mtu ?? null;
    const headers = address.includes(":") ? 48 : 28;
    const one = `-I ${via} ${address}`;
    return mtu === null ? [one] : [one, `-M do -s ${mtu - headers} ${one}`];
  });
  await expectAnswers(machine, pings, patience);
  const untagged = plan.name === "n1" ? "cameras" : "trunk0";
  const apart = [
    [kept, kept],
    [untagged, "guests"],
  ] as const;
  const silent = apart.map(([via, name]) => {
    const address = other.plan.interfaces.find((each) => each.name === name)?.addresses[0]?.split("/")[0];
    if (address === undefined) throw new Error(`${other.plan.name} has no address on ${name}`);
    return { via, address };
  });
  await expectSilence(machine, silent);
}

/** Every session is up, and the other's loopback is reached by what it brought. */
async function expectSessions({ plan, machine }: RunningNode, other: RunningNode, sessions: number): Promise<void> {
  expect(sessions).toBe(2);
  const established = (seen: string) => seen.match(/BGP .* Established/g)?.length === sessions;
  await eventually(`${plan.name}'s sessions`, patience, () => machine.exec("birdc show protocols"), established);
  for (const family of ["ipv4", "ipv6"] as const) {
    const [own, loopback] = [plan.loopback?.[family], other.plan.loopback?.[family]];
    const routes = () => machine.exec(`ip -${family.slice(3)} route show proto bird ${loopback}`);
    const what = `${other.plan.name}'s ${loopback} at ${plan.name}`;
    await eventually(what, patience, routes, (seen) => seen.includes(" via "));
    await expectAnswers(machine, [`-I ${own} ${loopback}`], patience);
  }
  expect(await machine.exec("journalctl --no-pager --output cat -u bird")).toContain("Started");
}

/** The first cable is used; the spare one takes over, and gives back. */
async function expectFailover(nodes: readonly RunningNode[]): Promise<void> {
  const [n1, n2] = nodes;
  const bond = n1?.plan.interfaces.find(({ name }) => name === "bond1");
  if (n1 === undefined || n2 === undefined || bond?.kind !== "bond") throw new Error("no bond1");
  const primary = bond.bond.primary;
  const spare = bond.members.find((member) => member !== primary);
  const far = n2.plan.interfaces.find(({ name }) => name === bond.name)?.addresses[0]?.split("/")[0] ?? "";
  for (const [state, active] of [
    ["up", primary],
    ["down", spare],
    ["up", primary],
  ]) {
    await Promise.all(nodes.map(({ machine }) => machine.exec(`ip link set ${primary} ${state}`)));
    for (const { plan, machine } of nodes) {
      const used = () => machine.exec(`cat /sys/class/net/${bond.name}/bonding/active_slave`);
      await eventually(`${plan.name}'s ${active}`, patience, used, (seen) => seen.trim() === active);
    }
    await expectAnswers(n1.machine, [`-I ${bond.name} ${far}`], patience);
  }
}

it("two nodes of every kind of interface come up as planned, see each other over each, exchange routes and run what they shall", {
  timeout: 500_000,
}, async () => {
  const machines: Machine[] = [];
  onTestFinished(async () => {
    await Promise.all(machines.map((machine) => machine.stop()));
  });
  const keys = { n1: wireguardKeys(), n2: wireguardKeys() };
  const text = readFileSync(join(import.meta.dirname, "links.yaml"), "utf8")
    .replace("KEY_OF_N1", keys.n1.public)
    .replace("KEY_OF_N2", keys.n2.public)
    .replace("GREETING_OF_BEAT", () => JSON.stringify(beat.greeting));
  const own = {
    n1: {
      "/etc/secrets/wg0": keys.n1.secret,
      "/etc/secrets/token": beat.token,
      [`/etc/systemd/network/20-${server.interface}.network.d/server.conf`]: server.dropIn,
    },
    n2: { "/etc/secrets/wg0": keys.n2.secret },
  };
  const { bgp, nodes } = startTwoNodes(image, temporaryFolder(), text, own, (machine) => machines.push(machine));

  const [n1, n2] = nodes;
  await Promise.all(machines.map((machine) => machine.booted()));
  await Promise.all(
    [[n1, n2] as const, [n2, n1] as const].map(async ([own, other]) => {
      await expectPlanned(own);
      await expectAggregate(own, other);
      await expectCrossed(own, other);
      await expectAdvertised(own, other, patience);
      await expectLease(own, other, patience);
      await expectResolvers(own);
      await expectSessions(own, other, bgp.speakerByNode.get(own.plan.name)?.sessions.length ?? 0);
    }),
  );
  await Promise.all([expectLookedAfter(n1.machine, patience), expectScheduled(n2.machine, patience)]);
  await expectFailover(nodes);
  for (const { machine } of nodes) expect(await complaints(machine)).toBe("");

  // What networkd does not like is seen.
  const wrong = "/etc/systemd/network/90-wrong.network";
  await n1.machine.exec(`printf '[Match]\\nName=none\\n[Network]\\nAdress=10.0.0.1/24\\n' >${wrong}`);
  await n1.machine.exec("systemctl reload systemd-networkd");
  await eventually(
    "a complaint about an unknown key",
    patience,
    () => complaints(n1.machine),
    (seen) => seen.includes(`${wrong}:4: Unknown key 'Adress'`),
  );
});
