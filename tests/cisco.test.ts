// The edge of examples/datacenter.yaml as a Cisco device: its configuration as it was read once, and taken by FRR's parser.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseIos, printIos } from "@nix-nos/cisco-render";
import { expect, it } from "vitest";
import { run } from "../apps/cli/src/cli.test-support.js";
import { datacenter, edgePorts, renderedEdge } from "./support/cisco.js";
import { root, temporaryFolder } from "./support/cli.js";
import { frrConfig, frrSays } from "./support/frr.js";

it("is written whole, and its routing taken by FRR", async () => {
  const folder = temporaryFolder();
  const text = await renderedEdge(folder, datacenter("cisco-ios"));
  await expect(text).toMatchFileSnapshot("golden/edge01/ios.cfg");
  expect(frrSays(folder, frrConfig(text, edgePorts))).toBe("");
});

it("says nothing that reading it back would lose", () => {
  const text = readFileSync(join(root, "tests/golden/edge01/ios.cfg"), "utf8");
  expect(text.endsWith(printIos(parseIos(text)))).toBe(true);
});

it("refuses what it would have to leave out of a policy, each at its term", async () => {
  const folder = temporaryFolder();
  const terms = [
    "{ match: { rpki: invalid }, then: reject }",
    '{ match: { asPath: "^.{40}$" }, then: reject }',
    "{ set: { prepend: 20 }, then: accept }",
  ];
  const topology = datacenter("cisco-ios").replace(
    "        from-transit:\n",
    `        from-transit:\n${terms.map((term) => `          - ${term}\n`).join("")}`,
  );
  writeFileSync(join(folder, "t.yaml"), topology);
  const { code, stderr } = await run(folder, ["validate", "t.yaml"]);
  expect(code).toBe(1);
  expect(stderr.match(/^error\[NN6104\].*/gm)).toEqual([
    expect.stringContaining("RPKI"),
    expect.stringContaining("254 characters"),
    expect.stringContaining("at most 10"),
  ]);
});

it("asks for the name of each port, and says nothing of the sessions that run from there", async () => {
  const folder = temporaryFolder();
  const topology = readFileSync(join(root, "examples/datacenter.yaml"), "utf8");
  writeFileSync(join(folder, "t.yaml"), topology.replace("platform: openwrt", "platform: cisco-ios"));
  const { code, stderr } = await run(folder, ["validate", "t.yaml"]);
  expect(code).toBe(1);
  expect(stderr.match(/^error.*?"/gm)).toEqual(Array(3).fill('error[NN6101]: IOS has no port called "'));
});
