// Each library must run where there is no Node: its main entry is bundled for a browser, and the bundle is executed
// in a context that has none of Node's globals.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import { expect, it } from "vitest";

const packages = fileURLToPath(new URL("../packages", import.meta.url));

/** One starts daemons in namespaces, the other makes keys: they are for Node alone, and their READMEs say so. */
const forNode = ["lab", "pki"];

it.each(
  readdirSync(packages)
    .filter((name) => !forNode.includes(name))
    .sort(),
)("%s bundles for a browser and loads in one", async (library) => {
  const folder = join(packages, library);
  const { main, module, sideEffects } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(sideEffects).toBe(false);
  expect(main).toBe("./dist/index.cjs");
  const { outputFiles, warnings } = await build({
    entryPoints: [join(folder, module)],
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    globalName: "library",
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  // What every browser and edge worker has beside the language itself.
  const context = createContext({ TextEncoder, TextDecoder, URL, structuredClone });
  runInContext(outputFiles[0]?.text ?? "", context);
  const names = runInContext("Object.keys(library)", context) as string[];
  expect(names.length).toBeGreaterThan(0);
});
