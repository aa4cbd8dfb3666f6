// The first example of nix-render's README, typed into an empty project that has the published tarballs.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { nixEval, root, temporaryFolder } from "./support/cli.js";

/** Unpacks what would be published of a package and of those that it needs. */
function install(project: string, name: string): void {
  const scope = join(project, "node_modules", "@nix-nos");
  const folder = join(scope, name);
  if (existsSync(folder)) return;
  const packed = ["pack", join(root, "packages", name), "--silent", "--pack-destination", project];
  const tarball = execFileSync("npm", packed, { encoding: "utf8", cwd: project }).trim();
  mkdirSync(folder);
  execFileSync("tar", ["xzf", join(project, tarball), "-C", folder, "--strip-components=1"]);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const needed of Object.keys(dependencies)) {
    if (needed.startsWith("@nix-nos/")) install(project, needed.slice("@nix-nos/".length));
    else link(join(root, "node_modules", needed), join(project, "node_modules", needed));
  }
}

function link(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  if (!existsSync(to)) symlinkSync(from, to);
}

it("prints a module that Nix evaluates", () => {
  const project = temporaryFolder();
  mkdirSync(join(project, "node_modules", "@nix-nos"), { recursive: true });
  install(project, "nix-render");
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(
    readFileSync(join(root, "packages/nix-render/README.md"), "utf8"),
  ) ?? [""];
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(join(project, "example.mts"), `${example}\nprocess.stdout.write(printNix(module));\n`);
  const printed = execFileSync(process.execPath, ["example.mts"], { cwd: project, encoding: "utf8" });
  writeFileSync(join(project, "module.nix"), printed);
  expect(nixEval(`import ${project}/module.nix { pkgs.bird2 = "bird2"; lib = { }; }`)).toEqual({
    services: { bird: { package: "bird2" } },
  });
});
