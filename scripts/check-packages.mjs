// Checks what would be published: publint on each package's folder, are-the-types-wrong on its tarball.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { env, root } from "./setup.mjs";

/** Subpaths as `@nix-nos/ipam/etcd` need `exports`, which Node knows since version 12; a schema has no types. */
const attwOptions = ["--profile", "node16", "--exclude-entrypoints", "./schema/cluster-config.v1.json"];

let failed = false;
for (const group of ["packages", "apps"]) {
  for (const folder of readdirSync(join(root, group)).sort()) {
    const cwd = join(root, group, folder);
    const { name, types, private: isPrivate } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
    if (isPrivate) continue;
    const checks = [["publint", ["--strict"]]];
    // A package without types, as the CLI, is no library to import.
    if (types) checks.push(["attw", ["--pack", ".", "--quiet", ...attwOptions]]);
    for (const [command, args] of checks) {
      const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
      if (status === 0) continue;
      failed = true;
      console.error(`${name}: ${command} says\n${stdout}${stderr}`);
    }
    console.log(`${name}: checked`);
  }
}
process.exit(failed ? 1 : 0);
