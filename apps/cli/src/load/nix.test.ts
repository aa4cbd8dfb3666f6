import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fromJson, printNix } from "@nix-nos/nix-render";
import { loadTopology, parseSource } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ioFor, putFile, temporaryFolder } from "../cli.test-support.js";
import type { Failure } from "../failure.js";
import { readNix } from "./nix.js";

async function read(text: string, name = "t.nix", timeout?: number) {
  const folder = temporaryFolder({ [name]: text });
  return readNix(ioFor(folder), name, join(folder, name), text, timeout);
}

async function refused(text: string, timeout?: number) {
  const failure = await read(text, "t.nix", timeout).then(
    () => null,
    (error: Failure) => error,
  );
  return failure?.diagnostics.map(({ code, message, file, line, column }) => ({
    code,
    message,
    at: `${file}:${line}:${column}`,
  }));
}

describe("what Nix means", () => {
  it("comes as plain data, from a set or a function", async () => {
    const text = `{ a.b = 1; list = [ 1.5 true null { x = "y"; } ]; path = /etc/hosts; "\${"dyn" + "amic"}" = ''
      two
        lines''; }`;
    const value = { a: { b: 1 }, list: [1.5, true, null, { x: "y" }], path: "/etc/hosts", dynamic: "two\n  lines" };
    expect((await read(text)).format === "data" && (await read(text)).value).toEqual(value);
    expect((await read(`{ lib ? null }: ${text}`)).value).toEqual(value);
    expect((await read(`_: ${text}`)).value).toEqual(value);
  });

  it("is not changed by attributes that mean something to Nix or JavaScript", async () => {
    const { value } = await read('{ a.outPath = "x"; b.__toString = "y"; "__proto__".z = 1; constructor = 2; }');
    expect(JSON.stringify(value)).toBe(
      '{"__proto__":{"z":1},"a":{"outPath":"x"},"b":{"__toString":"y"},"constructor":2}',
    );
  });

  it("survives any data and any file name", async () => {
    const name = ["sp ace $", "{x} '' \"q\" ü $(id).nix"].join("");
    const strings = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.includes("\0"));
    const json = fc
      .jsonValue({ stringUnit: "grapheme", maxDepth: 3 })
      .filter((value) => !JSON.stringify(value).includes("\\u0000"));
    const data = fc.sample(fc.dictionary(strings, json), 60).map((value) => {
      // Older Nix prints fractions with six digits; a topology has none.
      const whole = (_key: string, inner: unknown) => (typeof inner === "number" ? Math.trunc(inner % 2 ** 53) : inner);
      return JSON.parse(JSON.stringify(value, whole));
    });
    const { value } = await read(printNix(fromJson({ data })), name);
    expect(value).toEqual({ data });
  });

  it("reads other files beside it", async () => {
    const folder = temporaryFolder({ "t.nix": "{ a = import ./sub/x.nix; }", "sub/x.nix": "{ b = 1; }" });
    const { value } = await readNix(ioFor(folder), "t.nix", join(folder, "t.nix"), "{ a = import ./sub/x.nix; }");
    expect(value).toEqual({ a: { b: 1 } });
  });
});

describe("places", () => {
  it("are those of each attribute, through sets and lists, in characters", async () => {
    const text =
      '{\n  nix-nos.clusters.lab.nodes = {\n    "ü" = { role = "leaf"; }; x = [ { y = [ { z = 1; } ]; } ];\n  };\n}';
    const parsed = parseSource(await read(text));
    const at = (...path: (string | number)[]) => {
      const { line, column } = parsed.value?.sourceMap.locate(path) ?? {};
      return [line, column];
    };
    const nodes = ["nix-nos", "clusters", "lab", "nodes"];
    expect(at("nix-nos")).toEqual([2, 3]);
    expect(at(...nodes, "ü", "role")).toEqual([3, 13]);
    expect(at(...nodes, "x")).toEqual([3, 31]);
    expect(at(...nodes, "x", 0, "y")).toEqual([3, 39]);
    expect(at(...nodes, "x", 0, "y", 0, "z")).toEqual([3, 47]);
    expect(at(...nodes, "x", 0, "y", 0)).toEqual([3, 39]);
  });

  it("lead into the file that was imported", async () => {
    const text = "{ nix-nos.clusters.lab.nodes = import ./nodes.nix; }";
    const folder = temporaryFolder({ "t.nix": text, "nodes.nix": '{\n  n1 = { role = "x"; ipp = "10.0.0.1"; };\n}' });
    const source = await readNix(ioFor(folder), "t.nix", join(folder, "t.nix"), text);
    const [found] = loadTopology(source).diagnostics;
    expect([found?.code, found?.file, found?.line, found?.column]).toEqual(["NN1101", "nodes.nix", 2, 22]);
  });

  it("reach the topology's own diagnostics", async () => {
    const source = await read(
      '{\n  nix-nos.clusters.lab.nodes.n1 = {\n    role = "leaf";\n    ip = "256.1.1.1";\n  };\n}',
    );
    const [found] = loadTopology(source).diagnostics;
    expect([found?.code, found?.file, found?.line, found?.column]).toEqual(["NN1201", "t.nix", 4, 5]);
  });
});

