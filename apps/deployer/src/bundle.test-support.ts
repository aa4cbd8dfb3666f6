import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Makes a program of a TypeScript file that a test starts as a process of its own; dependencies stay outside. */
export async function bundle(entry: URL): Promise<string> {
  const folder = join(root, "apps", "deployer", "node_modules", ".cache");
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${process.pid}-${entry.pathname.split("/").at(-1)?.replace(/\.ts$/, ".mjs")}`);
  await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    outfile,
    logLevel: "silent",
  });
  return outfile;
}
