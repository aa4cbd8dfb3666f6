import { unwrap } from "@nix-nos/topology";
import { expect, it } from "vitest";
import { evaluateFilter, type FilterSurroundings } from "../explain/evaluate-filter.js";
import { plainRoute } from "../explain/route.js";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "./plan-bgp.js";

const network = networkOf(`
nix-nos:
  clusters: { lab: { nodes: {
    bird: { role: edge, ip: 10.0.0.1, interfaces: { e0: { addresses: [192.0.2.1/30] } } },
    gobgp: { role: edge, ip: 10.0.0.2, interfaces: { e0: { addresses: [192.0.2.5/30] } } } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [bird, gobgp] } },
    policies: { bare: [{ set: { replaceCommunities: ["rt:65000:1"] }, then: accept }], clean: [{ set: { removeCommunities: ["*:*:*"] }, then: accept }] },
    peers: {
      up: { node: bird, remoteAs: 64496, address: 192.0.2.2, role: customer, families: [ipv4], import: [bare], export: [bare] },
      beside: { node: gobgp, remoteAs: 64497, address: 192.0.2.6, role: peer, families: [ipv4], import: [clean], export: [bare] } } } }
`);

/** Both ways between the two neighbours, with the daemons that these nodes have. */
function leaks(gobgp: readonly string[]) {
  const nodes = network.nodes.map((node) => ({
    ...node,
    bgpDaemon: gobgp.includes(node.name) ? ("gobgp" as const) : ("bird" as const),
  }));
  const index = { ...network.index, nodeByName: new Map(nodes.map((node) => [node.name, node])) };
  const { speakers } = unwrap(planBgp({ ...network, nodes, index }));
  const sessions = speakers.flatMap(({ sessions }) => sessions).filter(({ peer }) => peer !== null);
  return sessions.map((from) => {
    const to = sessions.find((other) => other !== from) ?? from;
    const around: FilterSurroundings = { ...from, prefixSets: new Map(), rpki: () => "unknown" };
    const [into, out] = [from.channels[0]?.import, to.channels[0]?.export];
    if (!into || !out) throw new Error("no channels");
    const taken = evaluateFilter(into, { ...plainRoute("8.8.8.0/24"), asPath: [from.remoteAs] }, around);
    expect(taken.verdict).toBe("accept");
    return evaluateFilter(out, taken.route, { ...around, localAddress: to.localAddress }).verdict;
  });
}

it("no route of a provider or peer goes to another where a GoBGP is in the network, whatever a policy takes away", () => {
  expect(leaks(["gobgp"])).toEqual(["reject", "reject"]);
  expect(leaks(["bird", "gobgp"])).toEqual(["reject", "reject"]);
  // BIRD's own roles see to it (RFC 9234), and no filter has to.
  expect(leaks([])).toEqual(["accept", "accept"]);
});