describe("a mistake in Nix is told with its place", () => {
  it.each([
    ["{ a = 1;\n  b = ; }", "NN1006", /syntax error/, "t.nix:2:7"],
    ["", "NN1006", /unexpected end of file/, "t.nix:1:1"],
    ['{ "ü" = undefinedName; }', "NN1006", /undefined variable 'undefinedName'/, "t.nix:1:9"],
    ["{ a = 1; a = 2; }", "NN1006", /'a' already defined/, "t.nix:1:10"],
    ['{ a =\n throw "no\\nway"; }', "NN1006", /Nix says: no way/, "t.nix:1:3"],
    ["{ a = assert false; 1; }", "NN1006", /assertion/, "t.nix:1:7"],
    ["{ lib }: { a = lib; }", "NN1006", /without required argument 'lib'/, "t.nix:1:1"],
    ["{ a = import ./missing.nix; }", "NN1006", /missing\.nix/, "t.nix:1:3"],
    ['{ a = builtins.fromJSON "{"; }', "NN1006", /parse error/, "t.nix:1:7"],
    ["{ a = { f = x: x; }; }", "NN1007", /a\.f is a function/, "t.nix:1:9"],
    ["[ 1 (x: x) ]", "NN1007", /1 is a function/, "t.nix:undefined:undefined"],
    ['{ d = { type = "derivation"; name = "x"; }; }', "NN1007", /d is a derivation/, "t.nix:1:3"],
    ["let x = x; in { a = x; }", "NN1008", /infinite recursion/, "t.nix:1:9"],
    ["let a = { b = a; }; in a", "NN1008", /contains itself/, "t.nix:1:11"],
    ["let f = n: 1 + f (n + 1); in { a = f 0; }", "NN1008", /overflow|recursion/, /^t\.nix:/],
  ])("%s", async (text, code, message, at) => {
    const found = await refused(text);
    expect(found).toMatchObject([{ code, message: expect.stringMatching(message) }]);
    expect(found?.[0]?.at).toMatch(at);
  });

  it("and none of them at a place inside this program", async () => {
    const found = await refused('{ a = builtins.elemAt [ ] 1; b = throw "x"; }');
    expect(found?.[0]?.at).toMatch(/^t\.nix:1:/);
    expect(found?.[0]?.message).not.toMatch(/\p{Cc}|«/u);
  });

  it("names another file where the mistake stands there", async () => {
    const text = "{ a = import ./x.nix; }";
    const folder = realpathSync(temporaryFolder({ "t.nix": text }));
    putFile(join(folder, "x.nix"), "{ b = ; }");
    const failure = readNix(ioFor(folder), "t.nix", join(folder, "t.nix"), text);
    await expect(failure).rejects.toMatchObject({
      diagnostics: [{ code: "NN1006", file: "x.nix", line: 1, column: 7 }],
    });
  });

  it("ends what does not end", async () => {
    const endless =
      "let f = n: if n < 0 then n else builtins.foldl' (a: b: a) (n + 1) (builtins.genList (x: x) 900000); in { a = builtins.foldl' (a: b: f a) 0 (builtins.genList (x: x) 900000); }";
    expect(await refused(endless, 300)).toMatchObject([
      { code: "NN1008", message: "Nix was stopped after 0.3 seconds." },
    ]);
  });
});

it("says what to do where there is no Nix", async () => {
  const folder = temporaryFolder({ "t.nix": "{ }" });
  const io = ioFor(folder, { env: { PATH: "/nonexistent" } });
  const failure = readNix(io, "t.nix", join(folder, "t.nix"), "{ }");
  await expect(failure).rejects.toMatchObject({
    exitCode: 3,
    diagnostics: [{ code: "NN1009", hint: expect.stringMatching(/Install Nix.*nix-nos convert/) }],
  });
});
