import { unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { birdSays } from "../daemons.test-support.js";
import { networkOf, networks } from "../network.test-support.js";
import { planBgp } from "../plan/plan-bgp.js";
import { birdConfig } from "./config.js";
import { BirdSyntaxError, block, comment, ip, printBird, statement, string, symbol } from "./document.js";
import { renderBird } from "./render.js";

const network = networkOf(`
nix-nos:
  clusters:
    lab:
      nodes:
        rr-1: { role: control-plane, ip: 10.0.1.10, loopback: 10.255.0.1 }
        node02: { role: worker, ip: 10.0.1.11 }
        edge01: { role: edge, ip: 10.0.1.1, bgp: { originate: [203.0.113.0/24] } }
        leaf01: { role: leaf, ip: 10.0.9.1 }
        ios01: { role: leaf, ip: 10.0.9.2, platform: cisco-ios }
  network:
    links: [{ between: ["edge01:eth1", "leaf01:swp1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }]
    bgp:
      defaults: { bfd: true, gracefulRestart: true, holdTime: 9, keepalive: 3 }
      autonomousSystems:
        "65000":
          members: [rr-1, node02, edge01]
          ibgp: { strategy: route-reflector, reflectors: [rr-1], clusterId: 10.9.9.9 }
        "65001": { members: [leaf01, ios01], ibgp: none }
      vipAdvertisements:
        web: { vips: [10.0.100.1, 10.0.100.2, "fd00:100::1"], nodes: [rr-1], announce: health, communities: ["65000:100", "65000:1:2"] }
        dns: { vips: [10.0.53.1], nodes: [rr-1, edge01], communities: ["65000:53"] }
`);
const plan = unwrap(planBgp(network));
const files = new Map([...renderBird(plan)].map((file) => [file.node, file]));

it.each(["rr-1", "edge01"])("writes the whole file of %s", async (node) => {
  const text = files.get(node)?.text ?? "";
  await expect(text).toMatchFileSnapshot(`golden/${node}.conf`);
  expect(birdSays(text)).toBe("");
});

it("gives a file to every BIRD, and none to a Cisco device", () => {
  expect([...files.values()].map(({ path, layer, kind }) => [path, layer, kind])).toEqual(
    ["edge01", "leaf01", "node02", "rr-1"].map((node) => [`nodes/${node}/bird/bird.conf`, 1, "bird"]),
  );
});

it("is taken by BIRD for any plan, whatever its names hold", { tags: "property" }, () => {
  fc.assert(
    fc.property(networks, (any) => {
      for (const speaker of unwrap(planBgp(any)).speakers) {
        if (speaker.daemon === "bird") expect(birdSays(birdConfig(speaker))).toBe("");
      }
    }),
    { numRuns: 60 },
  );
});

describe("the document", () => {
  it("keeps strings and comments what they are", { tags: "property" }, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
        const lines = printBird([
          comment(text),
          block`protocol device`([statement`description ${string(text)}`]),
        ]).split("\n");
        expect(lines).toHaveLength(5);
        expect(lines[0]).toMatch(/^# /);
        expect(lines[2]).toMatch(/^ {2}description "[^"\p{Cc}]*";$/u);
      }),
    );
    const long = printBird([block`protocol device`([statement`description ${string(`";${"é".repeat(1e6)}`)}`])]);
    expect(birdSays(`router id 10.0.0.1;\n${long}`)).toBe("");
  });

  it("refuses what is no name, address or number", () => {
    for (const name of ["med", "abc", "a b", "x_;", `x_${"y".repeat(63)}`, ""]) {
      expect(() => symbol(name)).toThrow(BirdSyntaxError);
    }
    for (const address of ["", "10.0.0.1;", "10.0.0.1 as 1", "x", "10.0.0.0/8+"]) {
      expect(() => ip(address)).toThrow(BirdSyntaxError);
    }
    for (const number of [1.5, Number.NaN, 2 ** 53])
      expect(() => statement`hold time ${number}`).toThrow(BirdSyntaxError);
  });
});
