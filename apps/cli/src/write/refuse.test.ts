import {
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { artifact, putFile, readTree } from "../cli.test-support.js";
import { sha256 } from "./manifest.js";
import { findTarget } from "./target.js";
import { emptyOut, look, write } from "./tree.test-support.js";

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

  it("takes an old tree apart that a kill left in part, and brings nothing of it back", async () => {
    const { out, folder } = emptyOut();
    await write(out, [artifact("gone", "1"), artifact("a/gone", "1"), artifact("x", "1")]);
    cpSync(out, join(folder, "copy"), { recursive: true });
    await write(out, [artifact("x", "2")]);
    const old = `${findTarget(out, []).next}0`;
    renameSync(join(folder, "copy"), old);
    putFile(join(old, "a/late"), "late");
    // Whichever of its files are left, the manifest is with them.
    rmSync(join(old, "a/gone"));
    expect((await write(out, [artifact("x", "2")])).unchanged).toEqual(["x"]);
    expect(Object.keys(readTree(out))).toEqual(["a/late", "manifest.json", "x"]);
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
