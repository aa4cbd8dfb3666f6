// What `npm start` and `npm test` share: a fresh clone has no packages and no build. Runs on Node 20 with npm alone.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const bin = join(root, "node_modules", ".bin");

/** The project's own Node comes first, so that children run on the version of the lock file. */
export const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH ?? ""}:/usr/sbin:/sbin`,
  TURBO_TELEMETRY_DISABLED: "1",
  DO_NOT_TRACK: "1",
};

/** Runs a command with its output shown; ends this process with the command's exit code when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: "inherit", ...options });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs a command silently; shows its output only when it fails. */
export function runQuietly(what, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: root, env, encoding: "utf8" });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  console.error(`${what} failed${error ? `: ${error.message}` : ""}`);
  process.exit(status ?? 1);
}

/** Installs the npm packages of the lock file, unless exactly those are installed. */
export function installPackages() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".nix-nos-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock && existsSync(join(bin, "turbo"))) return;
  console.log("packages: installing what package-lock.json names");
  runQuietly("npm ci", "npm", ["ci", "--no-audit", "--no-fund"]);
  writeFileSync(stamp, lock);
}

/** The packages that bring a command, and its name. */
const programs = [
  { name: "nix-nos", command: "nix-nos" },
  { name: "@plasmacloud/deployer", command: "nix-nos-deployer" },
];

/** Builds what changed since the last build, and makes its commands known to npx. */
export function build() {
  runQuietly("the build", join(bin, "turbo"), ["run", "build", "--output-logs=errors-only"]);
  // npm links no command whose file is not there, and in a fresh clone that file is built after npm ran.
  if (programs.every(({ command }) => existsSync(join(bin, command)))) return;
  const packages = programs.map(({ name }) => name);
  runQuietly("npm rebuild", "npm", ["rebuild", "--ignore-scripts", ...packages]);
}
