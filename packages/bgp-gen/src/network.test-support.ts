import {
  type AddressPair,
  indexNetwork,
  type Link,
  type LinkSession,
  loadTopology,
  type Network,
  type Node,
  resolveTopology,
  unwrap,
  type VipAdvertisement,
} from "@nix-nos/topology";
import fc from "fast-check";

/** The network that a topology in YAML means. */
export function networkOf(yaml: string): Network {
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "test.yaml", format: "yaml", text: yaml })).document));
}

export const none: AddressPair = { ipv4: null, ipv6: null };

/** A node with what a test says of it, and nothing else. */
export function node(name: string, own: Partial<Node> = {}): Node {
  return {
    name,
    cluster: "lab",
    site: null,
    role: "worker",
    platform: "nixos",
    systemdVersion: 257,
    ip: none,
    loopback: null,
    routerId: null,
    bgpDaemon: "bird",
    originate: [],
    forwards: false,
    allowLocalAs: 0,
    bootstrap: false,
    services: [],
    openwrt: null,
    cisco: null,
    interfaces: [],
    path: ["nodes", name],
    ...own,
  };
}

/** Names that validation lets through and others that it never would: a library's caller may bring either. */
const names = fc.oneof(
  fc.constantFrom("med", "client", "rr", "abc", "dead-beef", "a-b", "a_b", "a.b", "fe80", "direct", "sidecar_vips"),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,61}[A-Za-z0-9]$/),
  fc.constantFrom(
    '"; } protocol static { route 0.0.0.0/0',
    "a\nb: [",
    "x'\\\"",
    "\u0000\u007f\u0085\u2028",
    "é\ud800",
    "n".repeat(9000),
  ),
  fc.string({ minLength: 1, maxLength: 80, unit: "binary" }),
);

const pair = (own: (index: number) => AddressPair) => own;
const addressing = fc.constantFrom(
  pair((index) => ({ ipv4: `10.0.${index >> 8}.${index & 255}`, ipv6: null })),
  pair((index) => ({ ipv4: `10.0.${index >> 8}.${index & 255}`, ipv6: `fd00::${(index + 1).toString(16)}` })),
);

const community = fc.oneof(
  fc.record({ kind: fc.constant("standard" as const), asn: fc.nat(65535), value: fc.nat(65535) }),
  fc.record({ kind: fc.constant("large" as const), asn: u32(), data1: u32(), data2: u32() }),
);

function u32() {
  return fc.nat(4294967295);
}

