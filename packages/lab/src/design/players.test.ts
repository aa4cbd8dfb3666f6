import { planBgp } from "@nix-nos/bgp-gen";
import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import { expect, test } from "vitest";
import { planPlayers } from "./players.js";

function playersOf(peer: string, addresses: string) {
  const text = `
nix-nos:
  network:
    bgp:
      autonomousSystems: { "65000": { members: [n1] } }
      policies: { all: [{ then: accept }] }
      peers: { p: { node: n1, remoteAs: 64512, import: [all], export: [all], ${peer} } }
  clusters: { c: { nodes: { n1: { role: edge, bgp: { routerId: 10.0.0.1 }, interfaces: { e0: { addresses: [${addresses}] } } } } } }
`;
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }));
  const network = unwrap(resolveTopology(document));
  return planPlayers(network, unwrap(planBgp(network)));
}

test.each([
  ["range: 192.0.2.0/24, families: [ipv4]", "192.0.2.1/24", "192.0.2.2/24"],
  ["range: 192.0.2.128/25, families: [ipv4]", "192.0.2.1/24", "192.0.2.129/24"],
  ["range: 192.0.0.0/16, localAddress: 192.0.2.1, families: [ipv4]", "192.0.2.1/24", "192.0.2.2/24"],
  // Far from the network's first address: nobody counts up to there.
  [`range: "2001:db8::f000:0:0:0/80", families: [ipv6]`, `"2001:db8::1/64"`, "2001:db8::f000:0:0:1/64"],
])("who calls from %s into %s has an address in both", (peer, addresses, expected) => {
  expect(playersOf(peer, addresses)[0]?.ports[0]?.addresses).toEqual([expected]);
});

test("a neighbour known by its link alone is on that link, and the node has an address that it can call", () => {
  const [player] = playersOf(`address: "fe80::5", interface: e0, families: [ipv6]`, `"2001:db8::1/64"`);
  expect(player?.ports).toMatchObject([{ addresses: ["fe80::5/64"], beside: "n1:e0" }]);
  expect(player?.nodeAddress).toMatchObject({ host: "n1", device: "e0" });
});
