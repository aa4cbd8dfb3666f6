import { indexNetwork, type Network, unwrap } from "@nix-nos/topology";
import { expect, it } from "vitest";
import { gobgpdSays } from "../daemons.test-support.js";
import { networkOf } from "../network.test-support.js";
import { checkGobgp } from "../plan/check-gobgp.js";
import { checkGobgpRpki } from "../plan/check-gobgp-rpki.js";
import { checkGobgpTwins } from "../plan/check-gobgp-twins.js";
import { planBgp } from "../plan/plan-bgp.js";
import type { BgpSpeaker } from "../plan/types.js";
import { gobgpSpeakerConfig, printGobgp } from "./config.js";

/** A GoBGP with these peers; its policies are another matter. */
function speakerWith(peers: string): { readonly network: Network; readonly speaker: BgpSpeaker } {
  const network = networkOf(`
nix-nos:
  clusters: { lab: { nodes: { edge01: { role: edge, ip: 192.0.2.2, interfaces: { eth0: { addresses: [192.0.2.2/24, "2001:db8::2/64"] }, eth1: { addresses: [198.51.100.2/24] } } } } } }
  network:
    bgp:
      defaults: { longLivedGracefulRestart: 3600 }
      autonomousSystems: { "65000": { members: [edge01] } }
      policies: { all: [{ then: accept }], none: [{ then: reject }] }
      peers:
${peers.replace(/^/gm, "        ")}
`);
  const [speaker] = unwrap(planBgp(indexNetwork(network))).speakers;
  if (!speaker) throw new Error("no speaker");
  return { network, speaker: { ...speaker, daemon: "gobgp" } };
}

it("writes all that a session with an outside neighbour asks for, as gobgpd takes it", async () => {
  const { speaker } = speakerWith(`
plain: { node: edge01, remoteAs: 64496, address: 192.0.2.1, gracefulRestart: false }
all:
  { node: edge01, remoteAs: 64497, address: "2001:db8::1", families: [ipv4, ipv6], passive: true, ttlSecurity: true, holdTime: 30,
    keepalive: 10, longLivedGracefulRestart: 86400, allowLocalAs: 2, addPath: both, perFamily: { ipv4: { addPath: receive } },
    maxPrefixes: { ipv4: 1000, ipv6: 200, action: disable }, description: 'a "b" # c: [' }
far: { node: edge01, remoteAs: 64498, address: 198.51.100.1, localAddress: 192.0.2.2, multihop: 4 }
many: { node: edge01, remoteAs: 64499, range: 192.0.2.128/25, addPath: send }
local: { node: edge01, remoteAs: 64500, address: "fe80::1", interface: eth0, families: [ipv4, ipv6] }
`);
  const text = printGobgp(
    gobgpSpeakerConfig({
      ...speaker,
      rpkiCaches: [{ name: "r", address: "192.0.2.53", port: 3323, refresh: null }],
    }),
  );
  expect(gobgpdSays(text)).toBe("");
  await expect(text).toMatchFileSnapshot("golden/neighbors.yaml");
});

it.each([
  ["maxPrefixes: { ipv4: 5, action: block }", "error", "maxPrefixes"],
  ["maxPrefixes: { ipv4: 5, action: warn }", "error", "maxPrefixes"],
  ["maxPrefixes: { ipv4: 5 }", "warning", "maxPrefixes"],
  ["bfd: true", "warning", "bfd"],
  ["passwordFile: /run/keys/x", "error", "passwordFile"],
  ["multihop: 3, ttlSecurity: true", "error", "ttlSecurity"],
  ["extraConfig: { bird: 'disabled;' }", "error", "extraConfig"],
  ["families: [ipv4, ipv6], export: [all]", "error", "families"],
])("says once what GoBGP lacks: %s", (own, severity, key) => {
  const { network, speaker } = speakerWith(`p: { node: edge01, remoteAs: 64496, address: 192.0.2.1, ${own} }`);
  const found = checkGobgp(network, [speaker]).map((diagnostic) => [diagnostic.severity, diagnostic.path.at(-1)]);
  expect(found).toEqual([[severity, key]]);
  expect(checkGobgp(network, [{ ...speaker, daemon: "bird" }])).toEqual([]);
});

it("lets a neighbour tell of the other family, and tell it over a link-local address", () => {
  const { network, speaker } = speakerWith(`
tells: { node: edge01, remoteAs: 64496, address: 192.0.2.1, families: [ipv4, ipv6], import: [all], export: [] }
local: { node: edge01, remoteAs: 64500, address: "fe80::1", interface: eth0, families: [ipv4, ipv6], export: [all] }
`);
  expect(checkGobgp(network, [speaker])).toEqual([]);
});

it.each([
  ["all", []],
  ["none", ["NN3031"]],
])(
  "takes one link-local address at two interfaces only where policies need not tell them apart: %s",
  (policy, codes) => {
    const { speaker } = speakerWith(`
a: { node: edge01, remoteAs: 64496, address: "fe80::1", interface: eth0, import: [all], export: [] }
b: { node: edge01, remoteAs: 64497, address: "fe80::1", interface: eth1, import: [${policy}], export: [] }
`);
    expect(checkGobgpTwins([speaker]).map(({ code }) => code)).toEqual(codes);
    expect(checkGobgpTwins([{ ...speaker, daemon: "bird" }])).toEqual([]);
  },
);

it("says once for all speakers what GoBGP does otherwise with the RPKI", () => {
  const { network, speaker } = speakerWith("p: { node: edge01, remoteAs: 64496, address: 192.0.2.1 }");
  const cache = { name: "r", address: "192.0.2.53", port: 3323, refresh: 600 };
  const asking = { ...network, bgp: { ...network.bgp, rpkiCaches: [cache, { ...cache, name: "s", refresh: null }] } };
  const asked = { ...speaker, rpkiCaches: asking.bgp.rpkiCaches };
  const found = checkGobgpRpki(asking, [asked, { ...asked, node: "edge02" }]);
  expect(found.map(({ path }) => path.slice(4).join("."))).toEqual(["caches", "caches.r.refresh"]);
  expect(checkGobgpRpki(asking, [speaker, { ...asked, daemon: "bird" }])).toEqual([]);
});

it.each([
  ["allowLocalAs: 1", "allowLocalAs"],
  ["families: [ipv4, ipv6], addPath: both, perFamily: { ipv6: { addPath: send } }", "perFamily"],
])("says what GoBGP lacks for a range: %s", (own, key) => {
  const { network, speaker } = speakerWith(`p: { node: edge01, remoteAs: 64496, range: 192.0.2.0/24, ${own} }`);
  expect(checkGobgp(network, [speaker]).map(({ path }) => path.at(-1))).toEqual([key]);
});
