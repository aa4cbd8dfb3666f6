import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { artifact, putFile, readTree } from "../cli.test-support.js";
import { sha256 } from "./manifest.js";
import { everything } from "./selection.js";
import { emptyOut, look, write } from "./tree.test-support.js";

describe("a first write", () => {
  it("makes the tree and its manifest, and leaves nothing beside it", async () => {
    const { out, folder } = emptyOut();
    const result = await write(out, [
      artifact("nodes/b/x.conf", "B"),
      artifact("nix/default.nix", "ü", { kind: "nix" }),
    ]);
    expect(result).toMatchObject({
      added: ["nix/default.nix", "nodes/b/x.conf"],
      changed: [],
      removed: [],
      unchanged: [],
    });
    expect(readdirSync(folder)).toEqual(["out"]);
    expect(readTree(out)["nodes/b/x.conf"]).toBe("B");
    expect(readTree(out)["manifest.json"]).toBe(`{
  "version": 1,
  "generator": {"name":"nix-nos","version":"1.2.3"},
  "topology": {"digest":"sha256:0"},
  "files": [
    {"path":"nix/default.nix","sha256":"${sha256("ü")}","bytes":2,"node":null,"layer":1,"kind":"nix"},
    {"path":"nodes/b/x.conf","sha256":"${sha256("B")}","bytes":1,"node":"b","layer":1,"kind":"bird"}
  ]
}
`);
  });

  it("makes the folders above, follows a link, and takes an empty folder", async () => {
    const { folder } = emptyOut();
    await write(join(folder, "a/b/out"), [artifact("x", "1")]);
    expect(readTree(join(folder, "a/b/out")).x).toBe("1");
    mkdirSync(join(folder, "real"));
    symlinkSync("real", join(folder, "link"));
    await write(join(folder, "link"), [artifact("x", "2")]);
    expect(readlinkSync(join(folder, "link"))).toBe("real");
    expect(readTree(join(folder, "real")).x).toBe("2");
  });

  it("writes what names secrets for its owner alone", async () => {
    const { out } = emptyOut();
    await write(out, [artifact("s", "x"), artifact("k", "x", { secret: true })]);
    expect(lstatSync(join(out, "k")).mode & 0o777).toBe(0o600);
    chmodSync(join(out, "k"), 0o644);
    expect((await write(out, [artifact("s", "x"), artifact("k", "x", { secret: true })])).changed).toEqual(["k"]);
    expect(lstatSync(join(out, "k")).mode & 0o777).toBe(0o600);
  });
});

