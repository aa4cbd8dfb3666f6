import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Artifact } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { artifact, putFile, readTree, temporaryFolder } from "../cli.test-support.js";
import { sha256 } from "./manifest.js";
import { everything } from "./selection.js";
import { findTarget } from "./target.js";
import { type WriteOptions, writeTree } from "./tree.js";

const options: WriteOptions = { generatorVersion: "1.2.3", digest: "sha256:0" };

const write = (out: string, artifacts: Iterable<Artifact>, more: Partial<WriteOptions> = {}) => {
  return writeTree(findTarget(out, []), artifacts, { ...options, ...more });
};

function emptyOut(): { out: string; folder: string } {
  const folder = temporaryFolder();
  return { out: join(folder, "out"), folder };
}

const look = (path: string) => {
  const { ino, mtimeMs, mode } = lstatSync(path);
  return { ino, mtimeMs, mode };
};

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

describe("a refusal leaves everything as it was", () => {
  async function refused(out: string, folder: string, attempt: Promise<unknown>, code: string) {
    const before = existsSync(out) && lstatSync(out).isDirectory() ? readTree(out) : null;
    await expect(attempt).rejects.toMatchObject({ diagnostics: [{ code, severity: "error" }] });
    if (before !== null) expect(readTree(out)).toEqual(before);
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
  }

  it.each([
    ["a file", "x", "mine"],
    ["a folder where a file goes", "x/notes", "mine"],
    ["a file where a folder goes", "nodes", "mine"],
  ])("%s that is not ours", async (_name, path, content) => {
    const { out, folder } = emptyOut();
    putFile(join(out, path), content);
    await refused(out, folder, write(out, [artifact("x", "1"), artifact("nodes/a/x", "1")]), "NN9005");
  });

  it("a link that is not ours, also one to a folder outside", async () => {
    const { out, folder } = emptyOut();
    mkdirSync(out);
    mkdirSync(join(folder, "outside"));
    symlinkSync("../outside", join(out, "nodes"));
    await refused(out, folder, write(out, [artifact("nodes/x", "1")]), "NN9005");
    expect(readdirSync(join(folder, "outside"))).toEqual([]);
  });

  it("adopts a file of equal bytes, without touching it", async () => {
    const { out } = emptyOut();
    putFile(join(out, "x"), "1");
    const before = look(join(out, "x"));
    expect((await write(out, [artifact("x", "1"), artifact("y", "1")])).unchanged).toEqual(["x"]);
    expect(look(join(out, "x"))).toEqual(before);
  });

  it.each([
    "../x",
    "/etc/x",
    "a/../../x",
    "a//b",
    "",
    "a/./b",
    "a\nb",
    "a\\b",
    `a/${"é".repeat(128)}`,
    "manifest.json",
  ])("the path %j", async (path) => {
    const { out, folder } = emptyOut();
    await write(out, [artifact("good", "1")]);
    await refused(out, folder, write(out, [artifact("good", "2"), artifact(path, "1")]), "NN9008");
  });

  it("one path twice", async () => {
    const { out, folder } = emptyOut();
    await refused(out, folder, write(out, [artifact("x", "1"), artifact("x", "1")]), "NN9008");
  });

  it.each(["", "{}", "[]", "not json", '{"version":2}', '{"version":1,"files":[{"path":"../../etc/passwd"}]}'])(
    "the manifest %j",
    async (text) => {
      const { out, folder } = emptyOut();
      putFile(join(out, "manifest.json"), text);
      await refused(out, folder, write(out, [artifact("x", "1")]), "NN9006");
    },
  );

  it("an error while files are made, or a check that says no", async () => {
    const { out, folder } = emptyOut();
    await write(out, [artifact("x", "1")]);
    const before = readTree(out);
    function* failing() {
      yield artifact("x", "2");
      throw new Error("printer");
    }
    await expect(write(out, failing())).rejects.toThrow("printer");
    const no = () => Promise.reject(new Error("no"));
    await expect(write(out, [artifact("x", "2")], { beforeSwap: no })).rejects.toThrow("no");
    expect(readTree(out)).toEqual(before);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("an output that is a file, the root, a mount point, or holds what must stay", async () => {
    const { out, folder } = emptyOut();
    writeFileSync(out, "file");
    const codeOf = (action: () => unknown) => {
      try {
        action();
      } catch (error) {
        return (error as { diagnostics: { code: string; message: string }[] }).diagnostics[0]?.message;
      }
      return null;
    };
    expect(codeOf(() => findTarget(out, []))).toMatch("it is a file");
    expect(codeOf(() => findTarget("/", []))).toMatch("root of the file system");
    expect(codeOf(() => findTarget("/proc", []))).toMatch("mount point");
    expect(codeOf(() => findTarget(folder, [join(folder, "inside")]))).toMatch("replaced as a whole");
    expect(codeOf(() => findTarget(join(out, "below"), []))).toMatch("a file, not a folder");
    symlinkSync("b", join(folder, "a"));
    symlinkSync("a", join(folder, "b"));
    expect(codeOf(() => findTarget(join(folder, "a"), []))).toMatch("circle");
  });
});

describe("recovery", () => {
  it("finishes a swap that was killed between its two renames", async () => {
    const { out, folder } = emptyOut();
    await write(out, [artifact("x", "1")]);
    putFile(join(out, "mine"), "mine");
    const target = findTarget(out, []);
    // The state after the first rename: the old tree aside, the new one complete.
    renameSync(out, target.last);
    mkdirSync(target.stage);
    writeFileSync(join(target.stage, "x"), "2");
    linkSync(join(target.last, "mine"), join(target.stage, "mine"));
    const manifest = readFileSync(join(target.last, "manifest.json"), "utf8").replaceAll(sha256("1"), sha256("2"));
    writeFileSync(join(target.stage, "manifest.json"), manifest);
    renameSync(target.stage, `${target.next}${lstatSync(target.stage).ino}`);

    expect((await write(out, [artifact("x", "2")])).unchanged).toEqual(["x"]);
    expect(readTree(out)).toMatchObject({ x: "2", mine: "mine" });
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("puts the old tree back when it is all there is, and clears half a stage", async () => {
    const { out, folder } = emptyOut();
    await write(out, [artifact("x", "1")]);
    const target = findTarget(out, []);
    renameSync(out, target.last);
    mkdirSync(join(target.stage, "half"), { recursive: true });
    expect((await write(out, [artifact("x", "1")])).unchanged).toEqual(["x"]);
    expect(readdirSync(folder)).toEqual(["out"]);
  });
});
