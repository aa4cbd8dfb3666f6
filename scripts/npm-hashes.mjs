// nix/npm-hashes.json: the hash of what npm installs to build the command line, for each platform of the flake. Run it
// after package-lock.json changed; needs Nix, for its hash, and a registry.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./setup.mjs";

const file = join(root, "nix/npm-hashes.json");

/** A digest of all in package-lock.json that the command line's build can get: where it lies, and what it is. */
export function lockDigest() {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const found = new Map();
  const visit = (key) => {
    if (found.has(key)) return;
    const entry = packages[key];
    found.set(key, entry.integrity ?? entry.resolved ?? "");
    if (entry.link) return visit(entry.resolved);
    const { dependencies, optionalDependencies, peerDependencies, devDependencies } = entry;
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies, ...devDependencies });
    for (const name of names) {
      const place = foldersAbove(key).find((folder) => packages[`${folder}node_modules/${name}`]);
      if (place !== undefined) visit(`${place}node_modules/${name}`);
    }
  };
  visit("apps/cli");
  const lines = [...found].map(([key, content]) => `${key} ${content}\n`).sort();
  return createHash("sha256").update(lines.join("")).digest("hex");
}

/** Where Node looks for what a package of the lock file imports, nearest first; each ends in a slash, the root is empty. */
function foldersAbove(key) {
  const parts = key.split("/");
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join("/")}/`), ""];
}

function output(command, args) {
  const { status, stdout, error } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status === 0) return stdout.trim();
  console.error(`${command} failed${error ? `: ${error.message}` : ""}`);
  process.exit(1);
}

function main() {
  const { platforms } = JSON.parse(readFileSync(file, "utf8"));
  for (const [system, platform] of Object.entries(platforms)) {
    const folder = mkdtempSync(join(tmpdir(), "nix-nos-npm-"));
    const out = join(folder, "out");
    output("bash", [join(root, "nix/node-modules.sh"), root, out, platform.os, platform.cpu]);
    platform.hash = output("nix", ["--extra-experimental-features", "nix-command", "hash", "path", out]);
    rmSync(folder, { recursive: true });
    console.log(`${system} ${platform.hash}`);
  }
  writeFileSync(file, `${JSON.stringify({ lock: lockDigest(), platforms }, null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
