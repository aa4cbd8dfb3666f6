import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { Artifact } from "@nix-nos/topology";
import { temporaryFolder } from "../cli.test-support.js";
import { findTarget } from "./target.js";
import { type WriteOptions, writeTree } from "./tree.js";

const options: WriteOptions = { generatorVersion: "1.2.3", digest: "sha256:0" };

export const write = (out: string, artifacts: Iterable<Artifact>, more: Partial<WriteOptions> = {}) => {
  return writeTree(findTarget(out, []), artifacts, { ...options, ...more });
};

export function emptyOut(): { out: string; folder: string } {
  const folder = temporaryFolder();
  return { out: join(folder, "out"), folder };
}

/** What must stay when a file is not touched. */
export const look = (path: string) => {
  const { ino, mtimeMs, mode } = lstatSync(path);
  return { ino, mtimeMs, mode };
};
