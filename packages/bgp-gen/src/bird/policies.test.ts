import { describe, expect, it } from "vitest";
import { birdSays } from "../daemons.test-support.js";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "../plan/plan-bgp.js";
import { birdConfig } from "./config.js";

/** BIRD's configuration for a peer with these policies, which BIRD must take. */
function configOf(bgp: string): string {
  const { value, diagnostics } = planBgp(
    networkOf(`
nix-nos:
  clusters: { lab: { nodes: { edge: { role: edge, interfaces: {
    lo: { addresses: [10.255.0.1/32] }, e0: { addresses: [192.0.2.2/30] } }, bgp: { routerId: 10.255.0.1 } } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [edge] } }, ${bgp} } }`),
  );
  expect(diagnostics).toEqual([]);
  const speaker = value?.speakerByNode.get("edge");
  if (!speaker) throw new Error("edge is no speaker");
  const config = birdConfig(speaker);
  expect(birdSays(config)).toBe("");
  return config;
}

const peer = (policies: string, families = "ipv4, ipv6") =>
  `${policies}, peers: { up: { node: edge, remoteAs: 64496, address: 192.0.2.1, role: customer, families: [${families}], import: [in], export: [out] } }`;

it("writes everything that a policy can ask for and change", async () => {
  const config = configOf(
    peer(
      `communities: { customers: "65000:1001", no-peers: "65000:1:99" }, asSets: { customers: [64500, 64510-64520] },
    policies: {
      in: [
        { match: { rpki: invalid }, then: reject },
        { match: { asPath: "[64512-65534 4200000000-4294967294]" }, then: reject },
        { match: { asPath: ["^64496 (64501|64502)* [64512-65534]$", "64500 . 64501$", "(1|2 3)+ 7"] }, set: { localPref: 200, weight: 5 }, then: next },
        { match: { community: [customers, "65000:1:*", "rt:65000:*", "*:666"], originAs: { set: customers } }, set: { removeCommunities: ["65000:*", no-peers], addCommunities: [customers] }, then: accept },
        { match: { nextHop: [192.0.2.0/30, "2001:db8::1"], originAs: [64500, 70000-70010] }, set: { replaceCommunities: [no-peers] , nextHop: 192.0.2.1 }, then: accept } ],
      out: [
        { match: { role: customer }, then: reject },
        { match: { role: provider, neighbor: up }, set: { nextHop: unchanged, prepend: { times: 2, as: 64500 } }, then: accept },
        { match: { family: ipv6 }, then: reject },
        { match: { neighbor: 192.0.2.0/24 }, set: { nextHop: self, prepend: 2 }, then: accept },
        { match: { neighbor: [10.0.0.0/8, edge] }, then: accept } ] }`,
    ),
  );
  await expect(config.slice(config.indexOf("define asns_"))).toMatchFileSnapshot("golden/policy.conf");
});

describe("a filter stays flat, and fits BIRD's parser", () => {
  it("with thousands of terms that leave the decision to the next policy", () => {
    const terms = Array.from(
      { length: 3000 },
      (_, index) => `{ match: { community: "65000:${index}" }, set: { med: ${index} }, then: next }`,
    );
    configOf(peer(`policies: { in: [${terms.join(", ")}], out: [] }`, "ipv4"));
  });

  it("with tens of thousands of prefixes and AS numbers, which are written once", () => {
    const prefixes = Array.from({ length: 40_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`);
    const numbers = Array.from({ length: 40_000 }, (_, index) => 100_000 + 2 * index);
    const config = configOf(
      peer(
        `prefixSets: { many: [${prefixes.join(", ")}] }, asSets: { many: [${numbers.join(", ")}] },
        policies: { in: [{ match: { prefixSet: many, originAs: { set: many } }, then: accept }], out: [{ match: { originAs: { set: many } }, then: accept }] }`,
        "ipv4",
      ),
    );
    expect(config.match(/100002,/g)).toHaveLength(1);
  });

  it("with hundreds of expressions", () => {
    const terms = Array.from(
      { length: 300 },
      (_, index) => `{ match: { asPath: "^(64500|64501 ${index})* ${index} [64512-65534]+$" }, then: accept }`,
    );
    configOf(peer(`policies: { in: [${terms.join(", ")}], out: [] }`, "ipv4"));
  });
});
