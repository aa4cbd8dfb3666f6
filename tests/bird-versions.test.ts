// The BIRDs of a newer Debian read what is printed for them: version 2 and version 3, beside this machine's own 2.0.12.
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { birdConfig } from "@nix-nos/bgp-gen";
import { beforeAll, expect, it } from "vitest";
import { planTopology } from "../apps/cli/src/pipeline.js";
import { nixNos, root, temporaryFolder } from "./support/cli.js";

const lab = "tests/lab/topologies";
const files = [
  "examples/seed.yaml",
  "examples/datacenter.yaml",
  ...readdirSync(join(root, lab)).map((name) => join(lab, name)),
];

/** What a topology has to say of the version that is tried. */
const versions = { bird2: "2.14", bird3: "3" } as const;

let birds = "";
beforeAll(() => {
  birds = execFileSync(join(root, "scripts/bird-versions.sh"), { encoding: "utf8" }).trim();
}, 600_000);

const { stdin, stdout, stderr } = process;
const io = { stdin, stdout, stderr, cwd: root, env: {}, now: Date.now };

it.each(Object.entries(versions))("%s reads what is printed for %s", { timeout: 120_000 }, async (bird, version) => {
  const folder = temporaryFolder();
  let read = 0;
  for (const file of files) {
    const document = JSON.parse(nixNos(["convert", file, "-", "--to", "json"]).stdout);
    const { bgp } = document["nix-nos"].network;
    bgp.defaults = { ...bgp.defaults, birdVersion: version };
    const topology = join(folder, "topology.json");
    writeFileSync(topology, JSON.stringify(document));
    const { bgp: plan } = await planTopology(io, { topology, texts: new Map() });
    for (const speaker of plan.speakers.filter(({ daemon }) => daemon === "bird")) {
      const config = join(folder, "bird.conf");
      // The secrets are on the node.
      writeFileSync(config, birdConfig(speaker).replace(/include ".*"/g, 'password "x"'));
      const ran = spawnSync(join(birds, bird), ["-p", "-c", config], { encoding: "utf8" });
      expect({ file, node: speaker.node, status: ran.status, said: toldBy(ran.stderr) }).toMatchObject({
        status: 0,
        said: [],
      });
      read++;
    }
  }
  expect(read).toBeGreaterThan(40);
});

it.each(Object.keys(versions))("%s is no echo: it refuses what is none of its language", (bird) => {
  const config = join(temporaryFolder(), "bird.conf");
  writeFileSync(config, "router id 10.0.0.1;\nprotocol nothing { }\n");
  expect(spawnSync(join(birds, bird), ["-p", "-c", config]).status).toBe(1);
});

/** Both want `authentication md5` beside a password, a word that 2.0.12 does not know, and take the password for one of MD5. */
function toldBy(text: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.includes("Missing authentication option, assuming MD5"));
}
