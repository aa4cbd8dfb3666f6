// What would be published, as a stranger gets it: every tarball installed into an empty project, used as ES modules, as
// CommonJS and from TypeScript, and each README's examples run as they are printed.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nixEval, root } from "./support/cli.js";
import { blocksOf, toProgram } from "./support/examples.js";

interface Tarball {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

interface Library {
  readonly folder: string;
  readonly name: string;
  /** What it is imported by, subpaths among them. */
  readonly entries: readonly string[];
  readonly readme: string;
}

const libraries = readdirSync(join(root, "packages"))
  .sort()
  .map((folder): Library => {
    const { name, exports } = JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
    const paths = Object.keys(exports).filter((path) => !path.endsWith(".json"));
    const readme = readFileSync(join(root, "packages", folder, "README.md"), "utf8");
    return { folder, name, entries: paths.map((path) => `${name}${path.slice(1)}`), readme };
  });

const project = mkdtempSync(join(tmpdir(), "nix-nos-packages-"));
let tarballs: readonly Tarball[] = [];

beforeAll(() => {
  mkdirSync(join(project, "packed"));
  const packed = ["pack", "--workspaces", "--json", "--pack-destination", join(project, "packed")];
  const answer = JSON.parse(execFileSync("npm", packed, { cwd: root, encoding: "utf8" }));
  // A list in npm 10, and by package since.
  const all: readonly Tarball[] = Object.values(answer);
  // The playground is a page that is published nowhere.
  tarballs = all.filter(({ name }) => name !== "@nix-nos/playground");
  writeFileSync(join(project, "package.json"), '{ "private": true }');
  const files = tarballs.map(({ filename }) => join(project, "packed", filename));
  // etcd's client is left to whoever uses it.
  const install = [
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    ...files,
    "@grpc/grpc-js",
    "@grpc/proto-loader",
  ];
  execFileSync("npm", install, { cwd: project, stdio: "pipe" });
}, 180_000);

afterAll(() => rmSync(project, { recursive: true, force: true }), 120_000);

it("holds what was built, README and LICENSE, and nothing else", () => {
  const own = /^(package\.json|README\.md|LICENSE|dist\/.+\.(js|cjs|d\.ts|d\.cts|map|html|css)|schema\/.+\.json)$/;
  for (const { name, files } of tarballs) {
    const paths = files.map(({ path }) => path);
    expect({ name, others: paths.filter((path) => !own.test(path)) }).toEqual({ name, others: [] });
    expect(paths).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
  }
  expect(tarballs.length).toBeGreaterThan(libraries.length);
});

const entries = libraries.flatMap((library) => library.entries);

it("is imported", () => {
  const lines = entries.map(
    (entry) => `console.log(${JSON.stringify(entry)}, Object.keys(await import("${entry}")).length > 0);`,
  );
  expect(run("import.mjs", lines.join("\n"))).toBe(entries.map((entry) => `${entry} true\n`).join(""));
});

it("is required", () => {
  const lines = entries.map(
    (entry) => `console.log(${JSON.stringify(entry)}, Object.keys(require("${entry}")).length > 0);`,
  );
  expect(run("require.cjs", lines.join("\n"))).toBe(entries.map((entry) => `${entry} true\n`).join(""));
});

it.each(["nodenext", "bundler"])(
  "has types that TypeScript takes with moduleResolution %s",
  (resolution) => {
    const uses = entries.map(
      (entry, index) => `import * as m${index} from "${entry}";\nexport const n${index} = m${index};\n`,
    );
    writeFileSync(join(project, "types.mts"), uses.join(""));
    const moduleKind = resolution === "nodenext" ? "nodenext" : "esnext";
    const options = [
      "--noEmit",
      "--strict",
      "--target",
      "es2023",
      "--module",
      moduleKind,
      "--moduleResolution",
      resolution,
    ];
    const types = ["--typeRoots", join(root, "node_modules", "@types"), "--types", "node"];
    const tsc = join(root, "node_modules", ".bin", "tsc");
    const { stdout } = spawnSync(tsc, [...options, ...types, "--skipLibCheck", "types.mts"], {
      cwd: project,
      encoding: "utf8",
    });
    expect(stdout).toBe("");
  },
  120_000,
);

describe("the examples of README", () => {
  it.each(libraries)("$name", ({ folder, readme }) => {
    const examples = blocksOf(readme).map(toProgram);
    for (const [index, { code }] of examples.entries()) {
      const printed = run(`${folder}-${index}.mts`, `${code}\nconsole.log(JSON.stringify(checked));`);
      const checked = JSON.parse(printed) as [unknown, string][];
      for (const [actual, expected] of checked) expect(actual).toEqual(JSON.parse(expected));
    }
    expect(examples.reduce((sum, { checks }) => sum + checks, 0)).toBeGreaterThan(0);
  });

  it("print a module that Nix evaluates", () => {
    const [example = ""] = blocksOf(libraries.find(({ folder }) => folder === "nix-render")?.readme ?? "");
    writeFileSync(
      join(project, "module.nix"),
      run("module.mts", `${example}\nprocess.stdout.write(printNix(module));\n`),
    );
    expect(nixEval(`import ${project}/module.nix { pkgs.bird2 = "bird2"; lib = { }; }`)).toEqual({
      services: { bird: { package: "bird2" } },
    });
  });
});

it("is the command line, too", () => {
  const { stdout } = spawnSync(join(project, "node_modules", ".bin", "nix-nos"), ["--version"], { encoding: "utf8" });
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

function run(file: string, text: string): string {
  writeFileSync(join(project, file), text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: project, encoding: "utf8" });
  expect({ file, status, stderr: status === 0 ? "" : stderr }).toEqual({ file, status: 0, stderr: "" });
  return stdout;
}
