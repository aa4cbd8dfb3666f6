// The edge of examples/datacenter.yaml as a Cisco device: its configuration as it was read once, and taken by FRR's parser.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseIos, printIos } from "@nix-nos/cisco-render";
import { expect, it } from "vitest";
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
