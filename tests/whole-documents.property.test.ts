// Whole documents with something changed in them, through every parser and printer there is: what comes out is files or
// diagnostics, and never an exception.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderTopology } from "@nix-nos/pipeline";
import { type Diagnostic, loadTopology, parseSource, type Source } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { extensions } from "../apps/cli/src/extensions.js";
import { root } from "./support/cli.js";

/** Every right topology that the project has. */
const texts = [
  ...["seed.yaml", "datacenter.yaml"].map((name) => join(root, "examples", name)),
  join(root, "tests/support/every-interface.yaml"),
  ...readdirSync(join(root, "tests/diagnostics"), { recursive: true, encoding: "utf8" })
    .filter((name) => /right\.yaml$/.test(name))
    .sort()
    .map((name) => join(root, "tests/diagnostics", name)),
].map((file) => readFileSync(file, "utf8"));

type Data = null | boolean | number | string | readonly Data[] | { readonly [key: string]: Data };
type Path = readonly (string | number)[];

const documents = texts.map((text) => parseSource({ file: "t.yaml", format: "yaml", text }).value?.value as Data);

/** Everything that stands in some document, by its key: put elsewhere, it is often taken. */
const parts = new Map<string, Data[]>();
for (const document of documents) {
  for (const path of pathsOf(document)) {
    const key = String(path.at(-1));
    parts.set(key, [...(parts.get(key) ?? []), at(document, path)]);
  }
}

const strange = fc.oneof(
  fc.constantFrom<Data>(
    "",
    " ",
    "a\nb",
    "__proto__",
    "é\u0000",
    "x".repeat(300),
    "10.0.0.1",
    "::",
    "0.0.0.0/0",
    "65000:1",
  ),
  fc.constantFrom<Data>(null, true, -1, 0, 1.5, 65_536, 4_294_967_296, 1e300, [], {}),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const value = fc.oneof(fc.constantFrom(...[...parts.values()].flat()), strange);
const change = fc.record({
  what: fc.oneof(fc.constant("other"), fc.constantFrom("replace", "remove", "rename", "repeat")),
  where: fc.nat(),
  which: fc.nat(),
  value,
});

const changed = fc
  .tuple(fc.constantFrom(...documents), fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([document, changes]) =>
    changes.reduce((now, { what, where, which, value: own }) => {
      const paths = pathsOf(now);
      const path = paths[where % paths.length] ?? [];
      const others = parts.get(String(path.at(-1))) ?? [];
      return edited(now, path, what, what === "other" ? (others[which % others.length] ?? own) : own);
    }, document),
  );

it("is rendered or refused, whatever stands where", { tags: "property" }, () => {
  fc.assert(
    fc.property(changed, (document) => {
      expectFilesOrDiagnostics({ file: "t.json", format: "json", text: JSON.stringify(document) });
    }),
    { numRuns: 200 },
  );
});

it("is rendered or refused, whatever happens to its text", { tags: "property" }, () => {
  const put = fc.oneof(
    fc.constantFrom(
      ..."{}[]:,-?&*!|>%@`'\"#\t\n ~",
      "<<: ",
      "&a ",
      "*a",
      "!!map ",
      "---\n",
      "\u0000",
      "\ufeff",
      "0x1",
      "~",
    ),
    fc.string({ unit: "binary", maxLength: 5 }),
  );
  const splice = fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), gone: fc.nat(10), put });
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(splice, { minLength: 1, maxLength: 3 }), (text, splices) => {
      const own = splices.reduce((now, { place, gone, put: own }) => {
        const start = Math.floor(place * now.length);
        return now.slice(0, start) + own + now.slice(start + gone);
      }, text);
      expectFilesOrDiagnostics({ file: "t.yaml", format: "yaml", text: own });
    }),
    { numRuns: 200 },
  );
});

function expectFilesOrDiagnostics(source: Source & { readonly text: string }): void {
  const loaded = loadTopology(source, { extensions });
  expectPlaced(loaded.diagnostics, source.text);
  if (loaded.value === null) return void expect(loaded.diagnostics).not.toEqual([]);
  const rendered = renderTopology(loaded.value, { extensions });
  expectPlaced(rendered.diagnostics, source.text);
  if (rendered.value === null) return void expect(rendered.diagnostics).not.toEqual([]);
  const paths = new Set<string>();
  for (const { path, text } of rendered.value.artifacts) {
    expect(paths).not.toContain(path);
    paths.add(path);
    // What a printer says that was handed something else than it took it for.
    const [fault] = /\[object \w+\]|\bundefined\b|\bNaN\b/.exec(text) ?? [];
    if (fault !== undefined && !source.text.includes(fault)) expect([path, text]).toEqual([path, `no ${fault}`]);
  }
}

function expectPlaced(diagnostics: readonly Diagnostic[], text: string): void {
  const lines = text.split("\n").length;
  for (const { code, message, line } of diagnostics) {
    expect(code).toMatch(/^(NN|PC)\d{4}$/);
    expect(message).not.toMatch(/\[object \w+\]|\bundefined\b|\bNaN\b/);
    if (line !== undefined) expect(line).toBeLessThanOrEqual(lines);
  }
}

function pathsOf(data: Data, path: Path = []): readonly Path[] {
  if (data === null || typeof data !== "object") return [path];
  return [path, ...Object.entries(data).flatMap(([key, part]) => pathsOf(part, [...path, key]))].filter(
    (each) => each.length > 0,
  );
}

function at(data: Data, path: Path): Data {
  return path.reduce((now, key) => (now as Readonly<Record<string, Data>>)[key] ?? null, data);
}

function edited(data: Data, [key, ...rest]: Path, what: string, put: Data): Data {
  if (key === undefined || data === null || typeof data !== "object") return put;
  const entries = Object.entries(data).flatMap(([name, part]): [string, Data][] => {
    if (name !== String(key)) return [[name, part]];
    if (rest.length > 0) return [[name, edited(part, rest, what, put)]];
    switch (what) {
      case "remove":
        return [];
      case "rename":
        return [[typeof put === "string" ? put : `${name}2`, part]];
      case "repeat":
        return [
          [name, part],
          [`${name}2`, part],
        ];
      default:
        return [[name, put]];
    }
  });
  return Array.isArray(data) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}
