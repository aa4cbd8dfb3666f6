// The promise that matters most, tried for real: a process that writes two trees in turn is killed at random moments.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { artifact, readTree, temporaryFolder } from "../cli.test-support.js";
import { findTarget } from "./target.js";
import { writeTree } from "./tree.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const options = { generatorVersion: "1.0.0", digest: "sha256:0" };
/** Of each version some files are the same, some have another text, and some are not in the other one at all. */
const artifactsOf = (version: string) =>
  Array.from({ length: 40 }, (_, index) =>
    artifact(`nodes/n${index}${index % 5 === 1 ? `-${version}` : ""}/bird.conf`, index % 4 === 0 ? "same" : version),
  );

let writer = "";
beforeAll(async () => {
  const loop = `
    import { findTarget } from "./target.js";
    import { writeTree } from "./tree.js";
    const [out, text] = process.argv.slice(2);
    const trees = JSON.parse(text);
    process.stdout.write("ready");
    for (let round = 0; ; round++) await writeTree(findTarget(out, []), trees[round % 2], ${JSON.stringify(options)});
  `;
  const { outputFiles } = await build({
    stdin: { contents: loop, resolveDir: here, loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
  });
  writer = outputFiles[0]?.text ?? "";
});

async function killWriter(script: string, out: string, delay: number, env: NodeJS.ProcessEnv): Promise<void> {
  const trees = JSON.stringify([artifactsOf("1"), artifactsOf("2")]);
  const child = spawn(process.execPath, [script, out, trees], { env, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await new Promise((resolve) => setTimeout(resolve, delay));
  const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
}

describe.each([
  ["where two folders can be exchanged", process.env, true],
  ["where they cannot", { ...process.env, PATH: "/nonexistent" }, false],
])("%s", (_name, env, isAlwaysThere) => {
  it("a kill leaves one whole tree, and the next write works", async () => {
    const folder = temporaryFolder();
    const script = join(folder, "writer.mjs");
    writeFileSync(script, writer);
    const out = join(folder, "out");
    const write = (version: string) => writeTree(findTarget(out, []), artifactsOf(version), options);
    await write("1");
    const trees = [readTree(out)];
    await write("2");
    trees.push(readTree(out));
    writeFileSync(join(out, "mine"), "mine");
    const inode = lstatSync(join(out, "mine")).ino;

    const seen = new Set<number>();
    for (let round = 0; round < 12; round++) {
      await killWriter(script, out, Math.random() * 50, env);
      if (isAlwaysThere) expect(existsSync(out)).toBe(true);
      if (existsSync(out)) {
        const { mine, ...tree } = readTree(out);
        expect(mine).toBe("mine");
        const which = trees.findIndex((each) => JSON.stringify(each) === JSON.stringify(tree));
        expect(which).not.toBe(-1);
        seen.add(which);
      }
      if (round % 4 === 3) {
        await write("1");
        expect(readTree(out)).toEqual({ ...trees[0], mine: "mine" });
        expect(readdirSync(folder)).toEqual(["out", "writer.mjs"]);
        expect(lstatSync(join(out, "mine")).ino).toBe(inode);
      }
    }
    expect(seen.size).toBe(2);
  });
});

/** Kills the process that it is loaded into, before it removes a file after so many others. */
const killAfter = (removals: number) => `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const { unlinkSync } = fs;
  let left = ${removals};
  fs.unlinkSync = (path) => (left-- > 0 ? unlinkSync(path) : process.kill(process.pid, "SIGKILL"));
  syncBuiltinESMExports();
`;

it("a kill while the old tree is taken apart brings no removed file back", async () => {
  const folder = temporaryFolder();
  const script = join(folder, "writer.mjs");
  writeFileSync(script, writer);
  const out = join(folder, "out");
  const write = (version: string) => writeTree(findTarget(out, []), artifactsOf(version), options);
  await write("2");
  const tree = readTree(out);
  const trees = JSON.stringify([artifactsOf("1"), artifactsOf("2")]);
  for (const removals of [0, 1, 2, 20, 39, 40]) {
    await write("1");
    const preload = `data:text/javascript,${encodeURIComponent(killAfter(removals))}`;
    const { signal } = spawnSync(process.execPath, ["--import", preload, script, out, trees]);
    expect(signal).toBe("SIGKILL");
    await write("2");
    expect(readTree(out)).toEqual(tree);
    expect(readdirSync(folder)).toEqual(["out", "writer.mjs"]);
  }
});