describe("a second write", () => {
  it("touches nothing when nothing changed", async () => {
    const { out } = emptyOut();
    await write(out, [artifact("a/x", "1"), artifact("b", "2")]);
    const before = [out, join(out, "a"), join(out, "a/x"), join(out, "b"), join(out, "manifest.json")].map(look);
    const result = await write(out, [artifact("a/x", "1"), artifact("b", "2")]);
    expect(result.unchanged).toEqual(["a/x", "b"]);
    expect([out, join(out, "a"), join(out, "a/x"), join(out, "b"), join(out, "manifest.json")].map(look)).toEqual(
      before,
    );
  });

  it("keeps what did not change, replaces what did, and removes what is gone, with its folder", async () => {
    const { out } = emptyOut();
    await write(out, [artifact("nodes/a/x", "1"), artifact("nodes/b/x", "1"), artifact("nodes/c/x", "1")]);
    const kept = look(join(out, "nodes/a/x"));
    const result = await write(out, [
      artifact("nodes/a/x", "1"),
      artifact("nodes/b/x", "2"),
      artifact("nodes/d/x", "1"),
    ]);
    expect(result).toMatchObject({ added: ["nodes/d/x"], changed: ["nodes/b/x"], removed: ["nodes/c/x"] });
    expect(look(join(out, "nodes/a/x"))).toEqual(kept);
    expect(readdirSync(join(out, "nodes"))).toEqual(["a", "b", "d"]);
    expect(result.warnings).toEqual([]);
  });

  it("never touches what no manifest lists: files, links, empty folders, modes", async () => {
    const { out } = emptyOut();
    await write(out, [artifact("nodes/a/x", "1")]);
    putFile(join(out, "nodes/a/notes.txt"), "mine");
    putFile(join(out, ".git/objects/ab"), "object");
    symlinkSync("/nowhere", join(out, "dangling"));
    mkdirSync(join(out, "empty/inner"), { recursive: true });
    mkdirSync(join(out, "nodes/a/closed"));
    chmodSync(join(out, "nodes/a/closed"), 0o500);
    chmodSync(join(out, ".git/objects/ab"), 0o400);
    chmodSync(out, 0o750);
    const past = new Date("2001-02-03");
    utimesSync(join(out, "empty"), past, past);
    const own = ["nodes/a/notes.txt", ".git/objects/ab", "dangling"].map((path) => join(out, path));
    const before = own.map(look);

    await write(out, [artifact("nodes/a/x", "2"), artifact("nodes/b/x", "2")]);
    expect(own.map(look)).toEqual(before);
    expect(readlinkSync(join(out, "dangling"))).toBe("/nowhere");
    expect(statSync(join(out, "empty")).mtime).toEqual(past);
    expect(readdirSync(join(out, "empty"))).toEqual(["inner"]);
    expect(lstatSync(join(out, "nodes/a/closed")).mode & 0o777).toBe(0o500);
    expect(lstatSync(out).mode & 0o777).toBe(0o750);

    await write(out, []);
    expect(Object.keys(readTree(out))).toEqual([".git/objects/ab", "manifest.json", "nodes/a/notes.txt"]);
  });

  it("removes nothing through a link that somebody put in a folder's place", async () => {
    const { out, folder } = emptyOut();
    await write(out, [artifact("nodes/a/x", "1"), artifact("nodes/b/x", "1")]);
    renameSync(join(out, "nodes/b"), join(folder, "outside"));
    symlinkSync(join(folder, "outside"), join(out, "nodes/b"));
    await write(out, [artifact("nodes/a/x", "2")]);
    expect(readTree(join(folder, "outside"))).toEqual({ x: "1" });
    expect(readlinkSync(join(out, "nodes/b"))).toBe(join(folder, "outside"));
  });

  it("overwrites and removes files that were edited, and says so", async () => {
    const { out } = emptyOut();
    await write(out, [artifact("x", "1"), artifact("y", "1"), artifact("z", "1")]);
    for (const name of ["x", "y", "z"]) writeFileSync(join(out, name), "edited");
    rmSync(join(out, "z"));
    symlinkSync("x", join(out, "z"));
    const { warnings, changed, removed } = await write(out, [artifact("x", "1"), artifact("z", "1")]);
    expect(warnings.map(({ code, severity }) => [code, severity])).toEqual(Array(3).fill(["NN9004", "warning"]));
    expect([changed, removed]).toEqual([["x", "z"], ["y"]]);
    expect(readTree(out)).toMatchObject({ x: "1", z: "1" });
  });

  it("brings back a generated file that was deleted", async () => {
    const { out } = emptyOut();
    await write(out, [artifact("a/x", "1"), artifact("y", "1")]);
    rmSync(join(out, "a"), { recursive: true });
    expect((await write(out, [artifact("a/x", "1"), artifact("y", "1")])).added).toEqual(["a/x"]);
    expect(readTree(out)["a/x"]).toBe("1");
  });

  it("turns a generated file into a folder and back", async () => {
    const { out } = emptyOut();
    await write(out, [artifact("a", "1")]);
    await write(out, [artifact("a/b", "2")]);
    expect(readTree(out)["a/b"]).toBe("2");
    await write(out, [artifact("a", "3")]);
    expect(readTree(out).a).toBe("3");
  });

  it("moves files over that appear while the new tree is being filled", async () => {
    const { out, folder } = emptyOut();
    await write(out, [artifact("nodes/a/x", "1")]);
    putFile(join(out, "log"), "old");
    await write(out, [artifact("nodes/a/x", "2")], {
      beforeSwap: () => {
        putFile(join(out, "nodes/a/late"), "late");
        writeFileSync(join(folder, "replacement"), "new");
        const future = new Date(Date.now() + 1000);
        utimesSync(join(folder, "replacement"), future, future);
        renameSync(join(folder, "replacement"), join(out, "log"));
      },
    });
    expect(readTree(out)).toMatchObject({ "nodes/a/x": "2", "nodes/a/late": "late", log: "new" });
    expect(readdirSync(folder)).toEqual(["out"]);
  });
});

describe("a selection", () => {
  const both = [artifact("nodes/a/x", "1"), artifact("nodes/b/x", "1"), artifact("nodes/b/y", "1", { kind: "nixos" })];
  const now = both.map((each) => ({ ...each, text: "2" }));

  it.each([
    ["a node", { nodes: new Set(["b"]) }, ["nodes/b/x", "nodes/b/y"]],
    ["a kind", { kinds: new Set(["nixos"]) }, ["nodes/b/y"]],
    ["a layer that has nothing", { layers: new Set([3 as const]) }, []],
  ])("writes only %s, and keeps the rest on disk and in the manifest", async (_name, part, changed) => {
    const { out } = emptyOut();
    await write(out, both);
    const result = await write(out, now, { selection: { ...everything, ...part } });
    expect(result.changed).toEqual(changed);
    const { "manifest.json": manifest = "", ...files } = readTree(out);
    expect(Object.keys(files)).toEqual(both.map(({ path }) => path));
    const listed = JSON.parse(manifest).files as { path: string; sha256: string }[];
    expect(listed.map(({ path, sha256 }) => [path, sha256])).toEqual(
      Object.entries(files).map(([path, content]) => [path, sha256(content)]),
    );
  });

  it("removes only what it selects", async () => {
    const { out } = emptyOut();
    await write(out, both);
    const { removed } = await write(out, [], { selection: { ...everything, nodes: new Set(["b"]) } });
    expect(removed).toEqual(["nodes/b/x", "nodes/b/y"]);
    expect(Object.keys(readTree(out))).toEqual(["manifest.json", "nodes/a/x"]);
  });
});
