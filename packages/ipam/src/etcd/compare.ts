import type { Bounds } from "./layout.js";
import { type Compare, compareResult, compareTarget } from "./rpc.js";

/** Nothing there was written after a revision; after 0: nothing is there. */
export function unchangedSince(bounds: Bounds | { readonly key: Buffer }, revision: string): Compare {
  const next = (BigInt(revision) + 1n).toString();
  return { ...bounds, target: compareTarget.mod, result: compareResult.less, mod_revision: next };
}

export function modifiedAt(key: Buffer, revision: string): Compare {
  return { key, target: compareTarget.mod, result: compareResult.equal, mod_revision: revision };
}

export function createdAt(key: Buffer, revision: string): Compare {
  return { key, target: compareTarget.create, result: compareResult.equal, create_revision: revision };
}
