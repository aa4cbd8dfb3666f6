// Two machines that a topology describes, from the files that the command line writes, with cables between them.
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BgpPlan, planBgp } from "@nix-nos/bgp-gen";
import { loadTopology, type Node, resolveTopology, unwrap } from "@nix-nos/topology";
import { expect } from "vitest";
import { nixNos } from "../support/cli.js";
import { Machine } from "./machine.js";

/** A node with its machine. */
export interface RunningNode {
  readonly plan: Node;
  readonly machine: Machine;
}

export interface TwoNodes {
  readonly bgp: BgpPlan;
  readonly nodes: readonly [RunningNode, RunningNode];
}

/** How many cables there are: `ens4` to `ens4`, `ens5` to `ens5` and so on. */
const cables = 8;

/** What each node has that is not rendered, by its path: secrets, and what another would bring. */
type OwnFiles = Readonly<Record<"n1" | "n2", Readonly<Record<string, string>>>>;

/** Renders a topology of `n1` and `n2` as a user does and starts both; whoever calls stops them, also after a failure. */
export function startTwoNodes(
  image: string,
  folder: string,
  text: string,
  own: OwnFiles,
  started: (machine: Machine) => void,
): TwoNodes {
  const file = join(folder, "topology.yaml");
  writeFileSync(file, text);
  const { status, stderr } = nixNos(["render", file, "--out", join(folder, "out")]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const { document } = unwrap(loadTopology({ file, format: "yaml", text }));
  const network = unwrap(resolveTopology(document));

  const start = (name: "n1" | "n2", other: "n1" | "n2"): RunningNode => {
    const plan = network.index.nodeByName.get(name);
    if (plan === undefined) throw new Error(`no node ${name}`);
    const ports = Array.from({ length: cables }, (_, index) => ({
      mac: macOf(name, index),
      own: join(folder, `${name}-${index}`),
      far: join(folder, `${other}-${index}`),
    }));
    mkdirSync(join(folder, name));
    const files = { ...rendered(join(folder, "out", "nodes", name)), ...own[name] };
    const machine = new Machine(image, { name, folder: join(folder, name), ports, files });
    started(machine);
    return { plan, machine };
  };
  return { bgp: unwrap(planBgp(network)), nodes: [start("n1", "n2"), start("n2", "n1")] };
}

/** MAC address of a node's port, locally administered. */
function macOf(name: string, port: number): string {
  return `52:54:00:00:0${name.slice(1)}:0${port}`;
}

/** The files of a node, unchanged, by the places where their daemons look. */
function rendered(out: string): Readonly<Record<string, string>> {
  const folders = { networkd: "/etc/systemd/network", systemd: "/etc/systemd/system" };
  const units = Object.entries(folders).flatMap(([folder, place]) =>
    readdirSync(join(out, folder)).map((unit) => [`${place}/${unit}`, readFileSync(join(out, folder, unit), "utf8")]),
  );
  return { ...Object.fromEntries(units), "/etc/bird/bird.conf": readFileSync(join(out, "bird/bird.conf"), "utf8") };
}

/** A key pair as WireGuard writes it: 32 bytes in base64. */
export function wireguardKeys(): { readonly secret: string; readonly public: string } {
  const { x = "", d = "" } = generateKeyPairSync("x25519").privateKey.export({ format: "jwk" });
  const base64 = (text: string) => Buffer.from(text, "base64url").toString("base64");
  return { secret: base64(d), public: base64(x) };
}
