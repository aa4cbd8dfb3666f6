// Runs every example that a reader may copy: the ```ts blocks of the packages' READMEs, of the task pages and of the TSDoc
// of what the packages export. A line `expression; // => value` must hold.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toProgram } from "./support/examples.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const generated = join(root, "tests", ".generated");

interface Example {
  readonly where: string;
  readonly code: string;
  readonly checks: number;
}

const libraries = readdirSync(join(root, "packages")).sort();
const tasks = join(root, "docs", "tasks");
const examples = libraries
  .flatMap((library) => [
    ...examplesOf(join(root, "packages", library, "README.md")),
    ...readdirSync(join(root, "packages", library, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .sort()
      .flatMap((file) => examplesOf(join(root, "packages", library, "src", file))),
  ])
  .concat(readdirSync(tasks).flatMap((file) => examplesOf(join(tasks, file))));

function examplesOf(file: string): Example[] {
  const text = readFileSync(file, "utf8");
  const isMarkdown = file.endsWith(".md");
  const blocks = text.matchAll(isMarkdown ? /^```ts\n([\s\S]*?)^```/gm : /^ *\* ```ts\n([\s\S]*?)^ *\* ```/gm);
  return [...blocks].map((block) => {
    const source = isMarkdown ? (block[1] ?? "") : (block[1] ?? "").replace(/^ *\* ?/gm, "");
    const line = text.slice(0, block.index).split("\n").length;
    return { where: `${relative(root, file)}:${line}`, ...toProgram(source) };
  });
}

beforeAll(() => mkdirSync(generated, { recursive: true }));
afterAll(() => rmSync(generated, { recursive: true, force: true }));

it("every library has a README with an example that checks something", () => {
  for (const library of libraries) {
    const own = examples.filter((example) => example.where.startsWith(`packages/${library}/README.md`));
    expect(
      own.reduce((sum, example) => sum + example.checks, 0),
      library,
    ).toBeGreaterThan(0);
  }
});

it.each(libraries)("%s shows an example of every function that it exports", async (library) => {
  const folder = join(root, "packages", library, "src");
  const exported: Record<string, unknown> = await import(/* @vite-ignore */ join(folder, "index.ts"));
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  const isFunction = (value: unknown) => typeof value === "function" && !/^class /.test(String(value));
  const names = Object.keys(exported).filter((name) => isFunction(exported[name]));
  const bare = names.filter((name) => {
    const declaration = new RegExp(
      `/\\*\\*(?:(?!\\*/)[^])*@example(?:(?!\\*/)[^])*\\*/\\nexport (?:(?:async )?function\\*?|const) ${name}\\b`,
    );
    return !sources.some((source) => declaration.test(source));
  });
  expect(bare).toEqual([]);
});

it("ipam's README lists everything that ipam exports, and nothing that it does not", () => {
  const folder = join(root, "packages", "ipam");
  const entries = ["index.ts", "etcd/index.ts", "file/index.ts"].map((file) =>
    readFileSync(join(folder, "src", file), "utf8"),
  );
  const exported = entries.flatMap((text) =>
    [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(
      ([, names = ""]) => names.match(/\b(?!type\b)\w+/g) ?? [],
    ),
  );
  const [, section = ""] = readFileSync(join(folder, "README.md"), "utf8").split(/^## (?:Exports|Dependencies)$/m);
  // What follows a colon in the line of `createAllocator` are its methods.
  const listed = [...section.replace(/(?<=`createAllocator`):.*/, "").matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(listed.sort()).toEqual(exported.sort());
});

describe("examples", () => {
  it.each(examples.map((example, index) => ({ ...example, index })))("$where", async ({ code, index, checks }) => {
    const file = join(generated, `example-${index}.ts`);
    writeFileSync(file, code);
    const { checked } = (await import(/* @vite-ignore */ file)) as { checked: [unknown, string][] };
    expect(checked).toHaveLength(checks);
    for (const [actual, expected] of checked) expect(actual).toEqual(JSON.parse(expected));
  });
});