/** Any network without mistakes: several systems of every strategy, links, VIPs of every kind, either daemon. */
export const networks: fc.Arbitrary<Network> = fc
  .record({
    names: fc.uniqueArray(names, { minLength: 2, maxLength: 9 }),
    addressing,
    systems: fc.array(
      fc.record({
        strategy: fc.constantFrom("full-mesh" as const, "route-reflector" as const, "none" as const),
        reflectors: fc.integer({ min: 1, max: 3 }),
        clusterId: fc.constantFrom(null, "10.255.0.1"),
        transport: fc.constantFrom("ip" as const, "loopback" as const),
        nextHopSelf: fc.constantFrom("ebgp" as const, "all" as const, "none" as const),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    daemons: fc.array(fc.constantFrom("bird" as const, "bird" as const, "gobgp" as const), {
      minLength: 9,
      maxLength: 9,
    }),
    links: fc.uniqueArray(fc.tuple(fc.nat(8), fc.nat(8)), {
      maxLength: 8,
      selector: ([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`,
    }),
    entries: fc.array(
      fc.record({
        announce: fc.constantFrom("static" as const, "health" as const),
        nextHop: fc.constantFrom("self" as const, "unchanged" as const),
        communities: fc.array(community, { maxLength: 3 }),
        first: fc.nat(8),
        standby: fc.constantFrom(null, "local-pref" as const, "prepend" as const),
        name: names,
      }),
      { maxLength: 3 },
    ),
    timers: fc.constantFrom(
      { holdTime: null, keepalive: null },
      { holdTime: 9, keepalive: 3 },
      { holdTime: 30, keepalive: null },
    ),
    confederation: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    bfd: fc.boolean(),
    gracefulRestart: fc.boolean(),
  })
  .map((given) => {
    const nodes = given.names.map((name, index) =>
      node(name, {
        ip: given.addressing(index + 1),
        loopback: given.addressing(index + 300),
        routerId: `10.0.0.${index + 1}`,
        bgpDaemon: given.daemons[index] ?? "bird",
        originate: index === 0 ? ["203.0.113.0/24", "2001:db8:113::/48"] : [],
      }),
    );
    const autonomousSystems = given.systems.map((ibgp, system) => {
      const members = given.names.filter((_, index) => index % given.systems.length === system);
      const reflectors = ibgp.strategy === "route-reflector" ? members.slice(0, ibgp.reflectors) : [];
      const [own, ...others] = ibgp.strategy === "route-reflector" ? members.slice(reflectors.length) : [];
      const below =
        own === undefined ? [] : [{ name: "g", reflectors: [own], members: others, parent: null, clusterId: null }];
      const groups = ibgp.reflectors > 1 ? below : [];
      const confederation = given.confederation[system] ? 64500 : null;
      const path = ["systems", system];
      return { number: 65000 + system, members, ibgp: { ...ibgp, reflectors, groups }, confederation, path };
    });
    const links = given.links.flatMap(([a, b], index): Link[] => {
      const [left, right] = [given.names[a], given.names[b]];
      if (left === undefined || right === undefined || left === right) return [];
      const end = (name: string, side: number) => ({
        node: name,
        interface: `swp${index}.${side}`,
        addresses: { ipv4: `10.254.${index}.${side}`, ipv6: index % 2 ? `fe80::${index + 1}:${side}` : null },
      });
      const bgp = { passwordFile: null, bfd: null, ttlSecurity: index % 3 === 0 };
      const ends = [end(left, 0), end(right, 1)] as const;
      const unnumbered = index % 4 === 3;
      const numbered = index % 2 ? (["ipv4", "ipv6"] as const) : (["ipv4"] as const);
      const over: readonly LinkSession[] = unnumbered
        ? [{ family: "ipv6", carries: ["ipv4", "ipv6"] }]
        : numbered.map((family) => ({ family, carries: [family] }));
      const sessions = a % given.systems.length === b % given.systems.length ? [] : over;
      return [{ ends, unnumbered, sessions, bgp, path: ["links", index] }];
    });
    const vipAdvertisements = given.entries.map(({ first, standby: by, ...entry }, index): VipAdvertisement => {
      const vips = [`10.100.${index}.1`, `10.100.${index}.2`, `2001:db8:100::${index + 1}`];
      const nodes = given.names.slice(first);
      // GoBGP's printer lengthens no paths.
      const mayPrepend = !given.daemons.includes("gobgp");
      const standby = by === null ? null : { order: nodes.slice(0, 3), by: mayPrepend ? by : ("local-pref" as const) };
      return { ...entry, vips, nodes, standby, path: ["vips", index] };
    });
    const { timers, bfd, gracefulRestart } = given;
    return indexNetwork({
      name: null,
      domain: null,
      clusters: [],
      nodes,
      pools: [],
      reservations: [],
      vlans: [],
      links,
      sites: [],
      workloads: [],
      firewall: { zones: [], forwardings: [], openings: [] },
      dns: { nameServers: [], services: [] },
      lab: { peers: [] },
      bgp: {
        timers,
        bfd,
        gracefulRestart,
        autonomousSystems,
        vipAdvertisements,
        multihop: [],
        peers: [],
        prefixSets: [],
        policies: [],
        rpkiCaches: [],
        birdVersion: "2.0.12",
        speakers: new Map(),
      },
      allocations: {},
      released: {},
    });
  });
