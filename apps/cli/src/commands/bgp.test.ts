import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const topology = `nix-nos:
  clusters:
    lab:
      nodes:
        edge: { role: edge, ip: 10.0.0.2, interfaces: { e0: { addresses: [192.0.2.2/30] } } }
        leaf: { role: leaf, ip: 10.0.0.3, bgp: { originate: [198.18.0.0/24] } }
  network:
    bgp:
      autonomousSystems: { "65000": { members: [edge, leaf] } }
      prefixSets: { ours: [198.18.0.0/24] }
      policies:
        clean: [{ match: { prefixSet: bogons }, then: reject }, { set: { localPref: 50 }, then: accept }]
        ours: [{ match: { prefixSet: ours, role: customer }, then: reject }, { match: { prefixSet: ours }, set: { prepend: 2 }, then: accept }]
      peers:
        transit: { node: edge, remoteAs: 64496, address: 192.0.2.1, role: customer, import: [clean], export: [ours] }
`;

async function bgp(...args: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.yaml"), topology);
  const [command = "", ...rest] = args;
  return run(folder, ["bgp", command, "t.yaml", ...rest]);
}

it("bgp policies shows what passes each session, without what can never hold there", async () => {
  expect((await bgp("policies")).stdout).toBe(
    [
      "node  session       family  direction  policy                     when                   changes            then",
      "edge  peer_transit  ipv4    import     nix-nos AS set             an AS set in the path                     reject",
      "                                       nix-nos graceful shutdown  community 65535:0      localPref 0        next",
      "                                       clean                      prefixSet bogons                          reject",
      "                                       clean                      community 65535:0                         accept",
      "                                       clean                      every route            localPref 50       accept",
      "                                                                  else                                      reject",
      "edge  peer_transit  ipv4    export     ours                       prefixSet ours         prepend own AS ×2  accept",
      "                                                                  else                                      reject",
      "2 filters",
      "",
    ].join("\n"),
  );
  const rows = JSON.parse((await bgp("policies", "--json")).stdout);
  expect(rows[1]).toMatchObject({ node: "edge", peer: "transit", direction: "export", otherwise: "reject" });
});

it("bgp explain says where a prefix comes from and what passes each session", async () => {
  expect((await bgp("explain", "edge", "198.18.0.0/24")).stdout).toBe(
    [
      "198.18.0.0/24 at edge",
      "",
      "from:   leaf originates it",
      "here:   leaf → edge; path empty, next hop 10.0.0.3, local pref 100",
      "",
      "neighbour  kind  comes in                                 goes out",
      "leaf       ibgp  yes: no policy                           no: it came from there",
      "transit    ebgp  no: rejected by clean: prefixSet bogons  yes: accepted by ours: prefixSet ours",
      "",
    ].join("\n"),
  );
  const explained = JSON.parse((await bgp("explain", "leaf", "45.0.0.0/8", "--json")).stdout);
  expect(explained).toMatchObject({ way: ["transit", "edge", "leaf"], route: { localPref: 50, nextHop: "10.0.0.2" } });
});

it("bgp explain refuses a node that is not there", async () => {
  expect(await bgp("explain", "lef", "198.18.0.0/24")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean "leaf"?'),
  });
});
