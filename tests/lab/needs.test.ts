// What a lab says where it cannot be.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { root } from "../support/cli.js";

it("needs root, and says so in one sentence", () => {
  const library = pathToFileURL(join(root, "packages/lab/dist/index.js")).href;
  const script = `
    import { labUp } from ${JSON.stringify(library)};
    process.setuid(65534);
    await labUp({ id: "nobody", hosts: [], cables: [], secrets: [] }).catch((error) => {
      console.log(JSON.stringify([error.name, error.message, error.hint]));
    });
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
  });
  expect(JSON.parse(stdout), stderr).toEqual([
    "LabError",
    "A lab needs root, to make network namespaces.",
    "Run it with sudo, or in a virtual machine.",
  ]);
});
