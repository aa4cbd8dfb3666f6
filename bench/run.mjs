// `npm run bench`: renders generated topologies with the built CLI, in a process of its own each, and compares.
// Ratios are of one run on one machine; absolute times are not to be quoted.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, root } from "../scripts/setup.mjs";
import { leafSpine } from "./topology.mjs";

const sizes = process.argv.slice(2).map(Number);
if (sizes.length === 0) sizes.push(250, 1000);
const repeats = 3;

const folder = mkdtempSync(join(tmpdir(), "nix-nos-bench-"));
try {
  const results = sizes.map(measure);
  report(results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(size) {
  // A folder of its own: the lock of one topology must not shape another.
  const own = join(folder, String(size));
  mkdirSync(own);
  const topology = join(own, "topology.json");
  writeFileSync(topology, JSON.stringify(leafSpine(size), null, 1));
  let best = null;
  for (let round = 0; round < repeats; round++) {
    const out = join(own, `out-${round}`);
    rmSync(join(own, "topology.lock.json"), { force: true });
    const probe = join(folder, "probe.json");
    const args = [
      "--import",
      join(root, "bench", "probe.mjs"),
      join(root, "apps/cli/dist/bin.js"),
      "render",
      topology,
      "--out",
      out,
      "--json",
    ];
    const start = performance.now();
    const { status, stderr } = spawnSync("node", args, {
      cwd: folder,
      env: { ...env, NIX_NOS_PROBE: probe },
      maxBuffer: 1 << 30,
    });
    const seconds = (performance.now() - start) / 1000;
    if (status !== 0) throw new Error(`render of ${size} nodes failed: ${String(stderr).slice(0, 2000)}`);
    const { maxRss } = JSON.parse(readFileSync(probe, "utf8"));
    if (best === null || seconds < best.seconds) best = { size, seconds, maxRss, out };
  }
  const files = listFiles(best.out);
  const birds = files.filter((file) => file.endsWith("/bird.conf"));
  const start = performance.now();
  for (const file of birds) {
    const { status, stderr } = spawnSync("bird", ["-p", "-c", file], { env });
    if (status !== 0) throw new Error(`bird refuses ${file}: ${stderr}`);
  }
  const birdSeconds = (performance.now() - start) / 1000;
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  return { ...best, files: files.length, bytes, birds: birds.length, birdSeconds };
}

function listFiles(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function report(results) {
  const row = (...cells) => console.log(cells.map((cell) => String(cell).padStart(12)).join(""));
  row("nodes", "seconds", "peak MiB", "files", "MiB", "ms/node", "bird -p s", "vs bird -p");
  for (const { size, seconds, maxRss, files, bytes, birdSeconds } of results) {
    const perNode = (seconds * 1000) / size;
    const ratio = `${(seconds / birdSeconds).toFixed(2)} x`;
    const mebibytes = (bytes / 2 ** 20).toFixed(1);
    row(
      size,
      seconds.toFixed(2),
      Math.round(maxRss / 1024),
      files,
      mebibytes,
      perNode.toFixed(2),
      birdSeconds.toFixed(2),
      ratio,
    );
  }
  const [first, last] = [results[0], results.at(-1)];
  if (first === last) return;
  const exponent = Math.log(last.seconds / first.seconds) / Math.log(last.size / first.size);
  console.log(
    `\ntime grows from ${first.size} to ${last.size} nodes with the exponent ${exponent.toFixed(2)} (process start included; best of ${repeats})`,
  );
}
