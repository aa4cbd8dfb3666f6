// The flake, against a small stand-in for nixpkgs whose builder runs the machine's own programs: Nix fetches, builds and
// runs it in a store of its own, and the page about it is followed.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: a plain script without types
import { lockDigest } from "../scripts/npm-hashes.mjs";
import { exampleCopy, nixEval, nixNos, root, temporaryFolder, treeDigest } from "./support/cli.js";

const support = join(root, "tests/support");
const { lock, platforms } = JSON.parse(readFileSync(join(root, "nix/npm-hashes.json"), "utf8"));

it("has the hashes of what package-lock.json names (node scripts/npm-hashes.mjs)", () => {
  expect(lock).toBe(lockDigest());
  expect(Object.keys(platforms)).toEqual(["aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux"]);
});

describe("built", () => {
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-flake-"));
  const at = (...parts: readonly string[]) => join(folder, ...parts);
  const program = at("result/bin/nix-nos");

  /** Runs Nix on the flake, with all that it keeps in the folder. */
  function nix(command: readonly string[], ...rest: readonly string[]): string {
    const config = (key: string) => execFileSync("npm", ["config", "get", key], { encoding: "utf8" }).trim();
    const flake = [`path:${at("flake")}`, "--override-input", "nixpkgs", `path:${at("nixpkgs")}`];
    const { status, stdout, stderr } = spawnSync("nix", [...command, ...flake, "--no-write-lock-file", ...rest], {
      cwd: folder,
      encoding: "utf8",
      env: {
        ...process.env,
        NIX_STORE_DIR: at("store"),
        NIX_STATE_DIR: at("state"),
        NIX_LOG_DIR: at("log"),
        NIX_CONF_DIR: folder,
        XDG_CACHE_HOME: at("cache"),
        // What npm has fetched already has not to be fetched again.
        NPM_CONFIG_CACHE: config("cache"),
        NPM_CONFIG_REGISTRY: config("registry"),
      },
    });
    if (status !== 0) throw new Error(`nix ${command.join(" ")}: ${stderr}`);
    return stdout;
  }

  beforeAll(() => {
    const left = new Set([".git", ".turbo", "dist", "node_modules", "out", "site"]);
    cpSync(root, at("flake"), { recursive: true, filter: (path) => !left.has(basename(path)) });
    cpSync(join(support, "nixpkgs"), at("nixpkgs"), { recursive: true });
    const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
    writeFileSync(at("nixpkgs/host.nix"), `{ node = "${process.execPath}"; npm = "${npm}"; }`);
    const settings = ["experimental-features = nix-command flakes", "sandbox = false", "substitute = false"];
    writeFileSync(at("nix.conf"), ["build-users-group =", ...settings, ""].join("\n"));
    nix(["build"], "--out-link", at("result"));
  }, 240_000);

  afterAll(() => {
    // Nix lets nobody write into its store.
    execFileSync("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  it("is the command line, and writes the same as the one that npm builds", () => {
    expect(execFileSync(program, ["--version"], { encoding: "utf8" })).toBe(nixNos(["--version"]).stdout);
    const [ours, theirs] = ["seed.yaml", "seed.yaml"].map((example) => join(exampleCopy(example), "..")) as [
      string,
      string,
    ];
    expect(nixNos(["render", "seed.yaml"], { cwd: ours }).status).toBe(0);
    execFileSync(program, ["render", "seed.yaml"], { cwd: theirs, stdio: "pipe" });
    expect(treeDigest(theirs)).toEqual(treeDigest(ours));
    expect(Object.keys(treeDigest(theirs)).length).toBeGreaterThan(20);
  });

  it("has nothing in it that only its build needs", () => {
    const installed = readdirSync(at("result/lib/nix-nos"), { recursive: true, encoding: "utf8" });
    const unwanted = /^(apps|packages)\/[^/]+\/src$|node_modules\/(typescript|esbuild|tsup|vitest)$/;
    expect(installed.filter((path) => unwanted.test(path))).toEqual([]);
  });

  it("is well formed, and its own check renders the seed", () => {
    nix(["flake", "check"]);
  });

  it("shows what is in it", () => {
    const shown = JSON.parse(nix(["flake", "show", "--json"]));
    expect(Object.keys(shown)).toEqual(["apps", "checks", "devShells", "nixosModules", "overlays", "packages"]);
    expect(Object.keys(shown.packages)).toEqual(Object.keys(platforms));
  });
});

/** The flake's outputs, for an expression of Nix in which the stand-in for NixOS is `system`. */
const outputs = `
  system = import ${support}/modules.nix;
  lib = import ${support}/nixpkgs/lib.nix // system.lib;
  nixpkgs = {
    lib = lib // {
      nixosSystem = { modules, ... }: {
        config = system.evalModules {
          pkgs = import ${support}/pkgs.nix lib;
          modules = [ { options = import ${support}/nixos-options.nix lib; } ] ++ modules;
        };
      };
    };
  };
  nix-nos = (import ${join(root, "flake.nix")}).outputs { self = nix-nos; inherit nixpkgs; };
`;

describe("NixOS modules", () => {
  it("are all that nix/modules has, but for what those are made of", () => {
    const parts = ["argument", "catalogue", "reserved-area", "service", "tls"];
    const files = readdirSync(join(root, "nix/modules")).filter((file) => file.endsWith(".nix"));
    const modules = files.map((file) => basename(file, ".nix")).filter((name) => !parts.includes(name));
    expect(nixEval(`let ${outputs} in builtins.attrNames nix-nos.nixosModules`)).toEqual(
      [...modules, "default"].sort(),
    );
  });

  it("are each a module of NixOS", () => {
    const units = nixEval(`
      let ${outputs} in
      lib.mapAttrs (_: module:
        builtins.attrNames (nixpkgs.lib.nixosSystem { modules = [ module ]; }).config.systemd.services
      ) nix-nos.nixosModules
    `);
    expect(units).toMatchObject({ default: [], chainfire: [], "installer-iso": ["installer-settings", "phone-home"] });
  });

  it("make machines of what was rendered, as the page about Nix says", () => {
    const folder = temporaryFolder();
    expect(nixNos(["render", exampleCopy("seed.yaml"), "--out", join(folder, "out")]).status).toBe(0);
    const page = readFileSync(join(root, "docs/tasks/use-nix.md"), "utf8");
    const [, flake = ""] = /```nix\n([\s\S]*?)```/.exec(page) ?? [];
    writeFileSync(join(folder, "flake.nix"), flake);
    const names = nixEval(`
      let ${outputs} flake = (import ${folder}/flake.nix).outputs { inherit nixpkgs nix-nos; }; in
      lib.mapAttrs (_: machine: machine.config.networking.hostName) flake.nixosConfigurations
    `);
    expect(names).toEqual({ node01: "node01", node02: "node02", node03: "node03" });
  });
});
