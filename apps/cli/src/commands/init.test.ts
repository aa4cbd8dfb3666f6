import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { putFile, run, temporaryFolder } from "../cli.test-support.js";

const json = (text: string) => JSON.parse(text);

it("writes a topology that validates and renders, with nothing to complain of", async () => {
  const folder = temporaryFolder();
  const { code, stdout, stderr } = await run(folder, ["init", "my net/new"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("nix-nos validate 'my net/new/topology.yaml'\n");
  expect(readdirSync(join(folder, "my net/new")).sort()).toEqual(["topology.schema.json", "topology.yaml"]);

  const topology = join("my net/new", "topology.yaml");
  expect(json((await run(folder, ["validate", topology, "--json"])).stdout)).toMatchObject({ diagnostics: [] });
  const rendered = await run(folder, ["render", topology, "--out", "out", "--check", "--json"]);
  expect([rendered.code, rendered.stderr, json(rendered.stdout).diagnostics]).toEqual([0, "", []]);
  expect(readFileSync(join(folder, "out/nodes/node02/bird/bird.conf"), "utf8")).toContain("10.0.1.10");
});

it("points the editor at the schema of this version, in the first line", async () => {
  const folder = temporaryFolder();
  expect(json((await run(folder, ["init", "--json"])).stdout)).toEqual({
    topology: "topology.yaml",
    schema: "topology.schema.json",
  });
  const text = readFileSync(join(folder, "topology.yaml"), "utf8");
  const [, named = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
  const schema = json(readFileSync(join(folder, named), "utf8"));
  expect(schema).toEqual(json((await run(folder, ["schema"])).stdout));
  // Every key that the file uses is one that the schema describes.
  const undescribed = undescribedKeys(parse(text), schema, "");
  expect(undescribed).toEqual([]);
});

it.each(["topology.yaml", "topology.schema.json"])("leaves an existing %s alone without --force", async (name) => {
  const folder = temporaryFolder({ [name]: "mine" });
  const { code, stderr } = await run(folder, ["init"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`error[NN9014]: ${name} exists.`)]);
  expect(readdirSync(folder)).toEqual([name]);
  expect(readFileSync(join(folder, name), "utf8")).toBe("mine");
  expect((await run(folder, ["init", "--force"])).code).toBe(0);
  expect(readFileSync(join(folder, name), "utf8")).not.toBe("mine");
});

it("takes a link that leads nowhere for a file that exists", async () => {
  const folder = temporaryFolder();
  symlinkSync("nowhere", join(folder, "topology.yaml"));
  expect((await run(folder, ["init"])).code).toBe(2);
  expect(existsSync(join(folder, "topology.schema.json"))).toBe(false);
});

it("says why a folder cannot be written", async () => {
  const folder = temporaryFolder({ file: "" });
  putFile(join(folder, "file"), "");
  const { code, stderr } = await run(folder, ["init", "file/new"]);
  expect([code, stderr]).toEqual([
    3,
    expect.stringMatching(/error\[NN9002\]: file\/new\/topology\.schema\.json .*file/),
  ]);
  mkdirSync(join(folder, "taken/topology.yaml"), { recursive: true });
  expect((await run(folder, ["init", "taken", "--force"])).stderr).toContain("error[NN9002]: taken/topology.yaml");
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function undescribedKeys(value: unknown, schema: Schema, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => undescribedKeys(each, schema.items ?? {}, `${path}[]`));
  if (value === null || typeof value !== "object") return [];
  const isObject = (one: Schema) => one.properties !== undefined || one.additionalProperties !== undefined;
  const object = isObject(schema) ? schema : schema.anyOf?.find(isObject);
  return Object.entries(value).flatMap(([key, inner]) => {
    const described = object?.properties?.[key] ?? (object?.additionalProperties || undefined);
    return described === undefined ? [`${path}.${key}`] : undescribedKeys(inner, described, `${path}.${key}`);
  });
}
