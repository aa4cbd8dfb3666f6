import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { hostnameSchema, rolloutGroupSchema } from "@plasmacloud/deployer-client";
import { z } from "zod";
import { ApiProblem } from "./problem.js";

/** `rollout.json`: where each node stands, and which may not be down together. */
const rolloutFileSchema = z.object({
  version: z.literal(1),
  nodes: z.record(z.string(), z.object({ cluster: z.string(), site: z.string().nullable(), platform: z.string() })),
  groups: z.array(rolloutGroupSchema),
});
export type RolloutFile = z.infer<typeof rolloutFileSchema>;

/** What `nix-nos render` wrote, read when it is asked for, because a new tree may take its place at any time. */
export interface RenderedTree {
  /** Names of the nodes that the topology has. */
  nodes(): Promise<ReadonlySet<string>>;
  /** MAC addresses that the topology names for a node's ports. */
  macAddresses(hostname: string): Promise<ReadonlySet<string>>;
  /** The node's cluster-config.json, byte for byte; `null` where it has none. */
  clusterConfig(hostname: string): Promise<Buffer<ArrayBuffer> | null>;
  /**
   * What a rollout has to know of the topology; `null` where the tree has none of it.
   *
   * @throws ApiProblem `unavailable` for a file that is broken or of another version
   */
  rolloutFile(): Promise<RolloutFile | null>;
}

/** @param folder - `null` where the deployer was given no tree: then no node is planned */
export function openRenderedTree(folder: string | null): RenderedTree {
  if (folder === null) {
    return {
      nodes: async () => new Set(),
      macAddresses: async () => new Set(),
      clusterConfig: async () => null,
      rolloutFile: async () => null,
    };
  }
  const nodes = join(folder, "nodes");
  return {
    nodes: async () => {
      const entries = await orNull(readdir(nodes, { withFileTypes: true }));
      return new Set((entries ?? []).filter((entry) => entry.isDirectory()).map(({ name }) => name));
    },
    macAddresses: async (hostname) => {
      const links = join(nodes, hostnameSchema.parse(hostname), "networkd");
      const names = ((await orNull(readdir(links))) ?? []).filter((name) => name.endsWith(".link"));
      const texts = await Promise.all(names.map((name) => orNull(readFile(join(links, name), "utf8"))));
      return new Set(texts.flatMap((text) => matchedAddresses(text ?? "")));
    },
    clusterConfig: (hostname) => orNull(readFile(join(nodes, hostnameSchema.parse(hostname), "cluster-config.json"))),
    rolloutFile: async () => {
      const text = await orNull(readFile(join(folder, "rollout.json"), "utf8"));
      return text === null ? null : parseRolloutFile(text);
    },
  };
}

function parseRolloutFile(text: string): RolloutFile {
  try {
    return rolloutFileSchema.parse(JSON.parse(text));
  } catch {
    throw new ApiProblem("unavailable", {
      detail: "The rendered tree's rollout.json cannot be read: render it anew.",
      retryAfter: 30,
    });
  }
}

/** What the section [Match] of a systemd.link file finds its port by. */
function matchedAddresses(text: string): readonly string[] {
  const [, section = ""] = /^\[Match\]$([^[]*)/m.exec(text) ?? [];
  const lines = section.matchAll(/^(?:Permanent)?MACAddress=(.+)$/gm);
  return [...lines].flatMap(([, value = ""]) => value.trim().toLowerCase().split(/\s+/));
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
