import { describe, expect, it } from "vitest";
import { birdSays } from "../daemons.test-support.js";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "../plan/plan-bgp.js";
import { birdConfig } from "./config.js";

const topology = (bgp: string) => `
nix-nos:
  clusters: { lab: { nodes: { edge: { role: edge, interfaces: {
    lo: { addresses: [10.255.0.1/32] }, e0: { addresses: [192.0.2.2/30, "2001:db8:1::2/64"] } }, bgp: { routerId: 10.255.0.1 } } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [edge] } }, ${bgp} } }
`;

function configOf(bgp: string): string {
  const { value, diagnostics } = planBgp(networkOf(topology(bgp)));
  expect(diagnostics).toEqual([]);
  const speaker = value?.speakerByNode.get("edge");
  if (!speaker) throw new Error("edge is no speaker");
  return birdConfig(speaker);
}

/** What BIRD says when the secret, which is on the node alone, is replaced. */
const checked = (config: string) => birdSays(config.replace(/include ".*"/g, 'password "x"'));

it("writes a session with a neighbour outside: what was agreed, and a filter for each way", async () => {
  const config = configOf(`
    prefixSets: { ours: [198.51.100.0/24+, "2001:db8::/32{48,64}"] },
    policies: {
      clean: [{ match: { prefixSet: bogons }, then: reject }, { match: { asPathLength: { min: 60 } }, then: reject }],
      prefer: [
        { match: { community: "64496:666", prefixSet: ours }, set: { localPref: 50, med: 7 }, then: next },
        { match: { community: "64496:1:2" }, set: { removeCommunities: ["64496:1:2", "rt:64496:1"] }, then: accept },
        { match: { community: "ro:64496:9" }, then: reject } ],
      rest: [{ set: { localPref: 100, addCommunities: ["65000:1", "rt:65000:1"], addLargeCommunities: ["65000:1:1"] }, then: accept }],
      ours: [{ match: { prefixSet: ours }, set: { prepend: 2 }, then: accept }] },
    peers: { transit-a: { node: edge, remoteAs: 64496, address: 192.0.2.1, role: customer, description: 'Transit "A"; {',
      import: [clean, prefer, rest], export: [ours], maxPrefixes: { ipv4: 1000, ipv6: 100, action: warn },
      ttlSecurity: true, passwordFile: /run/secrets/bgp/a } }`);
  expect(checked(config)).toBe("");
  await expect(config.slice(config.indexOf("define prefixes_bogons"))).toMatchFileSnapshot("golden/peer.conf");
});

describe("a neighbour outside", () => {
  it("without a policy gives nothing and gets nothing (RFC 8212)", () => {
    const config = configOf(
      "peers: { up: { node: edge, remoteAs: 64496, address: 192.0.2.1, import: [], export: [] } }",
    );
    expect(checked(config)).toBe("");
    expect(config).toContain("filter import_up_v4 {\n  reject;\n}");
  });

  it("of the own AS may be met on a cable, by a link-local address", () => {
    const config = configOf(
      'peers: { up: { node: edge, remoteAs: 65000, address: "fe80::1", interface: e0, import: [], export: [] } }',
    );
    expect(checked(config)).toBe("");
    expect(config).toContain("  direct;");
  });

  it("may call from anywhere in a range, whatever the name", () => {
    const peers = `{ ${"x".repeat(60)}: { node: edge, remoteAs: 64496, range: 192.0.2.0/30, import: [], export: [] } }`;
    expect(checked(configOf(`peers: ${peers}`))).toBe("");
  });

  it.each(["provider", "customer", "peer", "rs", "rs-client"])("is met in the role %s", (role) => {
    const config = configOf(
      `peers: { up: { node: edge, remoteAs: 64496, address: "2001:db8:1::1", role: ${role}, import: [], export: [] } }`,
    );
    expect(checked(config)).toBe("");
    expect(config).toContain(`local role ${role === "rs" ? "rs_server" : role.replace("-", "_")};`);
  });

  it("may be of the own AS, and further away", () => {
    const config = configOf(
      "peers: { old-core: { node: edge, remoteAs: 65000, address: 10.9.9.9, localAddress: 10.255.0.1, multihop: 3, import: [], export: [] } }",
    );
    expect(checked(config)).toBe("");
    expect(config).toContain("protocol bgp peer_old_core {");
    expect(config).not.toContain("first as");
  });

  it("may have a policy of thousands of terms", () => {
    const terms = Array.from(
      { length: 3000 },
      (_, index) => `{ match: { community: "65000:${index}" }, then: reject }`,
    );
    const config = configOf(
      `policies: { long: [${terms.join(", ")}] }, peers: { up: { node: edge, remoteAs: 64496, address: 192.0.2.1, import: [long], export: [] } }`,
    );
    expect(checked(config)).toBe("");
  });

  it("that no interface reaches has no session", () => {
    const { value, diagnostics } = planBgp(
      networkOf(
        topology("peers: { up: { node: edge, remoteAs: 64496, address: 203.0.113.1, import: [], export: [] } }"),
      ),
    );
    expect(value).toBeNull();
    expect(diagnostics.map(({ code, path }) => [code, path.at(-1)])).toEqual([["NN3008", "address"]]);
  });
});
