import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planBgp } from "@nix-nos/bgp-gen";
import { type Diagnostic, loadTopology, locateDiagnostics, resolveTopology, unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { extensions } from "../apps/cli/src/extensions.js";

const text = readFileSync(join(import.meta.dirname, "../examples/datacenter.yaml"), "utf8");
const lines = text.split("\n");

/** What every stage up to the plan says of a text, but that edge01's IPv6 routes stay there: this is tested by itself. */
function diagnose(topology: string): readonly Diagnostic[] {
  return diagnoseAll(topology).filter(({ code }) => code !== "NN3038");
}

/** Every stage up to the plan: what it says of a text. */
function diagnoseAll(topology: string): readonly Diagnostic[] {
  const loaded = loadTopology({ file: "datacenter.yaml", format: "yaml", text: topology }, { extensions });
  if (loaded.value === null) return loaded.diagnostics;
  const { document, sourceMap } = loaded.value;
  const resolved = resolveTopology(document);
  const planned = resolved.value ? planBgp(resolved.value).diagnostics : [];
  return [...loaded.diagnostics, ...locateDiagnostics([...resolved.diagnostics, ...planned], sourceMap)];
}

/** The line that a line's map or list belongs to: the nearest above that is less indented. */
function parentOf(index: number): number {
  const indent = (line: string | undefined) => line?.search(/\S/) ?? 0;
  let parent = index - 1;
  while (parent >= 0 && (/^\s*(#.*)?$/.test(lines[parent] ?? "") || indent(lines[parent]) >= indent(lines[index])))
    parent--;
  return parent;
}

describe("every line of datacenter.yaml", () => {
  const { document } = unwrap(loadTopology({ file: "datacenter.yaml", format: "yaml", text }, { extensions }));
  const network = unwrap(resolveTopology(document));
  const node = (name: string) => network.index.nodeByName.get(name);

  it("is understood without a word of complaint", () => {
    expect(diagnose(text)).toEqual([]);
  });

  it("has IPv6 peers at edge01 alone, which its plan warns of once", () => {
    expect(diagnoseAll(text)).toMatchObject([
      {
        code: "NN3038",
        severity: "warning",
        message:
          "IPv6 routes that edge01 learns from ix-peer and transit-a reach no other node: no session with an own node carries IPv6.",
      },
    ]);
  });

  it("means what it says", () => {
    expect(network.sites).toEqual(["osaka", "tokyo"]);
    expect(network.clusters.map(({ name, site, orchestration }) => [name, site, orchestration])).toEqual([
      ["batch", "osaka", "systemd"],
      ["fabric", null, null],
      ["plasmacloud", "tokyo", "k8shost"],
    ]);
    expect(node("edge01")).toMatchObject({
      platform: "openwrt",
      ip: { ipv4: "10.10.0.2", ipv6: null },
      originate: ["203.0.113.0/24", "2001:db8:113::/48"],
    });
    expect(node("edge01")?.interfaces.find(({ name }) => name === "eth2")).toMatchObject({
      addresses: ["192.0.2.2/30", "2001:db8:ffff::1/64"],
      zone: "wan",
    });
    // The excluded range and the gateway are not given out, and what a gateway is for is known.
    expect(node("node01")?.interfaces.find(({ name }) => name === "eth0")).toMatchObject({
      addresses: ["10.10.0.10/24", "fd00:10::2/64"],
      gateways: ["10.10.0.1", "fd00:10::1"],
    });
    expect(
      network.links.find(({ ends }) => ends[0].node === "edge01")?.ends.map(({ addresses }) => addresses.ipv4),
    ).toEqual(["10.254.15.0", "10.254.15.1"]);
  });

  it("has peers, prefix sets and policies as plain data", () => {
    const { peers, prefixSets, policies } = network.bgp;
    expect(peers).toMatchObject([
      {
        name: "ix-peer",
        node: "edge01",
        remoteAs: 64497,
        address: "2001:db8:ffff::2",
        localAddress: "2001:db8:ffff::1",
        families: [{ family: "ipv6", import: ["drop-bogons"], export: ["only-ours"] }],
        description: null,
        role: "peer",
        maxPrefixes: { ipv4: null, ipv6: 500, action: "restart" },
        ttlSecurity: false,
        multihop: null,
        passwordFile: null,
      },
      {
        name: "transit-a",
        node: "edge01",
        remoteAs: 64496,
        address: "192.0.2.1",
        localAddress: "192.0.2.2",
        families: [
          { family: "ipv4", import: ["drop-bogons", "from-transit"], export: ["only-ours"] },
          { family: "ipv6", import: ["drop-bogons", "from-transit"], export: ["only-ours"] },
        ],
        description: null,
        role: "customer",
        maxPrefixes: { ipv4: 1000000, ipv6: 250000, action: "restart" },
        ttlSecurity: true,
        multihop: null,
        passwordFile: "/run/secrets/bgp/transit-a",
      },
    ]);
    expect(prefixSets.map(({ name }) => name)).toEqual(["bogons", "ours"]);
    expect(prefixSets[1]?.ranges).toEqual([
      { prefix: "203.0.113.0/24", minLength: 24, maxLength: 32 },
      { prefix: "2001:db8:113::/48", minLength: 48, maxLength: 128 },
    ]);
    expect(policies.find(({ name }) => name === "from-transit")?.terms).toMatchObject([
      {
        match: { communities: [{ kind: "standard", asn: 64496, value: 666 }] },
        set: { localPref: 50 },
        action: "accept",
      },
      {
        match: { prefixSets: null, communities: null, asPaths: null, asPathLength: null },
        set: {
          localPref: 100,
          addCommunities: [
            { kind: "standard", asn: 65000, value: 1001 },
            { kind: "large", asn: 65000, data1: 1, data2: 1 },
          ],
        },
        action: "accept",
      },
    ]);
  });

  it("has workloads with their ports, commands and schedules", () => {
    expect(network.workloads).toMatchObject([
      {
        name: "janitor",
        cluster: "batch",
        image: null,
        command: ["/run/current-system/sw/bin/find", "/var/tmp", "-mtime", "+7", "-delete"],
        nodes: ["batch01"],
        ports: [],
        environment: {},
        schedule: { calendar: "daily", persistent: true, randomDelay: null },
        user: "root",
        restart: "never",
        capabilities: ["CAP_DAC_OVERRIDE", "CAP_FOWNER"],
        volumes: [{ source: "/var/tmp", target: "/var/tmp", readOnly: false }],
      },
      {
        name: "registry",
        cluster: "batch",
        image: "docker.io/library/registry:2.8.3",
        command: [],
        nodes: ["batch01"],
        ports: [{ name: null, node: 5000, container: 5000, protocol: "tcp", zones: [] }],
        environment: { REGISTRY_LOG_LEVEL: "info" },
        schedule: null,
      },
    ]);
  });

  const written = lines.flatMap((line, index) => (/^\s*(#.*)?$/.test(line) ? [] : [{ line: line.trim(), index }]));

  it.each(written)("without line $index, it works or says where", ({ line, index }) => {
    const diagnostics = diagnose(lines.filter((_, other) => other !== index).join("\n"));
    if (diagnostics.length === 0) return;
    // One mistake: a handful of consequences at the most.
    expect(diagnostics.length).toBeLessThanOrEqual(8);
    for (const { line: place } of diagnostics) expect(place).toBeGreaterThan(0);
    // Named by its place or that of the map it was in, or, where the rest of the file asks for it, by its name.
    const near = [index + 1, parentOf(index) + 1];
    const names = line.split(/[\s:{}[\],]+/).filter((word) => word.length > 1);
    const isNamed = diagnostics.some(({ line: own = 0, message, related = [] }) => {
      const places = [own, ...related.map((place) => place.line ?? 0)];
      return (
        places.some((place) => near.some((line) => Math.abs(place - line) <= 3)) ||
        names.some((name) => message.includes(`"${name}"`))
      );
    });
    expect(isNamed, JSON.stringify(diagnostics, null, 2)).toBe(true);
  });
});
